"""Groups of people who vote alike on statements, and only where chance does not make groups as clear.

The votes are laid out in the directions of most difference (two, or one less than there are groups), people are put
into groups by nearness, and the number of groups is that with
the clearest edges (silhouette). Then each statement's votes are shuffled among those who saw it, and the same is done
with a cloud that has the same extent and no groups: groups that are no clearer than these are not reported. Sources:
C. Small et al., "Polis: scaling deliberation by mapping high dimensional opinion spaces" (2021); P. Rousseeuw,
"Silhouettes" (1987); Y. Liu et al., "Statistical significance of clustering" (2008).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TypeAlias

import numpy as np

from casework.statistics.errors import TooMuchAtOnce
from casework.statistics.model import FloatArray, IntArray
from casework.statistics.settings import StatisticsSettings

#: 1 agrees, −1 disagrees, 0 passes, NaN has not seen it; a row a person and a column a statement.
Votes: TypeAlias = FloatArray

#: Whoever saw too few statements is in none.
NO_GROUP = -1
_STARTS, _ROUNDS_MAX = 4, 50
#: People whose silhouettes are worked out exactly; of more, so many drawn by the seed stand for all.
_SILHOUETTES_MAX = 400


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """``group_of`` each person, the largest group being 0. ``chance`` is how often shuffled votes, or a cloud without
    groups, look as clear.
    """

    group_of: IntArray
    count: int
    places: FloatArray
    silhouette: float
    chance: float


@dataclass(frozen=True, slots=True)
class NoGroups:
    """A result: people differ, and not in groups. ``placed`` saw enough statements."""

    placed: int


@dataclass(frozen=True, slots=True, eq=False)
class _Split:
    group_of: IntArray
    count: int
    silhouette: float


def opinion_groups(votes: Votes, seed: int, settings: StatisticsSettings) -> Groups | NoGroups:
    """The same groups for the same votes and seed."""
    if votes.size > settings.votes_max:
        raise TooMuchAtOnce(limit=settings.votes_max)
    is_placed = (~np.isnan(votes)).sum(axis=1) >= settings.statements_seen_min
    placed = votes[is_placed]
    # Fewer cannot be two groups of which nobody is recognised.
    if len(placed) < 2 * settings.cell_min or placed.shape[1] < 2:
        return NoGroups(len(placed))
    chance = np.random.default_rng(seed)
    places = _places(placed, settings.groups_max - 1)
    split = _clearest(places, chance, settings)
    exceeded = _exceeded(placed, places, split.silhouette, chance, settings)
    if exceeded is None:
        return NoGroups(len(placed))
    group_of = np.full(len(votes), NO_GROUP)
    group_of[is_placed] = _by_size(split.group_of, split.count)
    return Groups(group_of, split.count, places[:, :2], split.silhouette, exceeded)


def _exceeded(
    placed: Votes,
    places: FloatArray,
    silhouette: float,
    chance: np.random.Generator,
    settings: StatisticsSettings,
) -> float | None:
    """How often chance is as clear; None as soon as it is too often."""
    worst = 0
    for is_cloud in (False, True):
        as_clear = 0
        for _ in range(settings.shuffles):
            shuffled = (
                _cloud(places, chance) if is_cloud else _places(_shuffled(placed, chance), places.shape[1])
            )
            as_clear += _clearest(shuffled, chance, settings).silhouette >= silhouette
            if (as_clear + 1) / (settings.shuffles + 1) > settings.groups_chance_max:
                return None
        worst = max(worst, as_clear)
    return (worst + 1) / (settings.shuffles + 1)


def _places(votes: Votes, directions_max: int) -> FloatArray:
    """Coordinates of each person, the direction of most difference first. What somebody has not seen counts as the mean, and people who saw little are moved
    out by as much as that draws them in.
    """
    seen = ~np.isnan(votes)
    counts = seen.sum(axis=0)
    means = np.where(seen, votes, 0.0).sum(axis=0) / np.maximum(counts, 1)
    centred = np.where(seen, votes - means, 0.0)
    # From the statements' side, which is the smaller one; the last directions are those of most difference.
    _, directions = np.linalg.eigh(centred.T @ centred)
    seen_share = seen.mean(axis=1)
    places: FloatArray = (
        centred @ directions[:, : -directions_max - 1 : -1] / np.sqrt(np.maximum(seen_share, 1e-9))[:, None]
    )
    return places


def _shuffled(votes: Votes, chance: np.random.Generator) -> Votes:
    """Each statement's votes dealt again among those who saw it."""
    order = np.argsort(np.where(np.isnan(votes), 2.0, chance.random(votes.shape)), axis=0)
    unseen_last = np.take_along_axis(votes, order, axis=0)
    # Those who saw it, in their own order, get what the drawing put first.
    receivers = np.argsort(np.isnan(votes), axis=0, kind="stable")
    dealt = np.empty_like(votes)
    np.put_along_axis(dealt, receivers, unseen_last, axis=0)
    return dealt


