"""A workflow as data: states, transitions between them, and what binds them to a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Generic, LiteralString, TypeVar
from uuid import UUID

from casework.access.model import Actor, Role, Scope
from casework.audit.model import Detail
from casework.outbox.model import Mail
from casework.workflow.errors import Refusal
from casework.workflow.graph import closure
from casework.workflow.handing_in import HandingIn
from casework.workflow.wording import Label
from citycore.store.connections import Connection

#: What the guards of a machine look at, read under the lock of its object.
Facts = TypeVar("Facts")
#: A named pure function: why the step is not possible now, or None.
Guard = Callable[[Facts], Refusal | None]


@dataclass(frozen=True, slots=True)
class State:
    """``public`` names another label for whoever must not know more; a reason is required where there are any.

    ``pauses`` names deadlines in working time that stand still while an object is here.
    """

    name: str
    public: str | None = None
    reasons: tuple[str, ...] = ()
    is_terminal: bool = False
    pauses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """What the states of a machine are to whoever looks, by their names: each state stands in one of these."""

    #: Somebody has to do something before it goes on.
    waiting: str = ""
    open: str = ""
    #: Others are at work on it.
    at_work: str = ""
    good_end: str = ""
    bad_end: str = ""
    paused: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """Names of deadlines: possible from (including) the one and until (not including) the other."""

    from_: str | None = None
    until: str | None = None


ALWAYS = Window()
#: When a deadline that stands still is due. Every statement that compares instants works with it.
NEVER = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Transition(Generic[Facts]):
    """From a state by an event to a state: by whom, when, if what.

    ``reason`` is the one that the step itself implies. ``prepared_by`` makes it a decision: prepared
    quietly by these roles, released by ``roles``.
    """

    source: str
    event: str
    target: str
    roles: frozenset[Role]
    guards: tuple[Guard[Facts], ...] = ()
    window: Window = ALWAYS
    reason: str | None = None
    prepared_by: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class Machine(Generic[Facts]):
    """The whole workflow of a noun. ``package`` holds its texts in the table of its name.

    ``deadlines`` stand in the order of time; they are planned by ``planners`` while in ``planned_in``, and
    extended by them afterwards. ``irrevocable`` are the events that cannot be taken back although there is a way on
    from where they lead; those into terminal states never can. ``explained`` are the events that say nothing without
    words of their own, such as a return with questions; ``spoken`` those with a reason of their own that people can add words to;
    ``undoable`` those whose step can be taken back, and for how many minutes. ``implied`` are reasons that only a step says by
    itself, and that nobody chooses.
    ``may_precede`` names deadlines that may also come before some that stand before them in the list.

    Deadlines ``in_working_time`` are set in working minutes (``session.allow``), can stand still, and what the
    clockwork does because of them it does while offices work. Of a machine that ``is_secret`` no step is logged, nor what
    people add to it: what may be told, such as that it was opened or how many were counted, the noun logs of what it belongs to.

    Raises ``ValueError`` on a table that contradicts itself.
    """

    name: str
    package: str
    states: tuple[State, ...]
    transitions: tuple[Transition[Facts], ...]
    deadlines: tuple[str, ...] = ()
    planned_in: frozenset[str] = frozenset()
    planners: frozenset[Role] = frozenset()
    irrevocable: frozenset[str] = frozenset()
    explained: frozenset[str] = frozenset()
    spoken: frozenset[str] = frozenset()
    implied: frozenset[str] = frozenset()
    undoable: Mapping[str, int] = field(default_factory=dict, hash=False)
    in_working_time: frozenset[str] = frozenset()
    may_precede: Mapping[str, frozenset[str]] = field(default_factory=dict, hash=False)
    is_secret: bool = False
    looks: Looks = Looks()
    handing_in: HandingIn | None = None
    _states: Mapping[str, State] = field(init=False, repr=False, compare=False)
    _steps: Mapping[tuple[str, str], Transition[Facts]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found = faults(self)
        if found:
            raise ValueError(f"machine {self.name}: {'; '.join(found)}")
        object.__setattr__(self, "_states", {state.name: state for state in self.states})
        object.__setattr__(self, "_steps", {(step.source, step.event): step for step in self.transitions})

    @property
    def initial(self) -> State:
        """The first in the list."""
        return self.states[0]

    def state(self, name: str) -> State:
        return self._states[name]

    def step(self, source: str, event: str) -> Transition[Facts] | None:
        return self._steps.get((source, event))

    def label(self, table: str, name: str) -> Label:
        """A text of the machine: of ``state``, ``public``, ``event``, ``reason``, ``deadline`` or ``task``."""
        return Label(self.package, f"{self.name}.{table}.{name}")

    def public_label(self, state: str) -> Label:
        """What whoever has no part in it may know."""
        public = self._states[state].public
        return self.label("state", state) if public is None else self.label("public", public)

    def told(self, moved: Moved) -> dict[str, Label]:
        """Where a step has led, and why if it has a reason: what mails about it say."""
        told = {"state": self.label("state", moved.target)}
        return told if moved.reason is None else told | {"reason": self.label("reason", moved.reason)}

    def is_irrevocable(self, step: Transition[Facts]) -> bool:
        """Whether nobody can undo the step, so that people are asked before they take it."""
        return step.event in self.irrevocable or self._states[step.target].is_terminal

    def reasons_of(self, state: State) -> tuple[str, ...]:
        """Those that people choose from."""
        return tuple(one for one in state.reasons if one not in self.implied)

    def calls_off(self, step: Transition[Facts]) -> bool:
        """Whether a step leads to a pause or to an end that nobody works for, such as cancelling or postponing."""
        return step.target in f"{self.looks.bad_end} {self.looks.paused}".split()

    def steps_by(self, event: str) -> list[Transition[Facts]]:
        return [step for step in self.transitions if step.event == event]


@dataclass(frozen=True, slots=True)
class Standing(Generic[Facts]):
    """How an object stands: under its lock, or just looked at.

    ``chain`` is where its audit lines go, ``scopes`` are those in which a role counts, and
    ``deadlines_of`` is the object whose deadlines it follows: itself, or the hackathon it is part of.
    """

    object_id: UUID
    state: str
    version: int
    chain: str
    scopes: frozenset[Scope]
    deadlines_of: UUID
    facts: Facts


@dataclass(frozen=True, slots=True)
class Binding(Generic[Facts]):
    """A machine and its table, by statements of the noun's own ``queries.sql``.

    ``lock`` takes the row of ``%(object_id)s`` (``FOR UPDATE``); ``read`` then sees it as it is, with
    what the guards need of it and around it for this actor, or None if there is none.
    ``move`` sets ``%(target)s, %(reason)s, %(at)s`` and adds one to the version of ``%(object_id)s``.
    ``due`` finds and locks (``SKIP LOCKED``), in the order of identifiers above ``%(after)s``, at most
    ``%(rows)s`` objects in ``%(source)s`` whose deadline ``%(deadline)s`` has come at ``%(at)s``; only
    machines with steps of the clockwork have it. ``notices`` are the mails about a step that the
    clockwork has taken; what people do, their services tell. ``called`` gives the Arabic and the English name of
    ``%(object_id)s``, for the question that is asked before what cannot be taken back. ``after`` gets the session and does what
    follows from a step whoever has taken it, the clockwork too: in the same transaction, so that neither is without the other.
    ``limits`` are settings of which the guards depend; ``read`` gets them as its last argument. ``read_some`` is ``read`` for several
    at once, by their identifiers; a noun has it only if no step of one of them changes what guards look at of another.
    """

    machine: Machine[Facts]
    lock: LiteralString
    read: Callable[..., Standing[Facts] | None]
    move: LiteralString
    due: LiteralString | None = None
    notices: Callable[[Connection, Moved], Iterable[Mail]] | None = None
    called: LiteralString | None = None
    after: Callable[[Any, Moved], object] | None = None
    limits: type[Any] | None = None
    read_some: Callable[..., dict[UUID, Standing[Facts]]] | None = None


def one_of(
    read_some: Callable[..., dict[UUID, Standing[Facts]]],
) -> Callable[..., Standing[Facts] | None]:
    """The ``read`` of a binding that reads several at once."""

    def read(
        connection: Connection, object_id: UUID, actor: Actor, *limits: object
    ) -> Standing[Facts] | None:
        return read_some(connection, [object_id], actor, *limits).get(object_id)

    return read


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who wants what, having seen which version, with what reason and what to note in the audit line."""

    event: str
    actor: Actor
    seen_version: int | None = None
    reason: str | None = None
    details: Mapping[str, Detail] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offer(Generic[Facts]):
    """A step for somebody who has the role.

    ``refusals`` are all that still stand against it, or would if it were told now. ``ahead`` are the steps that the clockwork
    takes afterwards, each with what would stand against it as things are.
    """

    step: Transition[Facts]
    refusals: tuple[Refusal, ...] = ()
    ahead: tuple[tuple[Transition[Facts], tuple[Refusal, ...]], ...] = ()

    @property
    def refusal(self) -> Refusal | None:
        """The first of them."""
        return next(iter(self.refusals), None)

    @property
    def is_prepared(self) -> bool:
        """Whether it is a decision, to be prepared and not taken at once."""
        return bool(self.step.prepared_by)


