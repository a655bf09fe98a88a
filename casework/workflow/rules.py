"""Pure decisions of the engine: whether a step is possible, and which steps can be offered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from casework.access.model import Actor, Role
from casework.access.rules import holds_any
from casework.workflow.errors import (
    ChangedMeanwhile,
    DeadlineNotSet,
    DeadlinesOutOfOrder,
    DeadlineSpent,
    DeadlineUnknown,
    NotAllowed,
    NotAnExtension,
    NotConfirmed,
    NotInThisState,
    ReasonMissing,
    ReasonUnknown,
    Refusal,
    TooEarly,
    TooLate,
    WordsMissing,
    WordsTooLong,
    check,
)
from casework.workflow.model import (
    Attempt,
    Extension,
    Guard,
    Machine,
    Offer,
    Standing,
    State,
    Transition,
    Window,
    reachable,
)

Facts = TypeVar("Facts")


def guard(fact: str, refusal: type[Refusal]) -> Guard[Any]:
    """It says no with ``refusal`` unless this fact of the object holds, whose name it has in pictures of the machine."""

    def ask(facts: object) -> Refusal | None:
        return None if getattr(facts, fact) else refusal()

    ask.__name__ = fact
    return ask


def find_step(
    machine: Machine[Facts], standing: Standing[Facts], attempt: Attempt, *, preparing: bool = False
) -> Transition[Facts]:
    """The step that this actor may take from here.

    :class:`NotAllowed` comes first: a stranger learns nothing of the state. Then
    :class:`ChangedMeanwhile`: whoever saw another version decided about something else.
    """
    permitted = may_take(machine, standing, attempt.event, attempt.actor, preparing=preparing)
    if not permitted:
        raise NotAllowed
    compare(standing, attempt.seen_version)
    step = machine.step(standing.state, attempt.event)
    if step is None:
        raise NotInThisState
    if step not in permitted:
        raise NotAllowed
    return step


def may_take(
    machine: Machine[Facts], standing: Standing[Facts], event: str, actor: Actor, *, preparing: bool
) -> list[Transition[Facts]]:
    """The steps by this event, from whatever state, for which the actor has the role."""
    return [
        step
        for step in machine.steps_by(event)
        if holds_any(actor, step.prepared_by if preparing else step.roles, standing.scopes)
    ]


def compare(standing: Standing[Facts], seen_version: int | None) -> None:
    """:class:`ChangedMeanwhile` unless the object is as the actor saw it; None is the clockwork's."""
    if seen_version is not None and seen_version != standing.version:
        raise ChangedMeanwhile


def compare_text(standing: Standing[Facts], seen_version: int, *, is_rewritten: bool) -> None:
    """:class:`ChangedMeanwhile` where the text was written anew since the version that the actor saw, or that version
    is yet to come; a file that came meanwhile, or a step, is nothing that the actor would write over.
    """
    if is_rewritten or seen_version > standing.version:
        raise ChangedMeanwhile


def why_closed(
    machine: Machine[Facts], window: Window, deadlines: Mapping[str, datetime], at: datetime
) -> Refusal | None:
    """Why a window is not open at an instant; half-open, at its end it is closed."""
    for name in (window.from_, window.until):
        if name is not None and name not in deadlines:
            return DeadlineNotSet(deadline=machine.label("deadline", name))
    if window.from_ is not None and at < deadlines[window.from_]:
        return TooEarly(opens=deadlines[window.from_])
    if window.until is not None and at >= deadlines[window.until]:
        return TooLate(closed=deadlines[window.until])
    return None


def why_not(
    machine: Machine[Facts],
    step: Transition[Facts],
    facts: Facts,
    deadlines: Mapping[str, datetime],
    at: datetime,
) -> Refusal | None:
    """What clock and guards say against a step; the first of them."""
    return next(iter(all_against(machine, step, facts, deadlines, at)), None)


def all_against(
    machine: Machine[Facts],
    step: Transition[Facts],
    facts: Facts,
    deadlines: Mapping[str, datetime],
    at: datetime,
) -> tuple[Refusal, ...]:
    """All that clock and guards say against a step. That a deadline of its window is not set is left to the guard that names all."""
    closed, said = why_closed(machine, step.window, deadlines, at), unmet(step, facts)
    if closed is None or (
        isinstance(closed, DeadlineNotSet) and any(isinstance(one, DeadlineNotSet) for one in said)
    ):
        return said
    return (closed, *said)


def unmet(step: Transition[Facts], facts: Facts) -> tuple[Refusal, ...]:
    """What the guards of a step say against it."""
    return tuple(refusal for guard in step.guards if (refusal := guard(facts)) is not None)


def unmet_ahead(
    machine: Machine[Facts], step: Transition[Facts], facts: Facts
) -> tuple[tuple[Transition[Facts], tuple[Refusal, ...]], ...]:
    """The steps of the clockwork out of where a step leads that could not be taken as things are, with what is missing."""
    by_the_clock = [
        one for one in machine.transitions if one.source == step.target and Role.SYSTEM in one.roles
    ]
    return tuple((one, missing) for one in by_the_clock if (missing := unmet(one, facts)))


def settle_reason(step: Transition[Facts], target: State, given: str | None) -> str | None:
    """The reason code that is stored: the step's own, or one of the target's that the actor gave."""
    if step.reason is not None:
        return step.reason
    if given is None and target.reasons:
        raise ReasonMissing
    if given is not None and given not in target.reasons:
        raise ReasonUnknown
    return given


def decide(
    machine: Machine[Facts],
    standing: Standing[Facts],
    deadlines: Mapping[str, datetime],
    attempt: Attempt,
    at: datetime,
) -> tuple[Transition[Facts], str | None]:
    """The step and its reason, or the :class:`Refusal` that stands against it."""
    current = replace(attempt, actor=attempt.actor.at(at))
    step = find_step(machine, standing, current)
    check(why_not(machine, step, standing.facts, deadlines, at))
    return step, settle_reason(step, machine.state(step.target), attempt.reason)