def _cloud(places: FloatArray, chance: np.random.Generator) -> FloatArray:
    """As many people with the same spread in each direction, evenly laid out from end to end, so without groups."""
    cloud: FloatArray = (chance.random(places.shape) - 0.5) * (sqrt(12) * places.std(axis=0))
    return cloud


def _clearest(places: FloatArray, chance: np.random.Generator, settings: StatisticsSettings) -> _Split:
    """Of all numbers of groups the split with the clearest edges."""
    most = min(settings.groups_max, len(places) // settings.cell_min)
    people = _looked_at(places, chance)
    # All numbers are compared in one space: with fewer directions any split looks clearer.
    distances = _distances(places[people])
    found = [_k_means(places[:, : max(2, count - 1)], count, chance) for count in range(2, most + 1)]
    splits = [
        _Split(group_of, int(group_of.max()) + 1, _silhouette(people, distances, group_of))
        for group_of in found
    ]
    return max(splits, key=lambda split: split.silhouette)


def _k_means(places: FloatArray, count: int, chance: np.random.Generator) -> IntArray:
    """The best of several starts, all of which run side by side. Starting points are drawn far from one another."""
    starts = np.arange(_STARTS)
    centres = places[chance.integers(len(places), size=(_STARTS, 1))]
    for _ in range(count - 1):
        nearest = _squares(places, centres).min(axis=2)
        weights = nearest.cumsum(axis=1)
        drawn = (weights < (chance.random(_STARTS) * weights[:, -1])[:, None]).sum(axis=1)
        centres = np.concatenate([centres, places[np.minimum(drawn, len(places) - 1)][:, None]], axis=1)
    group_of = np.zeros((_STARTS, len(places)), np.int64)
    for _ in range(_ROUNDS_MAX):
        squares = _squares(places, centres)
        moved = squares.argmin(axis=2)
        if (moved == group_of).all():
            break
        group_of = moved
        members = (group_of[:, None, :] == np.arange(count)[:, None]).astype(np.float64)
        sizes = members.sum(axis=2)
        means = (members @ places) / np.maximum(sizes, 1)[:, :, None]
        centres = np.where(sizes[:, :, None] > 0, means, centres)
    best = _squares(places, centres)[starts[:, None], np.arange(len(places)), group_of].sum(axis=1).argmin()
    # Groups that nobody is in are not counted.
    return np.unique(group_of[best], return_inverse=True)[1].astype(np.int64)


def _squares(places: FloatArray, centres: FloatArray) -> FloatArray:
    """Of each start the squared distances of people from its centres."""
    across = places @ centres.transpose(0, 2, 1)
    squares: FloatArray = (places**2).sum(axis=1)[:, None] + (centres**2).sum(axis=2)[:, None, :] - 2 * across
    return np.maximum(squares, 0.0)


def _looked_at(places: FloatArray, chance: np.random.Generator) -> IntArray:
    people = np.arange(len(places))
    if len(people) > _SILHOUETTES_MAX:
        people = np.sort(chance.choice(people, _SILHOUETTES_MAX, replace=False))
    return people


def _distances(places: FloatArray) -> FloatArray:
    squares = (places**2).sum(axis=1)
    apart: FloatArray = np.sqrt(np.maximum(squares[:, None] + squares - 2 * places @ places.T, 0.0))
    return apart


def _silhouette(people: IntArray, distances: FloatArray, split: IntArray) -> float:
    """How much nearer people are to their own group than to the next, from −1 to 1; 0 for somebody alone."""
    groups = split[people]
    members = (groups[:, None] == np.arange(split.max() + 1)).astype(np.float64)
    sizes = members.sum(axis=0)
    if (sizes > 0).sum() < 2:
        return -1.0
    sums = distances @ members
    rows = np.arange(len(people))
    own_size = sizes[groups]
    own = sums[rows, groups] / np.maximum(own_size - 1, 1)
    others = np.where(sizes > 0, sums / np.maximum(sizes, 1), np.inf)
    others[rows, groups] = np.inf
    next_best = others.min(axis=1)
    each = np.where(own_size > 1, (next_best - own) / np.maximum(np.maximum(own, next_best), 1e-12), 0.0)
    return float(each.mean())


def _by_size(group_of: IntArray, count: int) -> IntArray:
    sizes = np.bincount(group_of, minlength=count)
    rank = np.empty(count, np.int64)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(count)
    return rank[group_of]