@dataclass(frozen=True, slots=True)
class Moved:
    """What a step has done. Nothing is told of it for ``held_minutes``."""

    object_id: UUID
    event: str
    source: str
    target: str
    reason: str | None
    version: int
    at: datetime
    words: str = ""
    held_minutes: int = 0


@dataclass(frozen=True, slots=True)
class PreparedStep:
    """A step that is decided and not yet told: it is taken when it is released."""

    prepared_id: UUID
    object_id: UUID
    event: str
    reason: str | None
    seen_version: int
    prepared_by: UUID | None
    prepared_at: datetime


@dataclass(frozen=True, slots=True)
class Deadline:
    """A named instant, and the IANA zone in which it was announced.

    One that stands still has ``minutes_left`` of working time, and an instant (:data:`NEVER`) that does not come.
    """

    name: str
    instant: datetime
    zone: str
    minutes_left: int | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """A deadline was moved: when, from which instant to which, and why (a key of ``extension`` texts)."""

    name: str
    previous: datetime
    instant: datetime
    reason: str
    extended_at: datetime


def from_each(sources: tuple[str, ...], step: Transition[Facts]) -> tuple[Transition[Facts], ...]:
    """The same step out of several states; the source of ``step`` itself does not count."""
    return tuple(replace(step, source=source) for source in sources)