def takes_words(machine: Machine[Facts], step: Transition[Facts]) -> bool:
    """Whether people can add words of their own: to whatever they give a reason for, and what is explained or spoken of."""
    reasons = machine.state(step.target).reasons
    return (step.reason is None and bool(reasons)) or step.event in machine.explained | machine.spoken


def needs_words(machine: Machine[Facts], step: Transition[Facts], reason: str | None) -> bool:
    """Whether it says nothing without them."""
    return step.event in machine.explained or (step.reason is None and reason == "other")


def settle_words(
    machine: Machine[Facts], step: Transition[Facts], reason: str | None, actor: Actor, characters_max: int
) -> str:
    """What is kept of the words of somebody at a page; :class:`WordsMissing`, :class:`WordsTooLong`."""
    words = (actor.words or "").strip()
    if not takes_words(machine, step):
        return ""
    if actor.words is not None and not words and needs_words(machine, step, reason):
        raise WordsMissing
    if len(words) > characters_max:
        raise WordsTooLong(characters_max=characters_max)
    return words


def require_asked(
    machine: Machine[Facts], step: Transition[Facts], actor: Actor, object_id: UUID, *, releasing: bool
) -> None:
    """:class:`NotConfirmed` if the step cannot be taken back and the actor has yet to say that they mean it.

    What is released is told to those whom it concerns, and cannot be untold.
    """
    if not actor.asks_first:
        return
    if releasing:
        raise NotConfirmed(machine.name, "release")
    if machine.is_irrevocable(step):
        raise NotConfirmed(machine.name, step.event, object_id, machine.label("state", step.target))


def offered(
    machine: Machine[Facts],
    standing: Standing[Facts],
    deadlines: Mapping[str, datetime],
    actor: Actor,
    at: datetime,
) -> list[Offer[Facts]]:
    """The steps from here for which the actor has the role, each with what still stands against it.

    A decision is offered to those who prepare it; it is told from the list of what has been prepared.
    """
    current = actor.at(at)
    return [
        Offer(
            step,
            all_against(machine, step, standing.facts, deadlines, at),
            unmet_ahead(machine, step, standing.facts),
        )
        for step in machine.transitions
        if step.source == standing.state
        and holds_any(current, step.prepared_by or step.roles, standing.scopes)
    ]


def why_not_planned(
    machine: Machine[Facts], planned: Mapping[str, datetime], before: Mapping[str, datetime] | None = None
) -> Refusal | None:
    """What is wrong with deadlines beside each other: an unknown one, or one before an earlier one.

    ``before`` is how they stood where they are moved: what may come in two orders stays in the one that it was planned in.
    """
    if planned.keys() - set(machine.deadlines):
        return DeadlineUnknown()
    known = [name for name in machine.deadlines if name in planned]
    for place, later in enumerate(known):
        for earlier in reversed(known[:place]):
            is_free = precedes(machine, planned if before is None else before, later, earlier)
            if planned[earlier] > planned[later] and not is_free:
                return DeadlinesOutOfOrder(
                    earlier=machine.label("deadline", earlier), later=machine.label("deadline", later)
                )
    return None


def precedes(machine: Machine[Any], planned: Mapping[str, datetime], name: str, other: str) -> bool:
    """Whether a deadline comes before one that stands before it in the list, as it may."""
    may = other in machine.may_precede.get(name, frozenset())
    return may and name in planned and other in planned and planned[name] < planned[other]


def why_not_extended(
    machine: Machine[Facts], state: str, planned: Mapping[str, datetime], extension: Extension
) -> Refusal | None:
    """An extension lies in the future, after what was announced, not after what follows it, and still matters."""
    name = extension.name
    if name not in machine.deadlines:
        return DeadlineUnknown()
    if name not in planned:
        return DeadlineNotSet(deadline=machine.label("deadline", name))
    if extension.instant <= max(extension.extended_at, planned[name]):
        return NotAnExtension(instant=extension.instant)
    if is_spent(machine, state, name) or _has_begun(machine, planned, name, extension.extended_at):
        return DeadlineSpent()
    return why_not_planned(machine, {**planned, name: extension.instant}, planned)


def may_extend(
    machine: Machine[Facts], state: str, planned: Mapping[str, datetime], name: str, at: datetime
) -> bool:
    """Whether there is an instant to which a deadline could be extended: it still matters, and there is time before the
    next one. One that has passed can be among them, where nothing has followed from it yet.
    """
    if name not in planned or is_spent(machine, state, name) or _has_begun(machine, planned, name, at):
        return False
    later = machine.deadlines[machine.deadlines.index(name) + 1 :]
    ahead = [
        planned[other] for other in later if other in planned and not precedes(machine, planned, other, name)
    ]
    return not ahead or min(ahead) > max(at, planned[name])


def _has_begun(machine: Machine[Any], planned: Mapping[str, datetime], name: str, at: datetime) -> bool:
    """Whether some rely on it already, although the steps of the list that begin with it are still ahead."""
    others = machine.may_precede.get(name, frozenset())
    return any(precedes(machine, planned, name, other) for other in others) and planned[name] <= at


def is_spent(machine: Machine[Facts], state: str, deadline: str) -> bool:
    """Whether the steps that begin with a deadline all lie behind an object in that state, or it has come to its end."""
    if machine.state(state).is_terminal:
        return True
    started = [step.source for step in machine.transitions if step.window.from_ == deadline]
    ahead = reachable(machine, state)
    return bool(started) and not any(source in ahead for source in started)
