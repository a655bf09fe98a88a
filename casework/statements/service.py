"""Statements that people agree or disagree with, or pass: prepared, voted on by browsers that nobody knows, and counted once by the worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

import msgspec

from casework.access.model import Role
from casework.admission.browsers import participant_in
from casework.counting import wanted
from casework.counting.model import Counter
from casework.people.model import Names
from casework.programme import Session
from casework.statements import counting, errors, repository
from casework.statements.model import PACKAGE, NewStatement, Outcome, Statement, Turn, Vote, Voting
from casework.statements.rules import next_statement, vote_table, why_no_voting
from casework.statements.settings import StatementSettings
from casework.statistics.groups import Votes, opinion_groups
from casework.statistics.releases import service as releases
from casework.statistics.releases.model import Draft, Subject
from casework.statistics.settings import StatisticsSettings
from casework.statistics.statement import Facts, Sampling
from casework.workflow.errors import NoSuchObject, Refusal, check, existing
from casework.workflow.fields import Fields
from casework.workflow.model import Binding, Standing

FIELDS: Final = Fields(PACKAGE)
_SEEDS: Final = 1 << 31


@dataclass(frozen=True, slots=True)
class Statements:
    """Those about the objects of a noun, of which ``kind`` is that of the passage.

    ``leaders`` prepare and count them; people can vote while an object is in one of ``states``. ``see`` raises for whoever
    may not see the object, ``quote`` for a source whose words cannot be a statement about it.
    """

    kind: str
    binding: Binding[Any]
    leaders: frozenset[Role]
    states: frozenset[str]
    see: Callable[[Session, UUID], object]
    quote: Callable[[Session, UUID, UUID], object]

    def add(self, session: Session, object_id: UUID, new: NewStatement) -> None:
        """In the words of a source, or else a seed, which is marked."""
        limits = session.of(StatementSettings)
        FIELDS.check_texts(new, ("statement_ar", "statement_en"), limits.characters_max)
        standing = self._hold_unopened(session, object_id)
        if new.source_id is not None:
            self.quote(session, object_id, new.source_id)
        if len(repository.find_statements(session.connection, object_id)) >= limits.number_max:
            raise errors.StatementsFull(statements_max=limits.number_max)
        repository.add_statement(session.connection, session.new_id(), object_id, new)
        event = "add_seed" if new.source_id is None else "add_statement"
        session.note(self.binding, standing, event, session.now())

    def remove(self, session: Session, object_id: UUID, statement_id: UUID) -> None:
        """Before people vote."""
        standing = self._hold_unopened(session, object_id)
        repository.remove_statement(session.connection, object_id, statement_id)
        session.note(self.binding, standing, "remove_statement", session.now())

    def open(self, session: Session, object_id: UUID, days: int) -> None:
        """For so many days. Statements stay as they are from now on; nobody learns anything of the votes before it is over."""
        limits = session.of(StatementSettings)
        if not 1 <= days <= limits.days_max:
            raise FIELDS.wrong("voting_days", f"1–{limits.days_max}")
        standing = self._hold_unopened(session, object_id)
        if standing.state not in self.states:
            raise errors.VoteNotOpen
        statements = repository.find_statements(session.connection, object_id)
        check(why_no_voting(statements, limits))
        at = session.now()
        seed = int.from_bytes(session.programme.random(8), "big") % _SEEDS
        repository.open_voting(session.connection, object_id, seed, at, at + timedelta(days=days))
        session.note(self.binding, standing, "open_voting", at, statements=len(statements))

    def find_voting(self, session: Session, object_id: UUID) -> Voting | None:
        """When people vote, if they do about this object."""
        self.see(session, object_id)
        return repository.find_voting(session.connection, object_id)

    def list_all(self, session: Session, object_id: UUID) -> list[Statement]:
        """For those who prepare the voting, and for everybody once it is counted."""
        voting = self.find_voting(session, object_id)
        if voting is None or voting.release_id is None:
            session.require(self.leaders, session.look(self.binding, object_id).scopes)
        return repository.find_statements(session.connection, object_id)

    def turn(self, session: Session, object_id: UUID, token: str) -> Turn:
        """What a browser is shown next; :class:`VoteNotOpen`."""
        voting, voter = self._open(session, object_id), participant_in(session, token, object_id)
        seen, own = repository.find_seen(session.connection, object_id, voter)
        chosen = next_statement(voting.seed, voter, seen, own)
        statements = repository.find_statements(session.connection, object_id)
        shown = next((one for one in statements if one.statement_id == chosen), None)
        return Turn(shown, len(own), len(statements))

    def vote(self, session: Session, object_id: UUID, token: str, statement_id: UUID, choice: Vote) -> None:
        """The first word of a browser about a statement. Nothing else is written with it: no person, no instant, no line of
        the log.
        """
        repository.hold_voting(session.connection, object_id)
        self._open(session, object_id)
        known = repository.find_statements(session.connection, object_id)
        if statement_id not in {one.statement_id for one in known}:
            raise NoSuchObject
        voter = participant_in(session, token, object_id)
        repository.keep_vote(session.connection, statement_id, voter, choice)

    def count(self, session: Session, object_id: UUID) -> None:
        """Once it is closed: the worker works out and releases what was said, and forgets which browser said it."""
        standing = session.hold(self.binding, object_id, self.leaders)
        # Everybody who began to vote in time is done before the worker looks.
        repository.lock_voting(session.connection, object_id)
        voting = existing(repository.find_voting(session.connection, object_id))
        if voting.release_id is not None:
            raise errors.VoteOpened
        check(_is_over(session, Subject(self.kind, object_id, standing.chain)))
        wanted.ask(session, self.kind, object_id)
        session.note(self.binding, standing, "count_votes", session.now())

    @property
    def counter(self) -> Counter[Draft]:
        """For the noun, by which the worker counts what was asked for."""
        return Counter(self.kind, self._take, _keep)

    def _take(self, session: Session, object_id: UUID) -> Callable[[], Draft]:
        subject = Subject(self.kind, object_id, session.look(self.binding, object_id).chain)
        voting = existing(repository.find_voting(session.connection, object_id))
        check(_is_over(session, subject))
        statements = repository.find_statements(session.connection, object_id)
        votes = vote_table(repository.find_votes(session.connection, object_id), statements)
        numbers, settings = [one.number for one in statements], session.of(StatisticsSettings)
        return partial(_draft, subject, voting, votes, numbers, settings)

    def find_outcome(self, session: Session, object_id: UUID) -> Outcome | None:
        """What was released, for everybody; None before."""
        voting = self.find_voting(session, object_id)
        if voting is None or voting.release_id is None:
            return None
        released = releases.find(session, voting.release_id)
        document = msgspec.json.decode(released.document)
        shares, agreed = {}, []
        for one in document["figures"]:
            number, share = int(one["code"].rpartition("_")[2]), one["value"]
            value = None if share is None else float(share)
            if one["option"] in counting.CONSENSUS.values():
                agreed.append((number, one["option"], value))
            else:
                group = int(one["channel"].rpartition("_")[2]) if one["channel"] else 0
                shares[number, group, one["option"]] = value
        table = next((one for one in document["tables"] if one["code"] == "groups"), None)
        cells = () if table is None else table["cells"] or [None] * (len(table["rows"]) + 1)
        # The last two are of those in no group and of all.
        groups = tuple(cells[:-2])
        words, is_too_few = Names(**document["statement"]), not document["figures"]
        return Outcome(released, words, groups, is_too_few, shares, tuple(agreed))

    def _open(self, session: Session, object_id: UUID) -> Voting:
        voting = self.find_voting(session, object_id)
        if voting is None or not voting.is_open(session.now()):
            raise errors.VoteNotOpen
        return voting

    def _hold_unopened(self, session: Session, object_id: UUID) -> Standing[Any]:
        standing = session.hold(self.binding, object_id, self.leaders)
        if repository.find_voting(session.connection, object_id) is not None:
            raise errors.VoteOpened
        return standing


def _is_over(session: Session, subject: Subject) -> Refusal | None:
    voting = existing(repository.find_voting(session.connection, subject.object_id))
    return None if session.now() >= voting.closes_at else errors.VoteStillOpen(closes=voting.closes_at)


def _keep(session: Session, object_id: UUID, draft: Draft) -> None:
    """Nothing of a voting that was counted meanwhile."""
    repository.lock_voting(session.connection, object_id)
    if existing(repository.find_voting(session.connection, object_id)).release_id is None:
        released = releases.release(session, draft, _is_over)
        repository.end_voting(session.connection, object_id, released.release_id)


def _draft(
    subject: Subject, voting: Voting, votes: Votes, numbers: list[int], settings: StatisticsSettings
) -> Draft:
    said = Facts(sampling=Sampling.SELF_SELECTED, answered=len(votes), answers_min=settings.answers_min)
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
    groups = opinion_groups(votes, voting.seed, settings)
    found = counting.count(votes, numbers, groups, settings)
    return replace(draft, method=(*draft.method, *found.method), figures=found.figures, tables=found.tables)
