"""How good the order is, on the labelled set, beside plain full text of ours and of PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from statistics import mean
from uuid import UUID

import pytest

from benchmarks.matching_set.labelled import LabelledNeed, ndcg, needs, offerings
from benchmarks.matching_set.plain import PlainText, words
from citycore.store.connections import Connection
from hackathon.market.matching.index import Index
from hackathon.market.matching.model import Filter, NeedFacts
from hackathon.market.matching.rules import rank_offerings
from hackathon.market.matching.settings import MatchingSettings
from hackathon.market.matching.wording import part_label, points_text, score_text, why

PAGE = Path(__file__).resolve().parents[2] / "docs" / "matching.md"
DAYS = (date(2026, 1, 1), date(2026, 11, 25))
HELD_OUT = [need for need in needs() if need.part == "held_out"]
NDCG_MIN, GAIN_MIN = 0.85, 0.10


@pytest.fixture(scope="module")
def index() -> Index:
    return Index.of(offerings(), MatchingSettings())


def quality(labelled: Sequence[LabelledNeed], order: Callable[[NeedFacts], Sequence[UUID]]) -> float:
    return mean(ndcg(order(need.facts), need.useful) for need in labelled)


def test_the_set_is_what_it_says():
    assert (len(needs()), len(HELD_OUT), len(offerings())) == (30, 20, 200)
    known = {offering.offering_id for offering in offerings()}
    assert len(known) == 200
    assert all(set(need.useful) <= known and set(need.useful.values()) <= {1, 2, 3} for need in needs())
    assert all(3 in need.useful.values() for need in needs())
    assert sum(offering.texts.title_en is None for offering in offerings()) >= 20
    assert sum(offering.texts.title_ar is None for offering in offerings()) >= 20


@pytest.mark.parametrize("labelled", [needs(), HELD_OUT], ids=["all", "held out"])
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_matching_is_good_and_better_than_plain_text(index, labelled, day):
    found = quality(
        labelled, lambda need: [one.offering_id for one in rank_offerings(need, index, day).shown]
    )
    plain = quality(labelled, PlainText(offerings()).order)
    assert found >= NDCG_MIN
    assert found >= plain + GAIN_MIN


def test_it_is_better_than_the_databases_own_ranking(index, portal: Connection):
    portal.execute("CREATE TEMPORARY TABLE offered (offering_id uuid PRIMARY KEY, said tsvector)")
    with portal.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO offered VALUES (%s, to_tsvector('simple', normalise_text(%s)))",
            [(one.offering_id, " ".join(words(one.texts))) for one in offerings()],
        )

    def order(need: NeedFacts) -> list[UUID]:
        # Any of the words: asking for all of them finds nothing.
        rows = portal.execute(
            "SELECT offering_id FROM offered,"
            " CAST(replace(CAST(plainto_tsquery('simple', normalise_text(%s)) AS text), ' & ', ' | ') AS tsquery) AS asked"
            " ORDER BY ts_rank(said, asked, 1) DESC, offering_id",
            [" ".join(words(need.texts))],
        )
        return [row[0] for row in rows]

    theirs = quality(needs(), order)
    ours = quality(
        needs(), lambda need: [one.offering_id for one in rank_offerings(need, index, DAYS[0]).shown]
    )
    assert 0.2 < theirs <= ours - GAIN_MIN
    figures = f"{theirs:.3f} | {quality(HELD_OUT, order):.3f}"
    assert f"| PostgreSQL's `ts_rank` over the same words | {figures} |" in PAGE.read_text("utf-8")


def test_the_measure_itself():
    one, two, three = (UUID(int=number) for number in (1, 2, 3))
    useful = {one: 3, two: 1}
    assert ndcg([one, two, three], useful) == 1
    assert 0 < ndcg([two, one], useful) < ndcg([one, three, two], useful) < 1
    assert ndcg([three], useful) == 0
    assert ndcg([three] * 5 + [one], useful) == 0, "only five places count"


def test_the_page_says_what_is_measured(index):
    page = PAGE.read_text("utf-8")
    ours, plain = (
        (lambda need: [one.offering_id for one in rank_offerings(need, index, DAYS[1]).shown]),
        PlainText(offerings()).order,
    )
    figures = {
        name: [f"{quality(which, order):.3f}" for which in (needs(), HELD_OUT)]
        for name, order in (("ours", ours), ("plain", plain))
    }
    assert "| **matching** | **{}** | **{}** |".format(*figures["ours"]) in page
    assert "(BM25 over all words of both languages) | {} | {} |".format(*figures["plain"]) in page
    for kind, weight in index.settings.weights.items():
        assert f"| {part_label(kind).text('en').lower()} | {weight} |" in page
    assert all(f"`{code}`" in page for code in Filter)


def test_the_pages_explanation_is_a_real_one(index):
    page = PAGE.read_text("utf-8")
    need = next(need for need in needs() if f"*{need.facts.texts.title_en}*" in page)
    found = rank_offerings(need.facts, index, DAYS[1]).shown[0]
    assert (
        f"*{index.offerings[index.rows[found.offering_id]].texts.title_en}*, {score_text(found, 'en')}:"
        in page
    )
    for part in found.parts:
        assert (
            f"| {part_label(part.kind).text('en')} | {points_text(part, 'en')} | {why(part, 'en')} |" in page
        )
