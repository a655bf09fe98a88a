"""A hackathon about city heat with its people, dates and texts, for the tests of hackathons and challenges."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from casework.access.model import Actor, Grant, Role, Scope, ScopeKind
from casework.programme import Session
from casework.workflow.settings import WorkflowSettings
from citycore.store.connections import Connection
from hackathon.contest.challenges import service as challenges
from hackathon.contest.challenges.model import Description as ChallengeDescription
from hackathon.contest.challenges.model import Terms
from hackathon.contest.challenges.repository import CHALLENGES
from hackathon.contest.hackathons import service as hackathons
from hackathon.contest.hackathons.machine import DEADLINES
from hackathon.contest.hackathons.model import Description, Mode
from hackathon.contest.hackathons.repository import HACKATHONS
from hackathon.contest.hackathons.settings import HackathonSettings
from tests.hackathon.calling import programme_for

NOW = datetime(2026, 11, 1, 8, tzinfo=UTC)
DAY = timedelta(days=1)
DATES = {name: NOW + DAY * number for number, name in enumerate(DEADLINES, 1)}
AGENCY, OTHER_AGENCY = UUID(int=50), UUID(int=51)
CHIEF = Actor(UUID(int=1), (Grant(Role.ADMINISTRATOR),))
OFFICER = Actor(UUID(int=2), (Grant(Role.OFFICER, Scope(ScopeKind.ORGANISATION, AGENCY)),))
RIVAL = Actor(UUID(int=3), (Grant(Role.OFFICER, Scope(ScopeKind.ORGANISATION, OTHER_AGENCY)),))
SETTINGS, ENGINE = HackathonSettings(), WorkflowSettings()
NUMBERS = count(1)


def at(instant: datetime):
    return lambda: instant


def call(portal: Connection, actor: Actor, service, *given, **named):
    """A service as it is called when the scene plays."""
    return programme_for(portal, at(NOW)).call(actor, service, *given, **named)


def describe(**changes) -> Description:
    text = Description(
        f"heat-{next(NUMBERS)}",
        "حر المدينة",
        "City heat",
        "ظل وماء",
        "Shade and water",
        Mode.IN_PLACE,
        "مسقط",
        "Muscat",
    )
    return replace(text, **changes)


def challenge_text(**changes) -> ChallengeDescription:
    text = ChallengeDescription(
        "ظل الحافلات", "Bus shade", "أين الظل؟", "Where is shade?", Terms.OPEN_SOURCE, ("air",), ("air-01",)
    )
    return replace(text, **changes)


def organiser_of(hackathon_id: UUID) -> Actor:
    return Actor(UUID(int=9), (Grant(Role.ORGANISER, Scope(ScopeKind.HACKATHON, hackathon_id)),))


def step(
    portal: Connection, hackathon_id: UUID, event: str, instant: datetime = NOW, reason: str | None = None
):
    version = call(portal, CHIEF, hackathons.get_hackathon, hackathon_id).version
    return programme_for(portal, at(instant)).call(
        CHIEF, Session.apply, HACKATHONS, hackathon_id, event, version, reason
    )


def propose(portal: Connection, hackathon_id: UUID, **changes) -> UUID:
    place = challenges.Place(hackathon_id, AGENCY)
    challenge_id = call(portal, OFFICER, challenges.create, place, challenge_text(**changes))
    programme_for(portal, at(NOW)).call(OFFICER, Session.apply, CHALLENGES, challenge_id, "propose", 1)
    return challenge_id


def publish(portal: Connection, challenge_id: UUID) -> None:
    programme_for(portal, at(NOW)).call(CHIEF, Session.apply, CHALLENGES, challenge_id, "take_up", 2)
    decision = programme_for(portal, at(NOW)).call(
        CHIEF, Session.prepare, CHALLENGES, challenge_id, "approve", 3
    )
    programme_for(portal, at(NOW), ENGINE).call(CHIEF, Session.release, CHALLENGES, [decision.prepared_id])
    programme_for(portal, at(NOW)).call(CHIEF, Session.apply, CHALLENGES, challenge_id, "publish", 4)
