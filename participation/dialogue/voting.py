"""Statements that people agree or disagree with, or pass: opened, voted on by browsers that nobody knows, and counted once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from casework.follow_up.keys import HubKey
from casework.people.addresses import network_of
from casework.people.model import Visitor
from casework.people.settings import ThrottleSettings
from casework.people.throttle.service import Bound, count_attempt
from casework.people.tokens import new_token
from casework.programme import Programme, Session
from casework.statistics.groups import opinion_groups
from casework.statistics.releases import service as releases
from casework.statistics.releases.model import Draft, Release, Subject
from casework.statistics.settings import StatisticsSettings
from casework.statistics.statement import Facts as Said
from casework.statistics.statement import Sampling
from casework.workflow.errors import NoSuchObject, Refusal, check, check_all, existing
from casework.workflow.model import Standing
from participation.dialogue import counting, errors, repository
from participation.dialogue.machine import FACILITATORS
from participation.dialogue.model import Facts, Statement, Texts, Turn, Vote, Voting
from participation.dialogue.passage import SESSION_PASSAGE, visible_idea, visible_talk
from participation.dialogue.rules import (
    FIELDS,
    next_statement,
    participant,
    sign_browser,
    vote_table,
    why_no_voting,
    wrong_texts,
)
from participation.dialogue.service import SESSIONS
from participation.dialogue.settings import DialogueSettings

#: Sessions in which people vote.
_STATES: Final = ("registration", "live", "held", "summary_open")
_SEEDS: Final = 1 << 31


class Browser(NamedTuple):
    """What a browser is given: ``shown`` is what it keeps of its token, for so many seconds."""

    token: str
    shown: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was released of a voting. ``shares`` are by number of a statement, group (0 is everybody) and option; None is hidden."""

    release: Release
    statement: Texts
    groups: tuple[int | None, ...]
    is_too_few: bool
    shares: dict[tuple[int, int, str], float | None] = field(default_factory=dict)
    consensus: tuple[tuple[int, str, float | None], ...] = ()


def add_statement(session: Session, session_id: UUID, texts: Texts, idea_id: UUID | None = None) -> None:
    """In both languages: in the words of an admitted idea of this session, or else a seed, which is marked."""
    limits = session.of(DialogueSettings)
    check_all(wrong_texts("statement", texts, limits.statement_characters_max, 1))
    standing = _hold_unopened(session, session_id)
    if idea_id is not None:
        idea = visible_idea(session, idea_id)
        if idea.state != "open" or idea.said.session_id != session_id:
            raise NoSuchObject
    if len(repository.find_statements(session.connection, session_id)) >= limits.statements_max:
        raise errors.StatementsFull(statements_max=limits.statements_max)
    repository.add_statement(session.connection, session.new_id(), session_id, idea_id, texts)
    session.note(SESSIONS, standing, "add_seed" if idea_id is None else "add_statement", session.now())


def remove_statement(session: Session, session_id: UUID, statement_id: UUID) -> None:
    """Before people vote."""
    standing = _hold_unopened(session, session_id)
    repository.remove_statement(session.connection, session_id, statement_id)
    session.note(SESSIONS, standing, "remove_statement", session.now())


def open_voting(session: Session, session_id: UUID, days: int) -> None:
    """For so many days. Statements stay as they are from now on; nobody learns anything of the votes before it is over."""
    limits = session.of(DialogueSettings)
    if not 1 <= days <= limits.voting_days_max:
        raise FIELDS.wrong("voting_days", f"1–{limits.voting_days_max}")
    standing = _hold_unopened(session, session_id)
    if standing.state not in _STATES:
        raise errors.VoteNotOpen
    statements = repository.find_statements(session.connection, session_id)
    check(why_no_voting(statements, limits))
    at = session.now()
    seed = int.from_bytes(session.programme.random(8), "big") % _SEEDS
    repository.open_voting(session.connection, session_id, seed, at, at + timedelta(days=days))
    session.note(SESSIONS, standing, "open_voting", at, statements=len(statements))


def begin(programme: Programme, visitor: Visitor) -> Browser:
    """A key by which a browser counts once. So many an hour are given to one network, and what they are used for is
    counted nowhere: no vote stands beside a network.

    A service of the second kind.
    """
    limits, minutes = programme.of(DialogueSettings), programme.of(ThrottleSettings).follow_up_window_minutes
    network = network_of(visitor.address)
    count_attempt(programme, (Bound("participant_network", network, limits.browsers_per_network, minutes),))
    seconds = limits.browser_days * 86_400
    token = new_token(programme.random)
    return Browser(token, sign_browser(programme.of(HubKey).secret, token), seconds)


def get_voting(session: Session, session_id: UUID) -> Voting | None:
    """When people vote, if they do in this session."""
    _ = visible_talk(session, session_id)
    return repository.find_voting(session.connection, session_id)


