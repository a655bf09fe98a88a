"""The shrunk z-score: its formula, its edges, what it is worth."""

from __future__ import annotations

import math
from decimal import Decimal
from statistics import fmean, stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.judging import Jury, simulate
from hackathon.contest.judging.connectivity import Room
from hackathon.contest.judging.errors import JudgingPanelDisconnected
from hackathon.contest.judging.normalise import PRIOR_SHEETS, PanelScores, Score, normalise


def scores_of(table: dict[str, dict[str, str | float]]) -> list[Score]:
    return [
        Score(judge, submission, Decimal(str(total)))
        for judge, row in table.items()
        for submission, total in row.items()
    ]


def shown(panel: PanelScores) -> dict[str, tuple[str, str]]:
    return {score.submission: (str(score.raw), str(score.normalised)) for score in panel.submissions}


TABLE = {
    "strict": {"a": 4, "b": 5, "c": 7},
    "mild": {"b": 7, "c": 9, "d": 8},
    "third": {"a": 6.5, "d": 6},
}


def textbook(table: dict[str, dict[str, float]], prior: int) -> dict[str, float]:
    """The formula once more, in floats and as it is written."""
    everything = [x for row in table.values() for x in row.values()]
    m, s = fmean(everything), stdev(everything)
    zs: dict[str, list[float]] = {}
    for row in table.values():
        n = len(row)
        w = n / (n + prior)
        own = stdev(row.values()) if n > 1 else s
        centre, spread = w * fmean(row.values()) + (1 - w) * m, math.sqrt(w * own**2 + (1 - w) * s**2)
        for submission, x in row.items():
            zs.setdefault(submission, []).append((x - centre) / spread)
    return {submission: m + s * fmean(values) for submission, values in zs.items()}


def test_the_formula():
    panel = normalise(scores_of(TABLE))
    expected = textbook(TABLE, PRIOR_SHEETS)
    assert {score.submission: float(score.normalised) for score in panel.submissions} == pytest.approx(
        expected, abs=6e-5
    )
    assert panel.mean == Decimal("6.5625")


def test_the_raw_mean_stands_beside_it():
    assert {submission: raw for submission, (raw, _) in shown(normalise(scores_of(TABLE))).items()} == {
        "a": "5.2500", "b": "6.0000", "c": "8.0000", "d": "7.0000",
    }  # fmt: skip


def test_a_strict_judge_costs_less_than_in_the_raw_mean():
    """x and y were seen by one judge each, of whom one gives everybody five less."""
    table = {
        "strict": {"x": 3, "f1": 2, "f2": 4, "f3": 3, "f4": 2.5, "f5": 3.5},
        "mild": {"y": 8, "f1": 7, "f2": 9, "f3": 8, "f4": 7.5, "f5": 8.5},
    }
    found = {score.submission: score for score in normalise(scores_of(table)).submissions}
    assert found["y"].raw - found["x"].raw == 5
    assert found["y"].normalised - found["x"].normalised == Decimal("3.2400")


def test_one_judge_is_compared_with_nobody():
    panel = normalise(scores_of({"only": {"a": 3, "b": 7.25, "c": 9}}))
    assert all(score.raw == score.normalised for score in panel.submissions)
    assert all(score.spread is None for score in panel.submissions)


def test_one_sheet_is_its_own_score():
    assert shown(normalise(scores_of({"only": {"a": 6.1234}}))) == {"a": ("6.1234", "6.1234")}


def test_equal_totals_stay_equal():
    panel = normalise(scores_of({"one": {"a": 7, "b": 7}, "two": {"a": 7, "b": 7}}))
    assert shown(panel) == {"a": ("7.0000", "7.0000"), "b": ("7.0000", "7.0000")}
    assert panel.deviation == 0


def test_a_judge_who_gives_everybody_the_same_tells_nobody_apart():
    panel = normalise(scores_of({"flat": {"a": 5, "b": 5, "c": 5}, "other": {"a": 4, "b": 6, "c": 8}}))
    a, b, c = (score.normalised for score in panel.submissions)
    assert a < b < c
    flat = panel.judges[0]
    assert (flat.deviation, flat.shrunk_deviation > 0) == (0, True)


def test_a_judge_with_one_sheet_gets_the_spread_of_the_panel():
    panel = normalise(scores_of({"one": {"a": 9}, "other": {"a": 4, "b": 6, "c": 8}}))
    one = next(judge for judge in panel.judges if judge.judge == "one")
    assert one.deviation is None
    assert one.shrunk_deviation == panel.deviation
    assert one.own_share == Decimal("0.1667")


def test_two_sheets_of_one_judge_on_a_submission_are_refused():
    with pytest.raises(ValueError, match="one sheet"):
        normalise([Score("one", "a", Decimal(5)), Score("one", "a", Decimal(6))])


def test_judges_who_share_nothing_are_refused_with_what_would_join_them():
    apart = scores_of({"one": {"a": 5, "b": 6}, "two": {"c": 7, "d": 8}})
    with pytest.raises(JudgingPanelDisconnected) as refused:
        normalise(apart, room=Room({"one": 1, "two": 1}, forbidden={("one", "c"), ("one", "d")}))
    assert [island.judges for island in refused.value.islands] == [("one",), ("two",)]
    assert refused.value.bridges == (("two", "a"),)
    assert "two → a" in refused.value.text("en")
    assert "two ← a" in refused.value.text("ar")
    with pytest.raises(JudgingPanelDisconnected) as alone:
        normalise(apart)
    assert alone.value.bridges is None


TOTALS = st.integers(0, 100_000).map(lambda value: Decimal(value) / 10_000)


@st.composite
def panels(draw) -> list[Score]:
    """A first judge who saw everything holds it together."""
    submissions = [f"s{n}" for n in range(draw(st.integers(1, 6)))]
    scores = [Score("j0", submission, draw(TOTALS)) for submission in submissions]
    for judge in range(1, draw(st.integers(1, 4))):
        seen = draw(st.sets(st.sampled_from(submissions), min_size=1))
        scores += [Score(f"j{judge}", submission, draw(TOTALS)) for submission in sorted(seen)]
    return scores


@settings(deadline=None)
@given(panels(), st.randoms(use_true_random=False))
def test_the_order_of_sheets_does_not_matter(scores, chance):
    shuffled = list(scores)
    chance.shuffle(shuffled)
    assert normalise(shuffled) == normalise(scores)


@settings(deadline=None)
@given(panels())
def test_names_do_not_matter(scores):
    renamed = normalise([Score(s.judge[::-1], f"z{9 - int(s.submission[1:])}", s.total) for s in scores])
    back = {f"s{9 - int(score.submission[1:])}": score.normalised for score in renamed.submissions}
    assert back == {score.submission: score.normalised for score in normalise(scores).submissions}


@settings(deadline=None)
@given(panels(), st.integers(-50, 50))
def test_what_everybody_adds_is_added_and_nothing_else(scores, marks):
    """Up to the fourth place, in which halves are rounded away from zero."""
    moved = normalise([Score(s.judge, s.submission, s.total + marks) for s in scores])
    for score, before in zip(moved.submissions, normalise(scores).submissions, strict=True):
        assert abs(score.normalised - before.normalised - marks) <= Decimal("0.0001")


@pytest.mark.parametrize(("biased", "gain"), [(True, 0.03), (False, -0.015)])
def test_normalising_helps_against_bias_and_costs_little_without(biased: bool, gain: float):
    found = simulate(Jury(biased=biased), runs=200, seed=20261125)
    assert found.gain >= gain, found
