"""People who become ambassadors, and those who look after them, for the tests of their nouns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from casework.access.model import Actor, Grant, Role
from casework.governorates.model import Governorate
from casework.workflow.clockwork import run_due
from citycore.language import Language
from citycore.store.connections import Connection
from hackathon.outreach.ambassadors import papers, repository, service
from hackathon.outreach.ambassadors.model import Ambassador, Application, NextPaper, PaperKind
from hackathon.outreach.ambassadors.notices import AMBASSADORS
from hackathon.outreach.ambassadors.settings import AmbassadorSettings
from tests.hackathon.calling import programme_for
from tests.hackathon.machines import NOON

SETTINGS = AmbassadorSettings()
DAY = timedelta(days=1)


def store_person(
    owner: Connection, names: tuple[str, str] = ("منى", "Muna"), language: Language = "en"
) -> UUID:
    """Somebody with an account and a confirmed address."""
    person_id = uuid4()
    owner.execute(
        "INSERT INTO innovation.people (person_id, email, email_key, name_ar, name_en, language, state,"
        " state_changed_at, created_at, email_verified_at)"
        " VALUES (%(id)s, %(email)s, %(email)s, %(ar)s, %(en)s, %(language)s, 'active', %(at)s, %(at)s, %(at)s)",
        {
            "id": person_id, "email": f"{person_id}@example.com", "ar": names[0], "en": names[1],
            "language": language, "at": NOON,
        },
    )  # fmt: skip
    return person_id


@dataclass
class Programme:
    """The services of ambassadors as one coordinator calls them, with a clock that stands until it is moved."""

    portal: Connection
    coordinator: Actor
    now: datetime = NOON
    #: Settings that are not the usual.
    parts: tuple[object, ...] = ()

    def __post_init__(self) -> None:
        self.programme = programme_for(self.portal, self.clock, *self.parts)
        self.call = self.programme.call

    def clock(self) -> datetime:
        return self.now

    def pass_by(self, days: float) -> int:
        """Time goes by and the clockwork does what is due; how much."""
        self.now += timedelta(days=days)
        return run_due(self.programme, [AMBASSADORS])

    def publish_papers(self) -> None:
        for kind in PaperKind:
            self.call(self.coordinator, papers.publish, NextPaper(kind, "نص", "text"))

    def apply(self, person_id: UUID, governorate: Governorate = Governorate.MUSANDAM) -> UUID:
        application = Application(governorate, "I teach.", "en")
        return self.call(Actor(person_id), service.apply_for, application)

    def look(self, ambassador_id: UUID) -> Ambassador:
        found = repository.find_ambassador(self.portal, ambassador_id)
        self.portal.commit()
        assert found is not None
        return found

    def look_up(self, person_id: UUID) -> Ambassador:
        found = repository.find_of_person(self.portal, person_id)
        self.portal.commit()
        assert found is not None
        return found

    def move(
        self, ambassador_id: UUID, event: str, reason: str | None = None, actor: Actor | None = None
    ) -> None:
        version = self.look(ambassador_id).version
        self.call(actor or self.coordinator, service.move, ambassador_id, event, version, reason)

    def decide(self, ambassador_id: UUID, event: str, reason: str | None = None) -> None:
        version = self.look(ambassador_id).version
        decision = self.call(self.coordinator, service.prepare, ambassador_id, event, version, reason)
        self.call(self.coordinator, service.release, [decision.prepared_id])

    def get_ready(self, ambassador_id: UUID) -> None:
        newest = self.call(self.coordinator, papers.list_papers)
        own = Actor(self.look(ambassador_id).person_id)
        conduct, training = newest[PaperKind.CONDUCT].version, newest[PaperKind.TRAINING].version
        self.call(own, papers.sign_conduct, ambassador_id, conduct)
        self.call(self.coordinator, papers.note_training, ambassador_id, training)

    def appoint(self, person_id: UUID, governorate: Governorate = Governorate.MUSANDAM) -> UUID:
        """The whole way from an application to the first day of a term."""
        ambassador_id = self.apply(person_id, governorate)
        self.move(ambassador_id, "shortlist")
        self.move(ambassador_id, "interview")
        self.decide(ambassador_id, "approve")
        self.get_ready(ambassador_id)
        self.move(ambassador_id, "onboard")
        self.move(ambassador_id, "start")
        return ambassador_id

    def note_verified(self, owner: Connection, ambassador_id: UUID) -> None:
        """One verified activity of an hour and a half tomorrow, past the services."""
        at, event = self.now + DAY, uuid4()
        owner.execute(
            "INSERT INTO innovation.outreach_events (event_id, title, language, mode, topic, audience, starts_at,"
            " ends_at, created_at) VALUES (%s, 'Talk', 'en', 'online', 'open_data', 'students', %s, %s, %s)",
            [event, at, at + timedelta(minutes=90), at],
        )
        owner.execute(
            "INSERT INTO innovation.activities (activity_id, event_id, ambassador_id, state, state_changed_at,"
            " created_at, reached, minutes, account, counted)"
            " VALUES (%s, %s, %s, 'verified', %s, %s, 40, 90, '', 40)",
            [uuid4(), event, ambassador_id, at, at],
        )

    def mails(self, person_id: UUID) -> list[str]:
        rows = self.portal.execute(
            "SELECT template FROM innovation.outbox WHERE person_id = %s ORDER BY created_at", [person_id]
        ).fetchall()
        self.portal.commit()
        return [template.rpartition("/")[2] for (template,) in rows]


def coordinator(owner: Connection) -> Actor:
    return Actor(store_person(owner, ("عالية", "Aliya")), (Grant(Role.COORDINATOR),))
