"""Figures of people of whom the truth is known, and what no figure may say."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.simulated import surveys
from casework.statistics.differences import Channel, chance_that_all_are_one, difference, differences
from casework.statistics.errors import MarginImpossible, MarginsContradict
from casework.statistics.kaplan_meier import curve
from casework.statistics.means import Moments, mean_of, mean_of_offices, net_promoter_score
from casework.statistics.proportions import design_effect, option_shares, share_of, top_two, weighted_share
from casework.statistics.raking import Margin, rake
from casework.statistics.settings import StatisticsSettings

SETTINGS = StatisticsSettings()


def test_intervals_cover_what_they_claim_and_weights_halve_the_bias(is_long):
    chance = np.random.default_rng(1)
    people = surveys.public(chance)
    assert 0.93 <= surveys.coverage(people, 200, chance) <= 0.97
    off = surveys.bias(people, 200 if is_long else 25, chance, SETTINGS)
    assert off.unweighted > 0.01, "the sample is skewed"
    assert off.raked <= off.unweighted / 2


def test_open_cases_count():
    by_all, by_closed = surveys.medians(20, np.random.default_rng(2))
    assert by_all == pytest.approx(surveys.TRUE_MEDIAN_DAYS, rel=0.03)
    assert by_closed < 0.85 * surveys.TRUE_MEDIAN_DAYS


# Shares


def test_nobody_answered_is_no_share():
    assert share_of(0, 0) is None
    assert top_two([]) is None
    assert weighted_share(np.zeros(0, np.bool_), []) is None
    assert np.isnan(design_effect([]))


@pytest.mark.parametrize(("count", "low", "high"), [(41, 69.2, 90.2), (50, 92.9, 100), (0, 0, 7.1)])
def test_intervals_stay_within_all_and_none(count, low, high):
    found = share_of(count, 50)
    assert found is not None
    assert found.interval is not None
    assert (round(100 * found.interval.low, 1), round(100 * found.interval.high, 1)) == (low, high)


def test_csat_is_the_two_best_answers_and_options_have_a_base_of_their_own():
    found = top_two([5, 4, 3, 2, 1, 5])
    assert found is not None
    assert (found.value, found.base) == (0.5, 6)
    chosen = np.array([[True, True], [True, False], [False, False], [True, True]])
    web, kiosk = option_shares(chosen, np.array([True, True, True, False]))
    assert web is not None
    assert kiosk is not None
    assert (web.value, kiosk.value, web.base) == (2 / 3, 1 / 3, 3)


def test_weights_make_the_interval_wider():
    chosen, weights = np.arange(400) < 200, np.where(np.arange(400) % 2, 3.0, 1.0)
    plain, weighted = share_of(200, 400), weighted_share(chosen, weights)
    assert plain is not None
    assert weighted is not None
    assert plain.interval is not None
    assert weighted.interval is not None
    assert weighted.value == pytest.approx(0.5)
    assert weighted.effective_base == pytest.approx(400 / 1.25)
    assert weighted.interval.low < plain.interval.low
    alike = option_shares(chosen[:, None], np.ones(400, np.bool_), weights)[0]
    assert alike == weighted


# Means


def test_groups_are_joined_by_their_answers_and_not_by_their_means():
    small, large = [10.0] * 2, [4.0, 5.0, 6.0] * 30
    joined = (Moments.of(small) + Moments.of(large) + Moments.of([])).estimate()
    whole = mean_of([*small, *large])
    assert joined is not None
    assert whole is not None
    assert joined.value == pytest.approx(whole.value)
    assert joined.value < 5.2 < (10 + 5) / 2
    assert joined.interval is not None
    assert whole.interval is not None
    assert joined.interval.low == pytest.approx(whole.interval.low)
    assert mean_of([]) is None
    alone = mean_of([3.0])
    assert alone is not None
    assert alone.interval is None


def test_offices_count_where_visits_resemble_each_other():
    offices = [[80.0, 82.0, 81.0], [60.0, 61.0, 59.0], [70.0, 71.0, 69.0]]
    by_office, by_visit = mean_of_offices(offices), mean_of([visit for office in offices for visit in office])
    assert by_office is not None
    assert by_visit is not None
    assert by_office.interval is not None
    assert by_visit.interval is not None
    assert (by_office.base, by_office.effective_base) == (9, 3)
    assert by_office.interval.low < by_visit.interval.low
    assert mean_of_offices([]) is None


def test_net_promoters():
    score = net_promoter_score([10] * 46 + [8] * 30 + [3] * 24)
    assert score is not None
    assert score.interval is not None
    assert (round(score.value, 1), round(score.interval.high - score.value, 1)) == (22, 15.8)
    everybody = net_promoter_score([10] * 20)
    assert everybody is not None
    assert everybody.value == 100
    assert net_promoter_score([]) is None


# Channels


def test_channels_are_compared_with_many_tries_in_mind():
    channels = [
        Channel("web", 60, 100),
        Channel("kiosk", 45, 100),
        Channel("phone", 52, 100),
        Channel("post", 0, 0),
    ]
    alone = difference(*channels[:2])
    among = differences(channels)
    assert alone is not None
    assert len(among) == 3
    assert among[0].chance == pytest.approx(3 * alone.chance)
    assert among[0].interval.low < alone.interval.low
    assert alone.interval.low > 0 > among[0].interval.low, "of three tries one looks unlike by chance"
    assert difference(channels[0], channels[3]) is None
    assert chance_that_all_are_one(channels[2:]) is None
    assert chance_that_all_are_one([Channel("web", 50, 50), Channel("kiosk", 50, 50)]) == 1


# Times


def test_what_nobody_has_seen_is_not_said():
    found = curve([1, 2, 3, 10], np.array([True, False, False, False]))
    assert (found.median, found.p90) == (None, None)
    assert found.late_share(11) is None
    late = found.late_share(2)
    assert late is not None
    assert late.value == 0.75
    assert curve([], np.zeros(0, np.bool_)).median is None
    assert curve([], np.zeros(0, np.bool_)).late_share(1) is None


def test_none_late_is_not_certain():
    found = curve(np.full(20, 3.0), np.ones(20, np.bool_))
    none, everybody = found.late_share(5), found.late_share(1)
    assert none is not None
    assert everybody is not None
    assert none.interval is not None
    assert everybody.interval is not None
    assert (none.value, round(none.interval.high, 2)) == (0, 0.16)
    assert (everybody.value, round(everybody.interval.low, 2)) == (1, 0.84)
    assert found.interval_until(0.5) == (3, 3)


# Weights


def test_no_weight_leaves_its_limits_and_what_is_not_met_is_said():
    categories = np.repeat([0, 1], [196, 4])
    found = rake([Margin(categories, [0.5, 0.5])], SETTINGS)
    assert not found.converged
    assert found.weights.max() == pytest.approx(SETTINGS.weight_max)
    assert found.weights.min() >= SETTINGS.weight_min - 1e-9
    assert found.weights.mean() == pytest.approx(1)
    assert found.limited == 4
    assert found.misfit == pytest.approx(0.4)


@pytest.mark.parametrize(
    "margin",
    [
        Margin(np.array([0, 1]), [0.5, 0.4]),
        Margin(np.array([0, 1]), [0.5, 0.3, 0.2]),
        Margin(np.array([0, 1]), [1.0, 0.0]),
        Margin(np.array([0, 2]), [0.5, 0.5]),
        Margin(np.array([0, 1]), [1.5, -0.5]),
        Margin(np.array([0, 1]), [float("nan"), 0.5]),
        Margin(np.zeros(0, np.int64), [1.0]),
    ],
)
def test_margins_that_cannot_be_met_are_refused(margin):
    with pytest.raises(MarginImpossible):
        rake([margin], SETTINGS)


def test_margins_that_contradict_each_other_are_refused():
    """All women live in the capital, and the margins want more women than people there."""
    women, capital = np.repeat([1, 0, 0], [40, 30, 30]), np.repeat([1, 1, 0], [40, 30, 30])
    with pytest.raises(MarginsContradict):
        rake([Margin(women, [0.3, 0.7]), Margin(capital, [0.5, 0.5])], SETTINGS)
