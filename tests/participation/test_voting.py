"""Statements to vote on: votes that know nobody, nothing known before the end, groups where there are some."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from uuid import UUID, uuid4

import numpy as np
import pytest

from casework.admission.browsers import participant, read_browser, sign_browser
from casework.people.model import Names
from casework.statements import counting, errors
from casework.statements.model import NewStatement, Statement, Vote
from casework.statements.repository import find_votes
from casework.statements.rules import next_statement, why_no_voting
from casework.statements.settings import StatementSettings
from casework.statistics.groups import NO_GROUP, Groups, NoGroups
from casework.statistics.settings import StatisticsSettings
from casework.workflow.errors import NotAllowed
from citycore.store.connections import Connection
from participation.dialogue.service import STATEMENTS
from tests.participation.dialogue_stage import (
    DAY,
    Scene,
)

SEED = NewStatement("ع", "S")


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


def in_voting(scene: Scene, count: int = 10) -> tuple[UUID, list[Statement]]:
    """A session with a voting on ideas, and two seeds."""
    session_id = scene.announced()
    for number in range(count):
        idea_id = scene.admitted(session_id=session_id, body=f"b {number}") if number > 1 else None
        STATEMENTS.add(scene.lead, session_id, replace(SEED, source_id=idea_id))
    STATEMENTS.open(scene.lead, session_id, 5)
    return session_id, STATEMENTS.list_all(scene.lead, session_id)


def test_votes_know_nobody_and_nothing_of_them_is_known_before_the_end(
    scene: Scene, owner: Connection
) -> None:
    session_id, _ = in_voting(scene)
    lines = owner.execute("SELECT count(*) FROM innovation.audit").fetchone()
    voter = scene.within()
    shown = STATEMENTS.turn(voter, session_id, "t").statement
    assert shown is not None
    STATEMENTS.vote(voter, session_id, "t", shown.statement_id, Vote.AGREE)
    STATEMENTS.vote(voter, session_id, "t", shown.statement_id, Vote.DISAGREE)
    assert [vote for _, _, vote in find_votes(owner, session_id)] == [1], "the first word counts"
    after = STATEMENTS.turn(voter, session_id, "t")
    assert (after.seen, after.count, after.statement == shown) == (1, 10, False)
    assert lines == owner.execute("SELECT count(*) FROM innovation.audit").fetchone()
    columns = owner.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'statement_votes'"
    ).fetchall()
    assert {name for (name,) in columns} == {"statement_id", "voter", "vote"}
    with pytest.raises(errors.VoteStillOpen):
        STATEMENTS.count(scene.lead, session_id)
    with pytest.raises(errors.VoteOpened):
        STATEMENTS.add(scene.lead, session_id, SEED)
    assert STATEMENTS.find_outcome(voter, session_id) is None
    with pytest.raises(NotAllowed):
        STATEMENTS.list_all(voter, session_id)
    before = {voter for voter, _, _ in find_votes(owner, session_id)}
    scene.now += 5 * DAY
    with pytest.raises(errors.VoteNotOpen):
        STATEMENTS.vote(voter, session_id, "u", shown.statement_id, Vote.AGREE)
    STATEMENTS.count(scene.lead, session_id)
    found = STATEMENTS.find_outcome(voter, session_id)
    assert found is not None
    assert found.is_too_few
    assert not before & {voter for voter, _, _ in find_votes(owner, session_id)}
    with pytest.raises(errors.VoteOpened):
        STATEMENTS.count(scene.lead, session_id)


@pytest.mark.parametrize("groups", [0, 2])
def test_groups_are_told_where_there_are_some_and_else_that_there_are_none(
    scene: Scene, owner: Connection, groups: int
) -> None:
    session_id, statements = in_voting(scene)
    chance, rows = np.random.default_rng(3), []
    for person in range(80):
        for place, one in enumerate(statements):
            leaning = 0.5 if not groups or place == 9 else (0.8 if (person + place) % 2 else 0.2)
            agrees = chance.random() < (0.9 if place == 9 else leaning)
            rows.append((one.statement_id, UUID(int=person + 1), 1 if agrees else -1))
    owner.cursor().executemany("INSERT INTO participation.statement_votes VALUES (%s, %s, %s)", rows)
    owner.execute("UPDATE participation.votings SET seed = 5")
    scene.programme._parts[StatisticsSettings] = StatisticsSettings(groups_max=3)
    scene.now += 5 * DAY
    STATEMENTS.count(scene.lead, session_id)
    found = STATEMENTS.find_outcome(scene.within(), session_id)
    assert found is not None
    assert len(found.groups) == groups
    assert ("no_groups_found" if not groups else "groups_found") in found.release.document
    assert 10 in {number for number, option, _ in found.consensus if option == "all_agree"}
    if groups:
        pairs = [[found.shares[number, group, "agree"] for group in (1, 2)] for number in range(1, 10)]
        apart = [abs(one - other) for one, other in pairs if one is not None and other is not None]
        assert apart
        assert min(apart) > 0.3
    else:
        assert {group for _, group, _ in found.shares} == {0}


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
