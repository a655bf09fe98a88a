"""Statements to vote on: votes that know nobody, nothing known before the end, groups where there are some."""

from __future__ import annotations

from collections import Counter
from uuid import UUID, uuid4

import numpy as np
import pytest

from casework.statistics.settings import StatisticsSettings
from casework.workflow.errors import NotAllowed
from citycore.store.connections import Connection
from participation.dialogue import errors, voting
from participation.dialogue.model import (
    Statement,
    Texts,
    Vote,
)
from participation.dialogue.repository import find_votes
from participation.dialogue.rules import (
    next_statement,
    participant,
    read_browser,
    sign_browser,
    why_no_voting,
)
from participation.dialogue.settings import DialogueSettings
from tests.participation.dialogue_stage import (
    DAY,
    SUMMARY,
    Scene,
)


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
    known = [Statement(uuid4(), place, None if place < seeds else uuid4(), SUMMARY) for place in range(count)]
    found = why_no_voting(known, DialogueSettings())
    assert (None if found is None else type(found)) is refusal


def in_voting(scene: Scene, count: int = 10) -> tuple[UUID, list[Statement]]:
    """A session with a voting on ideas, and two seeds."""
    session_id = scene.announced()
    for number in range(count):
        texts = Texts(ar=f"ع {number}", en=f"S {number}")
        idea_id = scene.admitted(session_id=session_id, body=f"b {number}") if number > 1 else None
        voting.add_statement(scene.lead, session_id, texts, idea_id)
    voting.open_voting(scene.lead, session_id, 5)
    return session_id, voting.list_statements(scene.lead, session_id)


def test_votes_know_nobody_and_nothing_of_them_is_known_before_the_end(
    scene: Scene, owner: Connection
) -> None:
    session_id, _ = in_voting(scene)
    lines = owner.execute("SELECT count(*) FROM innovation.audit").fetchone()
    voter = scene.within()
    shown = voting.turn(voter, session_id, "t").statement
    assert shown is not None
    voting.vote(voter, session_id, "t", shown.statement_id, Vote.AGREE)
    voting.vote(voter, session_id, "t", shown.statement_id, Vote.DISAGREE)
    assert [vote for _, _, vote in find_votes(owner, session_id)] == [1], "the first word counts"
    after = voting.turn(voter, session_id, "t")
    assert (after.seen, after.count, after.statement == shown) == (1, 10, False)
    assert lines == owner.execute("SELECT count(*) FROM innovation.audit").fetchone()
    columns = owner.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'statement_votes'"
    ).fetchall()
    assert {name for (name,) in columns} == {"statement_id", "voter", "vote"}
    with pytest.raises(errors.VoteStillOpen):
        voting.count(scene.lead, session_id)
    with pytest.raises(errors.VoteOpened):
        voting.add_statement(scene.lead, session_id, SUMMARY)
    assert voting.find_outcome(voter, session_id) is None
    with pytest.raises(NotAllowed):
        voting.list_statements(voter, session_id)
    before = {voter for voter, _, _ in find_votes(owner, session_id)}
    scene.now += 5 * DAY
    with pytest.raises(errors.VoteNotOpen):
        voting.vote(voter, session_id, "u", shown.statement_id, Vote.AGREE)
    voting.count(scene.lead, session_id)
    found = voting.find_outcome(voter, session_id)
    assert found is not None
    assert found.is_too_few
    assert not before & {voter for voter, _, _ in find_votes(owner, session_id)}
    with pytest.raises(errors.VoteOpened):
        voting.count(scene.lead, session_id)


@pytest.mark.parametrize("groups", [0, 2])
def test_groups_are_told_where_there_are_some_and_else_that_there_are_none(
    scene: Scene, owner: Connection, groups: int
) -> None:
    session_id, statements = in_voting(scene)
    chance, rows = np.random.default_rng(3), []
    for person in range(80):
        for place, one in enumerate(statements):
            leaning = 0.5 if not groups or place == 9 else (0.95 if (person + place) % 2 else 0.05)
            agrees = chance.random() < (0.9 if place == 9 else leaning)
            rows.append((one.statement_id, UUID(int=person + 1), 1 if agrees else -1))
    owner.cursor().executemany("INSERT INTO participation.statement_votes VALUES (%s, %s, %s)", rows)
    scene.programme._parts[StatisticsSettings] = StatisticsSettings(groups_max=3)
    scene.now += 5 * DAY
    voting.count(scene.lead, session_id)
    found = voting.find_outcome(scene.within(), session_id)
    assert found is not None
    assert len(found.groups) == groups
    assert ("no_groups_found" if not groups else "groups_found") in found.release.document
    assert next(number for number, option, _ in found.consensus if option == "all_agree") == 10
    share = found.shares[10, 0, "agree"]
    assert share is not None
    assert 0.8 < share < 1
    if groups:
        apart = found.shares[1, 1, "agree"], found.shares[1, 2, "agree"]
        assert None not in apart
        assert abs(apart[0] - apart[1]) > 0.6  # type: ignore[operator]
    else:
        assert {group for _, group, _ in found.shares} == {0}
