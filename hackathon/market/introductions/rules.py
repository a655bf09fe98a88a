"""Who is which side, who sees what, and what may be said. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from casework.access.model import Actor, Scope, ScopeKind
from casework.access.rules import holds_any
from casework.workflow.fields import Fields
from hackathon.market.introductions.machine import AGENCY, PROGRAMME, SHARED
from hackathon.market.introductions.model import Introduction, Side, Stage, Told
from hackathon.market.introductions.settings import IntroductionSettings
from hackathon.market.needs.rules import scopes_of as need_scopes
from hackathon.market.vendors.rules import speaks_for

FIELDS = Fields("hackathon.market.introductions")
#: Needs that still look for somebody; those with sealed responses never do so aside.
OPEN_NEEDS = frozenset({"published", "qa_closed", "closed"})
#: As far as an introduction can come, in this order.
STAGES = ("suggested", "interested", "contacts_shared", "meeting", "pilot", "contract")


def scopes_of(need_id: UUID, agency_id: UUID, company_id: UUID) -> frozenset[Scope]:
    """The officers of the one, whoever speaks for the other, and the programme."""
    return need_scopes(need_id, agency_id) | {Scope(ScopeKind.ORGANISATION, company_id)}


def speaks_for_agency(actor: Actor, organisation_id: UUID) -> bool:
    return holds_any(actor, AGENCY, [Scope(ScopeKind.ORGANISATION, organisation_id)])


def is_programme(actor: Actor) -> bool:
    return holds_any(actor, PROGRAMME, [])


def sides_of(actor: Actor, introduction: Introduction) -> list[Side]:
    """What the actor is in it; empty for whoever has no part in it."""
    held = {
        Side.AGENCY: speaks_for_agency(actor, introduction.agency.organisation_id),
        Side.VENDOR: speaks_for(actor, introduction.vendor.organisation_id),
        Side.PROGRAMME: is_programme(actor),
    }
    return [side for side, holds in held.items() if holds]


def side_of(actor: Actor, introduction: Introduction) -> Side | None:
    """Which of the two that meet the actor speaks for; None for the programme, and for whoever has no part in it."""
    return next((side for side in sides_of(actor, introduction) if side is not Side.PROGRAMME), None)


def may_see(actor: Actor, introduction: Introduction) -> bool:
    return bool(sides_of(actor, introduction))


def sees_contacts(actor: Actor, introduction: Introduction) -> bool:
    """From mutual interest on, and only the two that meet: the programme need not know who they are."""
    return introduction.state in SHARED and side_of(actor, introduction) is not None


def is_open_need(state: str, *, is_sealed: bool) -> bool:
    return state in OPEN_NEEDS and not is_sealed


def interest_of(side: Side) -> str:
    """The event by which a side says that it wants to meet."""
    return f"{side.value}_interest"


def answer_due(at: datetime, settings: IntroductionSettings) -> datetime:
    return at + timedelta(days=settings.answer_days)


def questions_of(shared_at: datetime, settings: IntroductionSettings) -> list[tuple[int, datetime]]:
    """After how many days both sides are asked, and when that is."""
    return [(days, shared_at + timedelta(days=days)) for days in sorted(set(settings.outcome_days))]


def check_told(told: Told, settings: IntroductionSettings) -> None:
    """:class:`WrongField` for what cannot be stored."""
    FIELDS.check_text("note", told.note, settings.note_characters_max, least=0)


def stages_of(counts: Mapping[str, int]) -> tuple[Stage, ...]:
    """Of how many came exactly so far, how many came at least so far."""
    at_least = 0
    stages = []
    for name in reversed(STAGES):
        at_least += counts.get(name, 0)
        stages.append(Stage(name, at_least))
    return tuple(reversed(stages))
