"""Statements on which all groups agree, or all disagree: no group can be outvoted by a larger one.

Each group's share is that of Jeffreys' prior, so that few votes are drawn to the middle; the figure of a statement is
the geometric mean over groups. Statements of which any group has cast too few votes are not ranked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from casework.statistics.groups import Votes
from casework.statistics.model import FloatArray, IntArray
from casework.statistics.settings import StatisticsSettings


@dataclass(frozen=True, slots=True)
class Consensus:
    """``agree`` and ``disagree`` are shares that hold for all groups; ``votes`` those of the group with the fewest."""

    statement: int
    agree: float
    disagree: float
    votes: int


def consensus(votes: Votes, group_of: IntArray, settings: StatisticsSettings) -> tuple[Consensus, ...]:
    """Statements with enough votes of each group, those with the most agreement first. Without groups all are one."""
    groups = range(max(0, int(group_of.max(initial=0))) + 1)
    members = [votes[group_of == group] for group in groups]
    counts = np.array([(~np.isnan(rows)).sum(axis=0) for rows in members])
    agree = _over_groups(np.array([(rows == 1).sum(axis=0) for rows in members]), counts)
    disagree = _over_groups(np.array([(rows == -1).sum(axis=0) for rows in members]), counts)
    fewest = counts.min(axis=0)
    ranked = [
        Consensus(int(statement), float(agree[statement]), float(disagree[statement]), int(fewest[statement]))
        for statement in np.flatnonzero(fewest >= settings.consensus_votes_min)
    ]
    return tuple(sorted(ranked, key=lambda one: (-one.agree, one.statement)))


def _over_groups(said: IntArray, counts: IntArray) -> FloatArray:
    shares: FloatArray = np.exp(np.log((said + 0.5) / (counts + 1)).mean(axis=0))
    return shares
