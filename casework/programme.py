"""What a process has once, and what one call has: every service works with one of the two.

``service.edit(session, need_id, description, seen_version)`` is one call in one transaction. **A second kind of
service** takes ``(programme, actor, …)`` instead and opens its own transactions: those that keep something although
they refuse (counting attempts to sign in), and those that hash, unpack or clean between two transactions.
``docs/decisions/0022-call-context-and-registry.md`` lists them.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from threading import RLock
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from psycopg import IsolationLevel
from psycopg.errors import SerializationFailure
from psycopg.pq import TransactionStatus

from casework.access.model import Actor, Role, Scope
from casework.access.rules import holds_any
from casework.audit.model import Detail
from casework.notifications.settings import NotificationSettings
from casework.outbox.model import About, Mail
from casework.outbox.service import NOTHING, enqueue, written
from casework.people.settings import PeopleSettings
from casework.people.tokens import Random, new_id
from casework.workflow import deadlines as timing
from casework.workflow import preparing, stopping, writing
from casework.workflow import service as engine
from casework.workflow.errors import Busy, NotAllowed
from casework.workflow.gathering import Follow, Gathered, Notices
from casework.workflow.model import Attempt, Binding, Deadline, Extension, Moved, PreparedStep, Standing
from casework.workflow.receipts import receipt
from casework.workflow.rules import compare
from citycore.clock import CITY_ZONE, Clock, system_clock
from citycore.store.connections import Connection

Part = TypeVar("Part")
Outcome = TypeVar("Outcome")
Given = ParamSpec("Given")
Facts = TypeVar("Facts")
#: What services are: those of one call, and those that open their own transactions.
InSession = Callable[Concatenate["Session", Given], Outcome]
WithProgramme = Callable[Concatenate["Programme", Given], Outcome]
#: A way to a connection of one's own that is in no transaction.
Connect = Callable[[], AbstractContextManager[Connection]]


class Programme:
    """Built once a process. ``parts`` are those that it does not make by itself, such as settings for a test."""

    def __init__(
        self,
        connect: Connect,
        clock: Clock = system_clock,
        parts: Iterable[object] = (),
        random: Random = secrets.token_bytes,
    ) -> None:
        self.connect = connect
        self.clock = clock
        self.random = random
        self._parts: dict[type[Any], object] = {type(part): part for part in parts}
        self._making = RLock()

    def of(self, kind: type[Part]) -> Part:
        """What exists once a process, such as the settings of a noun. It is made when it is first asked for: by its
        ``made_for(programme)`` if it has that, else without arguments.
        """
        found = self._parts.get(kind)
        if found is None:
            with self._making:
                found = self._parts.get(kind)
                if found is None:
                    make = getattr(kind, "made_for", None)
                    found = self._parts[kind] = kind() if make is None else make(self)
        assert isinstance(found, kind)
        return found

    @contextmanager
    def session(self, actor: Actor, *, is_look: bool = False) -> Iterator[Session]:
        """One transaction for one call; :class:`Busy` if a lock is not to be had.

        A look reads everything as of one moment. It may note who looked, and takes no step.
        """
        with self.connect() as connection, _isolated(connection, is_look=is_look), _unit(connection):
            yield Session(self, connection, actor)

    def call(
        self, actor: Actor, service: InSession[Given, Outcome], /, *given: Given.args, **named: Given.kwargs
    ) -> Outcome:
        """One service in a session of its own."""
        with self.session(actor) as session:
            return service(session, *given, **named)

    def within(self, connection: Connection, actor: Actor) -> Session:
        """For code that has a connection and a transaction of its own."""
        return Session(self, connection, actor)


@dataclass(frozen=True, slots=True)
class Session:
    """One call of a service by somebody: its transaction, and what services do in it."""

    programme: Programme
    connection: Connection
    actor: Actor
    #: What is written at the end, where steps of many objects are taken :meth:`together`.
    gathered: Gathered | None = None

    def of(self, kind: type[Part]) -> Part:
        return self.programme.of(kind)

    def now(self) -> datetime:
        """To be read after locks: whoever waited for one is judged by when it was theirs."""
        return self.programme.clock()

    @property
    def person_id(self) -> UUID:
        """Who acts; :class:`NotAllowed` for whoever is not signed in."""
        if self.actor.person_id is None:
            raise NotAllowed
        return self.actor.person_id

    def new_id(self) -> UUID:
        return new_id(self.programme.random)

    def link(self, path: str) -> str:
        """Where people reach a page of the portal."""
        return f"{self.of(PeopleSettings).portal_url.rstrip('/')}{path}"

    def holds(self, roles: Collection[Role], scopes: Collection[Scope]) -> bool:
        """Whether the actor has one of these roles now."""
        return holds_any(self.actor.at(self.now()), roles, scopes)

    def holds_anywhere(self, roles: Collection[Role]) -> bool:
        """Of the whole hub, or in the scope of any object."""
        return any(grant.role in roles for grant in self.actor.at(self.now()).grants)

    def require(self, roles: Collection[Role], scopes: Collection[Scope]) -> None:
        """:class:`NotAllowed` for whoever has none of these roles now."""
        if not self.holds(roles, scopes):
            raise NotAllowed

    def hold(
        self,
        binding: Binding[Facts],
        object_id: UUID,
        roles: Collection[Role],
        seen_version: int | None = None,
    ) -> Standing[Facts]:
        """The object, locked for whoever has one of these roles in its scopes; as it was seen, if that is said."""
        standing = self.lock(binding, object_id)
        self.require(roles, standing.scopes)
        compare(standing, seen_version)
        return standing

    @contextmanager
    def part(self) -> Iterator[None]:
        """Of the transaction: what is undone alone where the caller goes on after a refusal."""
        with engine.unit(self.connection), nullcontext() if self.gathered is None else self.gathered.part():
            yield

    @contextmanager
    def together(self, binding: Binding[Any] | None, object_ids: Collection[UUID]) -> Iterator[Session]:
        """For the same step of many objects, in few statements: they are locked and read at once, and lines of the log, words and mails
        are written when all is done. Each takes its step in a :meth:`part` of its own. If a lock is not to be had, they are locked one by one.
        """
        gathered = Gathered()
        own = replace(self, gathered=gathered)
        if binding is not None:
            with suppress(Busy), self.part():
                engine.gather(self, binding, object_ids, gathered)
        yield own
        while gathered.following:
            for follow, steps in gathered.take_following():
                follow(own, steps)
        gathered.write(self.connection)

    # What the engine does with a session, as its methods.
    lock = engine.lock
    look = engine.look
    steps = engine.steps
    steps_of = engine.steps_of
    words = engine.words
    note = engine.note
    log = writing.log
    deadlines = timing.deadlines
    planned = timing.planned
    set_deadline = timing.set_deadline
    set_deadlines = timing.set_deadlines
    allow = stopping.allow
    extensions = timing.extensions
    plan = timing.plan
    take_back = preparing.take_back
    release = preparing.release

    def apply(
        self,
        binding: Binding[Facts],
        object_id: UUID,
        event: str,
        seen_version: int | None,
        reason: str | None = None,
        /,
        **details: Detail,
    ) -> Moved:
        """Lock the object and take one step, or raise the :class:`Refusal` that says why not.

        ``details`` go into the audit line: codes only, nothing that a person wrote.
        """
        return self.step(binding, self.lock(binding, object_id), event, seen_version, reason, **details)

    def step(
        self,
        binding: Binding[Facts],
        standing: Standing[Facts],
        event: str,
        seen_version: int | None = None,
        reason: str | None = None,
        /,
        **details: Detail,
    ) -> Moved:
        """The same of an object that is locked already."""
        moved = engine.step(
            self, binding, standing, Attempt(event, self.actor, seen_version, reason, details)
        )
        handing_in = binding.machine.handing_in
        if handing_in is not None and event in handing_in.events:
            self.confirm(binding, standing.object_id, moved.at)
        return moved

    def confirm(self, binding: Binding[Any], object_id: UUID, at: datetime) -> None:
        """Mail the actor that what they handed in arrived; of steps that the machine names it is done by itself."""
        self.send(receipt(self, binding, object_id, at, self.link("")), at)

    def extend(
        self, binding: Binding[Facts], object_id: UUID, name: str, instant: datetime, reason: str
    ) -> Extension:
        """Move a deadline to a later instant in the future, for everybody alike and visible to all."""
        return timing.extend(self, binding, object_id, Deadline(name, instant, CITY_ZONE.key), reason)

    def prepare(
        self,
        binding: Binding[Facts],
        object_id: UUID,
        event: str,
        seen_version: int,
        reason: str | None = None,
    ) -> PreparedStep:
        """Decide without telling it yet; it replaces what was prepared before."""
        attempt = Attempt(event, self.actor, seen_version, reason)
        return preparing.prepare(self, binding, object_id, attempt)

    def send(self, mails: Iterable[Mail], about: Moved | datetime) -> None:
        """Have mails sent once the transaction has committed: about a step, with the words that were added to it,
        or about what happened at an instant. Those that may wait are mailed as their readers have chosen.
        """
        may_wait = self.of(NotificationSettings).may_wait
        known = (replace(mail, may_wait=mail.template.code in may_wait) for mail in mails)
        at, said = (about.at, told_of(about)) if isinstance(about, Moved) else (about, NOTHING)
        if self.gathered is None:
            enqueue(self.connection, known, at, about=said)
        else:
            self.gathered.mails += written(known, at, about=said)

    def tell(self, notices: Notices[Session], moved: Moved) -> None:
        """Send the mails about a step as ``notices`` gives them; of steps that are taken together it is asked once, about all."""
        self.then(_telling(notices), moved)

    def then(self, follow: Follow[Session], moved: Moved) -> None:
        """Do what follows from a step and cannot be refused any more; of steps that are taken together once, for all."""
        if self.gathered is None:
            follow(self, [moved])
        else:
            self.gathered.following.append((follow, moved))

    def hold_some(self, binding: Binding[Any], object_ids: Collection[UUID]) -> None:
        r"""Where steps are taken together: lock and read these at once too; each is then :meth:`lock`\ ed without a question."""
        if self.gathered is not None:
            engine.gather(self, binding, object_ids, self.gathered)


@cache
def _telling(notices: Notices[Session]) -> Follow[Session]:
    """The same for the same notices, so that they are asked once."""

    def tell(session: Session, steps: Sequence[Moved]) -> None:
        for moved, mails in notices(session, steps):
            session.send(mails, moved)

    return tell


def told_of(moved: Moved) -> About:
    """What the mails about a step say besides, and how long they wait, since it can be taken back."""
    if not moved.held_minutes:
        return About(moved.words)
    return About(moved.words, moved.object_id, timedelta(minutes=moved.held_minutes))


@contextmanager
def _unit(connection: Connection) -> Iterator[None]:
    try:
        with engine.unit(connection):
            yield
    except SerializationFailure as error:  # somebody else changed meanwhile what a look was to note
        raise Busy from error


@contextmanager
def _isolated(connection: Connection, *, is_look: bool) -> Iterator[None]:
    """What the next transaction of the connection sees, unless there is one already that it becomes part of."""
    if not is_look or connection.info.transaction_status is not TransactionStatus.IDLE:
        yield
        return
    before = connection.isolation_level
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    try:
        yield
    finally:
        if not connection.closed:
            connection.isolation_level = before
