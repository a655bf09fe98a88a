"""Agreement against a published example, and drift."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations, permutations

import pytest

from casework.statistics.agreement import Drift, TimedScore, _chance_of, drifts, krippendorff_alpha

MORNING = datetime(2026, 11, 25, 5, tzinfo=UTC)

#: Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C: four observers, twelve
#: units, 0 for a missing value. Published for intervals: 0.849.
PUBLISHED = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3),
    (0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0),
)


def test_alpha_of_the_published_example():
    units = [[value for value in unit if value] for unit in zip(*PUBLISHED, strict=True)]
    alpha = krippendorff_alpha(units)
    assert alpha is not None
    assert round(alpha, 3) == 0.849


def test_alpha_is_one_for_agreement_and_none_without_differences():
    assert krippendorff_alpha([(1, 1), (5, 5), (9, 9, 9)]) == pytest.approx(1)
    assert krippendorff_alpha([(0.1, 0.1, 0.1), (0.1, 0.1)]) is None
    assert krippendorff_alpha([(1,), (2,)]) is None
    assert krippendorff_alpha([]) is None


def test_alpha_falls_below_zero_where_judges_oppose_each_other():
    alpha = krippendorff_alpha([(1, 9), (9, 1), (1, 9)])
    assert alpha is not None
    assert alpha < 0


def scored(judge: str, totals: list[float]) -> list[TimedScore]:
    return [
        TimedScore(judge, f"s{number}", total, MORNING + timedelta(minutes=10 * number))
        for number, total in enumerate(totals)
    ]


def of(judge: str, *scores: list[TimedScore]) -> Drift:
    return next(drift for drift in drifts([score for own in scores for score in own]) if drift.rater == judge)


def test_a_judge_who_grows_milder_is_noticed():
    steady, milder = [5.0, 7, 6, 8, 4, 6, 7, 5], [3.0, 5.5, 5, 7.5, 4, 6.5, 8, 6.5]
    drift = of("milder", scored("milder", milder), scored("steady", steady))
    assert drift.change == pytest.approx(3.5)
    assert drift.chance is not None
    assert drift.is_notable


def test_a_judge_whose_marks_follow_the_submissions_does_not_drift():
    rising = [1.0, 2, 3, 4, 5, 6, 7, 8]
    drift = of("one", scored("one", rising), scored("other", rising))
    assert (drift.change, drift.chance, drift.is_notable) == (0, 1, False)


def test_few_sheets_show_no_drift():
    drift = of("one", scored("one", [1, 2, 3, 4, 5]), scored("other", [5, 5, 5, 5, 5]))
    assert (drift.sheets, drift.chance, drift.is_notable) == (5, None, False)


def test_sheets_that_nobody_else_scored_say_nothing():
    assert drifts(scored("one", [1, 2, 3])) == ()


@pytest.mark.parametrize("surplus", [0, 2, 4, 6, 8, 10])
def test_the_chance_is_the_share_of_all_orders(surplus: int):
    def surplus_of(order: tuple[int, ...]) -> int:
        return sum(1 if later > earlier else -1 for earlier, later in combinations(order, 2))

    orders = list(permutations(range(5)))
    share = sum(abs(surplus_of(order)) >= surplus for order in orders) / len(orders)
    assert _chance_of(surplus, 5) == pytest.approx(share)
    assert _chance_of(-surplus, 5) == pytest.approx(share)
