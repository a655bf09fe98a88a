"""Statements: who counts once, in which order they are shown, and what is told of votes."""

from __future__ import annotations

from collections import Counter
from uuid import UUID, uuid4

import numpy as np
import pytest

from casework.admission.browsers import participant, read_browser, sign_browser
from casework.people.model import Names
from casework.statements import counting, errors
from casework.statements.model import Statement
from casework.statements.rules import next_statement, why_no_voting
from casework.statements.settings import StatementSettings
from casework.statistics.groups import NO_GROUP, Groups, NoGroups
from casework.statistics.settings import StatisticsSettings


def test_a_browser_counts_as_another_in_each_thing_and_cannot_be_made_up() -> None:
    shown = sign_browser(b"k", "token-_1")
    assert read_browser(b"k", shown) == "token-_1"
    for wrong in ("", ".", shown + "x", shown.replace("1", "2"), "token-_1", "ع." + shown):
        assert read_browser(b"k", wrong) is None
    one, other = UUID(int=1), UUID(int=2)
    assert len({participant(b"k", "a", one), participant(b"k", "a", other), participant(b"k", "b", one)}) == 3


def test_statements_that_were_seen_less_are_shown_more() -> None:
    known = [UUID(int=number) for number in range(1, 6)]
    seen = dict.fromkeys(known, 9) | {known[0]: 0}
    drawn = Counter(next_statement(1, UUID(int=1_000 + voter), seen, ()) for voter in range(2_000))
    # Its share is 1 of 1 + 4/10, the others' a tenth of that.
    assert abs(drawn[known[0]] / 2_000 - 1 / 1.4) < 0.04
    assert next_statement(1, UUID(int=5), seen, ()) == next_statement(1, UUID(int=5), seen, ())
    assert next_statement(1, UUID(int=5), seen, known[:4]) == known[4]
    assert next_statement(1, UUID(int=5), seen, known) is None


@pytest.mark.parametrize(
    ("count", "seeds", "refusal"),
    [(6, 0, errors.StatementsTooFew), (10, 2, None), (10, 3, errors.SeedsTooMany)],
)
def test_few_statements_are_those_of_officials(count: int, seeds: int, refusal: type | None) -> None:
    known = [
        Statement(uuid4(), place, None if place < seeds else uuid4(), Names("ع", "S"))
        for place in range(count)
    ]
    found = why_no_voting(known, StatementSettings())
    assert (None if found is None else type(found)) is refusal


def told(found: counting.Counted, option: str) -> list[tuple[str | None, int, bool]]:
    """Of an option: for whom, of how many votes, and whether it is printed."""
    return [(one.channel, one.base, one.value is not None) for one in found.figures if one.option == option]


def test_small_numbers_of_votes_are_hidden_with_those_that_would_tell_them() -> None:
    settings = StatisticsSettings()
    column = [1.0] * 30 + [-1.0] * 12 + [0.0] * 2
    found = counting.count(np.array([column]).T, [7], NoGroups(44), settings)
    # Two passed: without the 12 who disagree anybody could work that out.
    assert told(found, "pass") == told(found, "disagree") == [(None, 44, False)]
    assert told(found, "agree") == [(None, 44, True)]
    assert found.tables[0].cells == (30, None, None, 44)
    few = counting.count(np.array([[1.0] * 6 + [np.nan] * 40]).T, [7], NoGroups(0), settings)
    assert told(few, "agree") == [(None, 6, False)], "of fewer than ten votes there is no share"
    assert counting.count(np.array([[1.0] * 3 + [np.nan] * 40]).T, [7], NoGroups(0), settings).figures == ()


def test_what_all_groups_share_is_told_without_a_number_that_would_tell_a_small_one() -> None:
    settings, half = StatisticsSettings(), np.arange(80) % 2
    votes = np.array([np.ones(80), np.where(np.arange(80) % 8 < 2, -1, 1), np.where(half, 1, -1)]).T
    votes[:2, 0] = -1
    found = counting.count(votes, (1, 2, 3), Groups(half, 2, votes[:, :2], 0.9, 0.0), settings)
    shared = {one.code: one.value is not None for one in found.figures if one.option == "all_agree"}
    assert shared == {"statement_2": True, "statement_1": False}
    assert found.tables[0].cells == (40, 40, 0, 80)
    half[:3] = NO_GROUP
    few = counting.count(votes, (1, 2, 3), Groups(half, 2, votes[:, :2], 0.9, 0.0), settings)
    assert None in (few.tables[0].cells or ()), "three are in no group"
    for one in few.tables:
        assert all(cell is None or not 0 < cell < 5 for cell in one.cells or ())
