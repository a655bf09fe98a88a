"""Steps of a workflow as a page offers them: a button each, and what stands against the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from casework.noun import Nouns
from casework.people.model import Place
from casework.programme import Session
from casework.workflow.errors import Refusal
from casework.workflow.model import Machine, Offer
from casework.workflow.rules import may_extend, needs_words, takes_words
from casework.workflow.undoing import UNDO
from casework.workflow.wording import Label, instant_text
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest

UNDO_LABEL = Label("casework.workflow", "undo.label")


#: Where on the pages of the hub what a refusal says is missing is put right: an address, or a part of the page itself.
Remedies = Mapping[type[Refusal], str]


@dataclass(frozen=True, slots=True)
class Missing:
    """What stands against a step, and where it is put right, if that is elsewhere than by waiting."""

    text: str
    kind: type[Refusal]
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """``reasons`` are to choose from; ``refusal`` says why it is not possible now, and ``missing`` all that stands against it.

    ``ahead`` are the steps that the clock takes afterwards, and what they need that is not there. ``calls_off`` whatever leads to a
    pause or to an end that nobody works for. ``takes_words`` where something can be added to it, ``needs_words`` where it says
    nothing without.
    """

    event: str
    label: Label
    reasons: tuple[tuple[str, Label], ...]
    missing: tuple[Missing, ...]
    ahead: tuple[tuple[Label, tuple[Missing, ...]], ...]
    is_prepared: bool
    is_final: bool
    calls_off: bool
    takes_words: bool
    needs_words: bool

    @property
    def refusal(self) -> str | None:
        """The first of what is missing."""
        return next((one.text for one in self.missing), None)


def steps_of(
    machine: Machine[Any],
    offers: Sequence[Offer[Any]],
    request: PortalRequest,
    events: frozenset[str] | None = None,
) -> list[Step]:
    """All of them, or those that a page offers."""
    return [
        _step(machine, one, request)
        for one in offers
        if events is None or one.step.event in events or one.step.event == UNDO
    ]


def steps_on(
    session: Session,
    request: PortalRequest,
    machine: Machine[Any],
    object_id: UUID,
    events: frozenset[str] | None = None,
) -> list[Step]:
    """What the actor can do with an object."""
    offers = session.steps(session.of(Nouns).binding(machine), object_id)
    return steps_of(machine, offers, request, events)


def with_remedies(steps: Iterable[Step], remedies: Remedies) -> list[Step]:
    """The same steps, and beside what is missing the way to where it is put right."""

    def linked(missing: Iterable[Missing]) -> tuple[Missing, ...]:
        return tuple(replace(one, href=remedies.get(one.kind)) for one in missing)

    return [
        replace(
            one,
            missing=linked(one.missing),
            ahead=tuple((label, linked(missing)) for label, missing in one.ahead),
        )
        for one in steps
    ]


def _step(machine: Machine[Any], offer: Offer[Any], request: PortalRequest) -> Step:
    def missing(refusals: Iterable[Refusal]) -> tuple[Missing, ...]:
        return tuple(Missing(one.text(request.language), type(one)) for one in refusals)

    target = machine.state(offer.step.target)
    reasons = () if offer.step.reason is not None else machine.reasons_of(target)
    return Step(
        offer.step.event,
        UNDO_LABEL if offer.step.event == UNDO else machine.label("event", offer.step.event),
        tuple((reason, machine.label("reason", reason)) for reason in reasons),
        missing(offer.refusals),
        tuple((machine.label("event", one.event), missing(refusals)) for one, refusals in offer.ahead),
        offer.is_prepared,
        target.is_terminal,
        machine.calls_off(offer.step),
        takes_words(machine, offer.step),
        needs_words(machine, offer.step, None),
    )


def words_about(session: Session, machine: Machine[Any], states: Mapping[UUID, str]) -> dict[UUID, str]:
    """What was added to the steps that led into these states, of objects in states that are given a reason."""
    return session.words(*(one for one, state in states.items() if machine.state(state).reasons))


def extensions_of(
    machine: Machine[Any],
    state: str,
    planned: Mapping[str, datetime],
    names: Iterable[str],
    request: PortalRequest,
) -> list[tuple[str, str]]:
    """Deadlines that can be extended now, with what a page calls them: until when, and which of them have passed."""
    at, language = request.office.clock(), request.language
    passed = WORDS.text("deadline_passed", language)
    return [
        (
            name,
            f"{machine.label('deadline', name).text(language)}: {instant_text(planned[name], language)}"
            + (f" – {passed}" if planned[name] <= at else ""),
        )
        for name in names
        if may_extend(machine, state, planned, name, at)
    ]


def place_of(request: PortalRequest) -> Place | None:
    """Where the page before ended, out of the address; :class:`FormUnreadable`."""
    sort, object_id = (request.http.query_params.get(name) for name in ("after", "after_id"))
    if sort is None or object_id is None:
        return None
    try:
        return Place(sort, UUID(object_id))
    except ValueError as error:
        raise FormUnreadable from error
