"""In which order statements are shown, what stands against voting on them, and votes as a table. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from math import log
from typing import Final
from uuid import UUID

import numpy as np

from casework.statements.errors import SeedsTooMany, StatementsTooFew
from casework.statements.model import Statement
from casework.statements.settings import StatementSettings
from casework.statistics.groups import Votes
from casework.workflow.errors import Refusal

_TAKEN: Final = 2**64


def next_statement(seed: int, voter: UUID, seen: Mapping[UUID, int], own: Collection[UUID]) -> UUID | None:
    """Which statement a voter is shown, drawn with weights of one over how often it was seen.

    The same until it is answered, whatever others do in between matters little: each statement has its own chance.
    """
    left = sorted(seen.keys() - set(own))
    return max(left, key=lambda one: (1 + seen[one]) * log(_chance(seed, voter, one)), default=None)


def _chance(seed: int, voter: UUID, statement_id: UUID) -> float:
    """Above 0 and up to 1."""
    drawn = sha256(f"{seed}/{voter}/{statement_id}".encode()).digest()
    return (int.from_bytes(drawn[:8], "big") + 1) / _TAKEN


def why_no_voting(statements: Sequence[Statement], settings: StatementSettings) -> Refusal | None:
    """What stands against opening it: too little to vote on, or too much of it by officials."""
    if len(statements) < settings.number_min:
        return StatementsTooFew(least=settings.number_min)
    seeds = sum(one.is_seed for one in statements)
    if seeds * 100 > len(statements) * settings.seed_percent_max:
        return SeedsTooMany(percent=settings.seed_percent_max)
    return None


def vote_table(rows: Sequence[tuple[UUID, UUID, int]], statements: Sequence[Statement]) -> Votes:
    """``rows`` are (voter, statement, vote); a row a voter and a column a statement, NaN where it was not seen."""
    voters = {voter: place for place, voter in enumerate(sorted({voter for voter, _, _ in rows}))}
    places = {one.statement_id: place for place, one in enumerate(statements)}
    table = np.full((len(voters), len(statements)), np.nan)
    for voter, statement_id, vote in rows:
        table[voters[voter], places[statement_id]] = vote
    return table