def faults(machine: Machine[Any]) -> list[str]:
    """Sentences without a full stop; none for a sound machine."""
    return [*_wrong_states(machine), *_wrong_steps(machine), *_wrong_paths(machine)]


def reachable(machine: Machine[Any], state: str) -> set[str]:
    """The state itself and every one that an object in it may still come to."""
    ahead, _ = _edges(machine)
    return closure([state], ahead)


def _wrong_states(machine: Machine[Any]) -> Iterator[str]:
    names = [state.name for state in machine.states]
    yield from (f"state {name} stands twice" for name in sorted(_repeated(names)))
    for state in machine.states:
        if state.is_terminal and not state.reasons:
            yield f"terminal state {state.name} has no reasons"
        yield from (
            f"state {state.name} pauses {name}, which is not in working time"
            for name in sorted(state.pauses - machine.in_working_time)
        )
    yield from (f"planned in unknown state {name}" for name in sorted(machine.planned_in - set(names)))
    unknown = machine.in_working_time - set(machine.deadlines)
    yield from (f"unknown deadline {name} is in working time" for name in sorted(unknown))
    for name, others in machine.may_precede.items():
        before = set(machine.deadlines[: machine.deadlines.index(name)] if name in machine.deadlines else ())
        yield from (f"{name} need not precede {one}" for one in sorted(others - before))


def _wrong_steps(machine: Machine[Any]) -> Iterator[str]:
    states = {state.name: state for state in machine.states}
    keys = [f"{step.source} + {step.event}" for step in machine.transitions]
    yield from (f"{key} leads two ways" for key in sorted(_repeated(keys)))
    events = {step.event for step in machine.transitions}
    yield from (f"{event} is irrevocable and no step" for event in sorted(machine.irrevocable - events))
    yield from (f"{one} is undoable and no step" for one in sorted(machine.undoable.keys() - events))
    for step in machine.transitions:
        name = f"{step.source} + {step.event}"
        if step.source not in states or step.target not in states:
            yield f"{name} names an unknown state"
            continue
        if states[step.source].is_terminal:
            yield f"{name} leaves a terminal state"
        if step.reason is not None and step.reason not in states[step.target].reasons:
            yield f"{name} gives a reason that {step.target} does not know"
        if step.event in machine.undoable and (step.prepared_by or states[step.source].reasons):
            yield f"{name} cannot be undoable"
        if step.window.from_ in states[step.source].pauses:
            yield f"{name} waits for a deadline that stands still in {step.source}"
        yield from _wrong_step(machine, step, name)


def _wrong_step(machine: Machine[Any], step: Transition[Any], name: str) -> Iterator[str]:
    if not step.roles:
        yield f"{name} can be taken by nobody"
    named = {name for name in (step.window.from_, step.window.until) if name is not None}
    yield from (f"{name} follows unknown deadline {one}" for one in sorted(named - set(machine.deadlines)))
    if Role.SYSTEM in step.roles:
        if step.window.from_ is None:
            yield f"{name} is the clockwork's and has no deadline to start from"
        if step.reason is None and _needs_reason(machine, step.target):
            yield f"{name} is the clockwork's and has no reason"
        if step.prepared_by:
            yield f"{name} is a decision, which no clockwork takes"
    if machine.is_secret and step.prepared_by:
        yield f"{name} is a decision, which is never secret"


def _needs_reason(machine: Machine[Any], target: str) -> bool:
    return any(state.name == target and state.reasons for state in machine.states)


def _wrong_paths(machine: Machine[Any]) -> Iterator[str]:
    if not machine.states:
        yield "no states"
        return
    ahead, back = _edges(machine)
    reached = closure([machine.states[0].name], ahead)
    ending = closure([state.name for state in machine.states if state.is_terminal], back)
    for state in machine.states:
        if state.name not in reached:
            yield f"state {state.name} is never reached"
        if state.name not in ending:
            yield f"state {state.name} leads to no end"


def _edges(machine: Machine[Any]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    ahead: dict[str, set[str]] = {}
    back: dict[str, set[str]] = {}
    for step in machine.transitions:
        ahead.setdefault(step.source, set()).add(step.target)
        back.setdefault(step.target, set()).add(step.source)
    return ahead, back


def _repeated(names: list[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}
