"""How an account changes its state, and what binds the table to the engine."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from casework.access.model import Actor, Role, Scope, ScopeKind
from casework.audit.model import HUB_CHAIN
from casework.people import repository
from casework.people.holders import Holder
from casework.people.refusals import LastAdministrator, StillNeeded
from casework.people.roles.repository import hold_administrators, is_last_administrator
from casework.workflow.errors import Refusal
from casework.workflow.model import Binding, Looks, Machine, Standing, State, Transition, Window
from casework.workflow.wording import Label
from citycore.store.connections import Connection

_STAFF = frozenset({Role.ADMINISTRATOR})
_SELF = frozenset({Role.PERSON})
_CLOCK = frozenset({Role.SYSTEM})
#: The deadline by which the clockwork erases, set when somebody asks for it.
ERASURE = "erasure"
_GRACE_OVER = Window(from_=ERASURE)

SUSPENSION_REASONS = ("abuse", "security", "identity_doubtful", "other")


class Facts(NamedTuple):
    """What speaks against leaving: what is still in the person's hands."""

    is_last_administrator: bool
    hindrances: tuple[Label, ...]


def someone_else_administers(facts: Facts) -> Refusal | None:
    return LastAdministrator() if facts.is_last_administrator else None


def nothing_hinders(facts: Facts) -> Refusal | None:
    return StillNeeded(hindrance=facts.hindrances[0]) if facts.hindrances else None


_MAY_GO = (someone_else_administers, nothing_hinders)

MACHINE: Machine[Facts] = Machine(
    name="account",
    package="casework.people",
    states=(
        State("active"),
        State("suspended", reasons=SUSPENSION_REASONS),
        State("closing"),
        State("suspended_closing", reasons=SUSPENSION_REASONS),
        State("erased", reasons=("wished",), is_terminal=True),
    ),
    looks=Looks(waiting="closing suspended_closing", open="active", bad_end="erased", paused="suspended"),
    transitions=(
        Transition("active", "suspend", "suspended", _STAFF, guards=(someone_else_administers,)),
        Transition("suspended", "reinstate", "active", _STAFF),
        Transition("active", "ask_for_erasure", "closing", _SELF | _STAFF, guards=_MAY_GO),
        Transition("closing", "keep", "active", _SELF),
        Transition("closing", "suspend", "suspended_closing", _STAFF),
        Transition("suspended_closing", "reinstate", "closing", _STAFF),
        Transition(
            "suspended", "ask_for_erasure", "suspended_closing", _STAFF, guards=_MAY_GO, reason="other"
        ),
        Transition("suspended_closing", "keep", "suspended", _STAFF, reason="other"),
        Transition("closing", "erase", "erased", _CLOCK, _MAY_GO, _GRACE_OVER, reason="wished"),
        Transition("suspended_closing", "erase", "erased", _CLOCK, _MAY_GO, _GRACE_OVER, reason="wished"),
    ),
    deadlines=(ERASURE,),
    irrevocable=frozenset({"ask_for_erasure"}),
)


def accounts(holders: Collection[Holder]) -> Binding[Facts]:
    """The binding, where these nouns may hold somebody back from leaving."""

    def read(connection: Connection, person_id: UUID, _actor: Actor) -> Standing[Facts] | None:
        hold_administrators(connection)
        person = repository.find_person(connection, person_id)
        if person is None:
            return None
        hindrances = (label for holder in holders for label in holder.hindrances(connection, person_id))
        facts = Facts(is_last_administrator(connection, person_id), tuple(hindrances))
        scopes = frozenset({Scope(ScopeKind.PERSON, person_id)})
        return Standing(person_id, person.state, person.version, HUB_CHAIN, scopes, person_id, facts)

    return Binding(
        machine=MACHINE,
        lock=repository.QUERIES["lock_person"],
        read=read,
        move=repository.QUERIES["move_person"],
        due=repository.QUERIES["due_people"],
    )
