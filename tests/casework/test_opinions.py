"""Groups that are there are found, groups that are not there are not drawn, and consensus holds for each group."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.simulated.opinions import from_end_to_end, planted, right_share, without_groups
from casework.statistics.consensus import consensus
from casework.statistics.errors import TooMuchAtOnce
from casework.statistics.groups import NO_GROUP, Groups, NoGroups, opinion_groups
from casework.statistics.settings import StatisticsSettings

SETTINGS = StatisticsSettings()


@pytest.mark.parametrize("count", [2, 3, 4])
def test_planted_groups_are_found(is_long, count):
    shares = []
    for seed in range(20 if is_long else 2):
        votes, group_of = planted(count, np.random.default_rng(seed))
        shares.append(right_share(opinion_groups(votes, seed, SETTINGS), group_of))
    assert min(np.mean(shares), np.median(shares)) >= 0.95


def test_no_groups_are_drawn_where_there_are_none(is_long):
    runs = 100 if is_long else 20
    found = [
        opinion_groups(without_groups(np.random.default_rng(seed)), seed, SETTINGS) for seed in range(runs)
    ]
    assert sum(isinstance(one, Groups) for one in found) <= runs // 20


def test_no_border_is_drawn_through_a_line(is_long):
    runs = 40 if is_long else 4
    found = [
        opinion_groups(from_end_to_end(np.random.default_rng(seed)), seed, SETTINGS) for seed in range(runs)
    ]
    assert sum(isinstance(one, Groups) for one in found) <= runs // 10


def test_the_same_votes_and_seed_give_the_same_groups_and_few_votes_none():
    votes, _ = planted(2, np.random.default_rng(3))
    votes[:5, SETTINGS.statements_seen_min - 1 :] = np.nan
    first, second = (opinion_groups(votes, 9, SETTINGS) for _ in range(2))
    assert isinstance(first, Groups)
    assert isinstance(second, Groups)
    np.testing.assert_array_equal(first.group_of, second.group_of)
    np.testing.assert_array_equal(first.places, second.places)
    assert (first.group_of[:5] == NO_GROUP).all()
    assert set(first.group_of[5:]) == {0, 1}
    sizes = np.bincount(first.group_of[5:])
    assert sizes[0] >= sizes[1]


@pytest.mark.parametrize(
    "votes", [np.full((8, 9), 1.0), np.full((40, 9), np.nan), np.full((40, 9), 1.0), np.zeros((0, 9))]
)
def test_nobody_differs_or_nobody_votes(votes):
    assert isinstance(opinion_groups(votes, 1, SETTINGS), NoGroups)


def test_more_votes_than_the_limit_are_refused():
    with pytest.raises(TooMuchAtOnce):
        opinion_groups(np.ones((10, 10)), 1, StatisticsSettings(votes_max=99))


def test_consensus_needs_each_group_and_enough_votes():
    group_of = np.repeat([0, 1], [60, 20])
    votes = np.full((80, 4), np.nan)
    votes[:, 0] = 1  # everybody agrees
    votes[:, 1] = np.where(group_of == 0, 1, -1)  # the larger group does
    votes[[0, 60], 2] = 1  # two people saw it, and agree
    votes[:, 3] = -1  # nobody agrees
    ranked = consensus(votes, group_of, SETTINGS)
    assert [one.statement for one in ranked] == [0, 1, 3]
    first, second, last = ranked
    assert first.agree == pytest.approx(((60.5 / 61) * (20.5 / 21)) ** 0.5)
    assert second.agree < 0.2
    assert second.disagree < 0.2
    assert (last.votes, last.disagree) == (20, first.agree)


def test_without_groups_all_are_one():
    votes = np.repeat([[1.0, -1.0]], 30, axis=0)
    ranked = consensus(votes, np.full(30, 0), SETTINGS)
    assert [(one.statement, round(one.agree, 3)) for one in ranked] == [(0, 0.984), (1, 0.016)]
