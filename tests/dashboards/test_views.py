"""What the page of own views claims of its pieces, and how they stand. Pure."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from citycore.arrangements.model import Piece, Width
from citycore.limits.model import Level
from dashboards.answers import Claim, Counted, Texts, sentence
from dashboards.arranging import Draft
from dashboards.language import Words
from dashboards.limits import Judged
from dashboards.model import Name
from dashboards.overview.tiles import Tile
from dashboards.rules import Condition
from dashboards.settings import dashboard_settings
from dashboards.views.body import lines_of
from dashboards.views.model import Outcome, Shown, claims_of

NAMED_MAX = dashboard_settings().named_max
LEVELS = [
    Level(code=code, rank=rank, name={"en": code.title(), "ar": code}, colour="#000000", advice={})
    for rank, code in enumerate(("good", "fair", "poor"))
]
SEEB = SimpleNamespace(name=Name(en="Seeb", ar="السيب"))


def tile(code: str, rank: int | None, condition: Condition = Condition.FRESH) -> Tile:
    judged = (
        None if rank is None else Judged(level=LEVELS[rank], value=1.0, unit="ug/m3", limit=cast("Any", None))
    )
    return Tile(
        observed_property=code, name=Name(en=code, ar=code), unit="ug/m3", aggregate="median", condition=condition,
        value=1.0, used=(1,), newest=datetime.now(UTC), flagged=0, simulated=False, judged=judged,
    )  # fmt: skip


def outcome(made: Tile | None, *, place: bool = True) -> Outcome:
    piece = Piece("overview", "tile-x", width=Width.HALF)
    if made is None:
        return Outcome(piece, reason="views.nothing")
    city = SimpleNamespace(place=lambda code: SEEB if code else None)
    view = SimpleNamespace(city=city, state=SimpleNamespace(place="seeb" if place else ""))
    return Outcome(piece, cast("Any", view), tile=made)


def claims(outcomes: list[Outcome]) -> list[Claim]:
    return claims_of(Shown(Draft(), outcomes), cast("Any", None))


def test_200_arrangements_are_told_as_they_are():
    chance = random.Random(16)
    for _ in range(200):
        told: list[tuple[int | None, Condition] | None] = [
            None if chance.random() < 0.2
            else (chance.choice([None, 0, 1, 2]), chance.choice([Condition.FRESH, Condition.SILENT, Condition.NEVER]))
            for _ in range(chance.randrange(8))
        ]  # fmt: skip
        found = claims([outcome(None if one is None else tile("pm2_5", *one)) for one in told])
        if not told:
            assert found == [Claim("views.empty")]
            continue
        said = {claim.key: claim for claim in found}
        assert said["views.holds"].fields == {"pieces": Counted("views.pieces", len(told))}
        ranks = [one[0] for one in told if one is not None and one[0] is not None]
        above = sorted((rank for rank in ranks if rank), reverse=True)
        levels = [
            cast("Texts", claim.fields["level"]).texts["ar"] for claim in found if claim.key == "views.level"
        ]
        assert levels == [LEVELS[rank].code for rank in above[:NAMED_MAX]]
        assert ("views.all_best" in said) is (bool(ranks) and not above)
        counts = Counter(
            more=max(0, len(above) - NAMED_MAX),
            stale=sum(one is not None and one[1] is not Condition.FRESH for one in told),
            broken=sum(one is None for one in told),
        )
        for key in ("more", "stale", "broken"):
            numbers = (
                [cast("Counted", field).number for field in said[f"views.{key}"].fields.values()]
                if f"views.{key}" in said
                else [0]
            )
            assert numbers == [counts[key]], key


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            "4 pieces stand here; pm2_5 in Seeb is poor; the value of one tile is old; one piece has nothing to show now.",
        ),
        (
            "ar",
            "هنا 4 عناصر، pm2_5 في السيب: «poor»، وبطاقة واحدة قيمتها قديمة، وليس لعنصر واحد ما يُعرض الآن.",
        ),
    ],
)
def test_the_sentence(language, expected):
    outcomes = [
        outcome(tile("pm2_5", 2)),
        outcome(tile("no2", 0)),
        outcome(tile("o3", None, Condition.SILENT)),
        outcome(None),
    ]
    said = sentence(claims(outcomes), Words(language))
    assert (
        "".join(letter for letter in said if letter not in "\u2066\u2067\u2068\u2069").replace("؛ ", "، ")
        == expected
    )


def test_two_halves_that_follow_one_another_stand_beside_each_other():
    half, full = Piece("overview", "tile-x", width=Width.HALF), Piece("overview", "latest-x")
    several = [half, half, half, full, full, half]
    lines = [[place for place, _ in line] for line in lines_of([Outcome(one) for one in several])]
    assert lines == [[0, 1], [2], [3], [4], [5]]
