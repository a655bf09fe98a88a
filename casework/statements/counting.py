"""From votes to what may be said of them: shares, groups, and what all groups share. Pure.

Of each statement there is one table, of groups and votes, and what is small in it is hidden with what would tell it, as in surveys.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

import numpy as np

from casework.statements.model import Vote
from casework.statistics.consensus import consensus
from casework.statistics.groups import NO_GROUP, Groups, NoGroups, Votes
from casework.statistics.model import IntArray
from casework.statistics.proportions import share_of
from casework.statistics.releases.model import Figure, FigureKind, PrintedTable
from casework.statistics.releases.rules import decimal, figure, printed_table
from casework.statistics.settings import StatisticsSettings
from casework.statistics.suppression import audit, protect
from casework.statistics.tables import Released

VOTES: Final = (Vote.AGREE, Vote.DISAGREE, Vote.PASS)
OPTIONS: Final = tuple(vote.name.lower() for vote in VOTES)
#: What a figure of consensus is called among the options of a statement, by what is voted.
CONSENSUS: Final = {"agree": "all_agree", "disagree": "all_disagree"}


@dataclass(frozen=True, slots=True)
class Counted:
    figures: tuple[Figure, ...]
    tables: tuple[PrintedTable, ...]
    method: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """Of a statement: a row a group if there are some, and one of those in none; None is not printed."""

    code: str
    released: Released | None
    rows: tuple[str, ...]

    @property
    def printed(self) -> list[list[int | None]]:
        """A row each and one of everybody, with the votes and their sum."""
        width = len(VOTES) + 1
        height = len(self.rows) + 1 if self.rows else 1
        nothing: list[int | None] = [None] * (width * height)
        cells = nothing if self.released is None else self.released.printed()
        return [cells[start : start + width] for start in range(0, width * height, width)]

    @property
    def to_release(self) -> PrintedTable:
        dimensions = (self.rows, OPTIONS) if self.rows else (OPTIONS, ())
        return printed_table(self.code, *dimensions, self.released)

    def figures(self, settings: StatisticsSettings) -> Iterator[Figure]:
        """Nothing of those whose number itself is not printed."""
        named = [row if row.startswith("group_") else "" for row in self.rows]
        for channel, (*counts, base) in zip([*named, None], self.printed, strict=True):
            if channel == "" or base is None:
                continue
            for option, count in zip(OPTIONS, counts, strict=True):
                estimate = None if count is None else share_of(count, base)
                made = figure(self.code, FigureKind.SHARE, estimate, settings, channel=channel)
                yield replace(made, option=option, base=base)


def count(
    votes: Votes, numbers: Sequence[int], found: Groups | NoGroups, settings: StatisticsSettings
) -> Counted:
    """``votes`` have a column for each statement, which ``numbers`` name; ``found`` are the groups in them."""
    of_all = np.zeros(len(votes), np.int64)
    group_of, groups = (found.group_of, found.count) if isinstance(found, Groups) else (of_all, 0)
    rows = (*(f"group_{number + 1}" for number in range(groups)), "no_group") if groups else ()
    members = [group_of == group for group in (*range(groups), NO_GROUP)] if groups else [of_all == 0]
    tables = [
        _Table(f"statement_{number}", _protected(_counts(votes[:, place], members), settings), rows)
        for place, number in enumerate(numbers)
    ]
    printed = [one.to_release for one in tables]
    if groups:
        sizes = np.array([int(own.sum()) for own in members])
        printed.insert(0, printed_table("groups", rows, (), _protected(sizes, settings)))
    figures = chain(*(one.figures(settings) for one in tables), _agreed(votes, tables, group_of, settings))
    result = "groups_found" if groups else "no_groups_found"
    method = ("svd_k_means_silhouette", "permutation_test", result, "cells_hidden_and_audited")
    return Counted(tuple(figures), tuple(printed), method)


def _counts(column: Votes, members: Sequence[np.ndarray]) -> IntArray:
    table = np.array([[int((column[own] == vote).sum()) for vote in VOTES] for own in members])
    return table if len(members) > 1 else table[0]


def _protected(counts: IntArray, settings: StatisticsSettings) -> Released | None:
    table = protect(counts, settings)
    return None if table is None or audit(table, settings) else table


def _agreed(
    votes: Votes, tables: Sequence[_Table], group_of: IntArray, settings: StatisticsSettings
) -> list[Figure]:
    """What all groups agree, or disagree, with by majority; how much only where the numbers that it stands on are printed.
    Those of which it is not told come last, in their own order.
    """
    found = []
    for one in consensus(votes, group_of, settings):
        table = tables[one.statement]
        groups = [row for row in zip(table.rows, table.printed, strict=False) if row[0] != "no_group"]
        printed = [cells for _, cells in groups] or table.printed
        if any(cells[-1] is None for cells in printed):
            continue
        for place, share in enumerate((one.agree, one.disagree)):
            if share > 0.5:
                is_told = all(cells[place] is not None for cells in printed)
                made = Figure(
                    code=table.code,
                    kind=FigureKind.SHARE,
                    base=one.votes,
                    value=decimal(share) if is_told else None,
                    option=CONSENSUS[OPTIONS[place]],
                )
                found.append((not is_told, 0 if is_told else one.statement, made))
    return [made for _, _, made in sorted(found, key=lambda one: one[:2])]
