"""Statements about a session: votes that know nobody, nothing known before the end, groups where there are some."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import numpy as np
import pytest

from casework.counting.wanted import Tally, count_due
from casework.statements import errors
from casework.statements.model import NewStatement, Statement, Vote
from casework.statements.repository import find_votes
from casework.statistics.settings import StatisticsSettings
from casework.workflow.errors import NotAllowed
from citycore.store.connections import Connection
from participation.dialogue.service import STATEMENTS
from tests.participation.stage import DAY
from tests.participation.test_dialogue import Scene


@pytest.fixture
def scene(owner: Connection) -> Scene:
    return Scene(owner)


SEED = NewStatement("ع", "S")


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
    assert STATEMENTS.find_outcome(scene.within(), session_id) is None
    assert count_due(scene.programme) == Tally(1, 0)
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
    assert STATEMENTS.find_outcome(scene.within(), session_id) is None
    assert count_due(scene.programme) == Tally(1, 0)
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