def list_statements(session: Session, session_id: UUID) -> list[Statement]:
    """For those who prepare the voting, and for everybody once it is counted."""
    voting = get_voting(session, session_id)
    if voting is None or voting.release_id is None:
        session.require(FACILITATORS, session.look(SESSIONS, session_id).scopes)
    return repository.find_statements(session.connection, session_id)


def turn(session: Session, session_id: UUID, token: str) -> Turn:
    """What a browser is shown next; :class:`VoteNotOpen`."""
    voting, voter = _open(session, session_id), _voter(session, session_id, token)
    seen, own = repository.find_seen(session.connection, session_id, voter)
    chosen = next_statement(voting.seed, voter, seen, own)
    statements = repository.find_statements(session.connection, session_id)
    shown = next((one for one in statements if one.statement_id == chosen), None)
    return Turn(shown, len(own), len(statements))


def vote(session: Session, session_id: UUID, token: str, statement_id: UUID, choice: Vote) -> None:
    """The first word of a browser about a statement. Nothing else is written with it: no person, no instant, no line of the log."""
    repository.hold_voting(session.connection, session_id)
    _open(session, session_id)
    if statement_id not in {
        one.statement_id for one in repository.find_statements(session.connection, session_id)
    }:
        raise NoSuchObject
    repository.keep_vote(session.connection, statement_id, _voter(session, session_id, token), choice)


def count(session: Session, session_id: UUID) -> Release:
    """Once it is closed: work out and release what was said, and forget which browser said it."""
    standing = session.hold(SESSIONS, session_id, FACILITATORS)
    repository.lock_voting(session.connection, session_id)
    voting = existing(repository.find_voting(session.connection, session_id))
    if voting.release_id is not None:
        raise errors.VoteOpened
    subject = Subject(SESSION_PASSAGE.kind, session_id, standing.chain)
    draft = releases.counted(session, subject, _is_over, lambda: _draft(session, subject, voting))
    released = releases.release(session, draft, _is_over)
    repository.end_voting(session.connection, session_id, released.release_id)
    return released


def find_outcome(session: Session, session_id: UUID) -> Outcome | None:
    """What was released, as its document says it."""
    voting = get_voting(session, session_id)
    if voting is None or voting.release_id is None:
        return None
    released = releases.find(session, voting.release_id)
    document = msgspec.json.decode(released.document)
    said, shares, agreed = Texts(**document["statement"]), {}, []
    for one in document["figures"]:
        number, share = int(one["code"].rpartition("_")[2]), one["value"]
        value = None if share is None else float(share)
        if one["option"] in counting.CONSENSUS.values():
            agreed.append((number, one["option"], value))
        else:
            group = int(one["channel"].rpartition("_")[2]) if one["channel"] else 0
            shares[number, group, one["option"]] = value
    sizes = next((table["cells"] for table in document["tables"] if table["code"] == "groups"), None)
    groups = tuple(sizes[:-2]) if sizes else ()
    is_too_few = not document["figures"]
    return Outcome(released, said, groups, is_too_few, shares, tuple(agreed))


def _is_over(session: Session, subject: Subject) -> Refusal | None:
    voting = existing(repository.find_voting(session.connection, subject.object_id))
    return None if session.now() >= voting.closes_at else errors.VoteStillOpen(closes=voting.closes_at)


def _draft(session: Session, subject: Subject, voting: Voting) -> Draft:
    settings = session.of(StatisticsSettings)
    statements = repository.find_statements(session.connection, voting.session_id)
    votes = vote_table(repository.find_votes(session.connection, voting.session_id), statements)
    said = Said(sampling=Sampling.SELF_SELECTED, answered=len(votes), answers_min=settings.answers_min)
    draft = Draft(
        subject=subject,
        facts=said,
        n=len(votes),
        opened_at=voting.opens_at,
        closed_at=voting.closes_at,
        method=("first_vote_of_a_browser",),
    )
    if said.is_too_few:
        return draft
    numbers = [one.number for one in statements]
    groups = opinion_groups(votes, voting.seed, settings)
    found = counting.count(votes, numbers, groups, settings)
    return replace(draft, method=(*draft.method, *found.method), figures=found.figures, tables=found.tables)


def _open(session: Session, session_id: UUID) -> Voting:
    voting = get_voting(session, session_id)
    if voting is None or not voting.is_open(session.now()):
        raise errors.VoteNotOpen
    return voting


def _voter(session: Session, session_id: UUID, token: str) -> UUID:
    return participant(session.of(HubKey).secret, token, session_id)


def _hold_unopened(session: Session, session_id: UUID) -> Standing[Facts]:
    standing = session.hold(SESSIONS, session_id, FACILITATORS)
    if repository.find_voting(session.connection, session_id) is not None:
        raise errors.VoteOpened
    return standing
