"""A call to apply to: people, a form, dates, and a clock that the test moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

from casework.access.model import Actor, Grant, Role
from casework.attachments.model import StoredFile
from casework.files.service import receive
from casework.forms.model import FormField
from casework.money.model import Money
from casework.people.model import Visitor
from casework.people.roles.service import find_actor
from casework.people.settings import PasswordSettings
from casework.workflow.clockwork import run_due
from citycore.store.connections import Connection
from hackathon.contest.judging.rubric import Criterion
from hackathon.funding.applications import applicants, screening, service, writing
from hackathon.funding.applications.model import Applicant, Application, Content, Version, Wanted
from hackathon.funding.applications.settings import ApplicationSettings
from hackathon.funding.calls import service as calls
from hackathon.funding.calls.machine import DEADLINES
from hackathon.funding.calls.model import Call, Description, Eligibility, Statement, Terms, Texts
from programme.registry import BINDINGS
from tests.hackathon.calling import programme_for
from tests.hackathon.people.conftest import Watch

DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
BEGIN = datetime(2026, 11, 1, 8, tzinfo=UTC)
DATES = {name: BEGIN + 20 * DAY * number for number, name in enumerate(DEADLINES, 1)}
FORM = (
    FormField("plan", "الخطة", "Plan", is_required=True, characters_max=500),
    FormField("team", "الفريق", "Team", is_identifying=True),
)
SECOND = (FormField("budget", "الميزانية", "Budget", is_required=True),)
FILLED = Content(
    "Shade", "Trees where people wait", {"plan": "Plant them"}, ("sound",), 5_000_000, governorate="OM-MA"
)
HOME = Visitor("10.9.8.7", "test")
QUICK = PasswordSettings(memory_kib=64, passes=1)
_numbers = count(1)


class Applying:
    """``owner`` sets the scene past the services; ``portal`` is what they work with."""

    def __init__(
        self, portal: Connection, owner: Connection, *, rounds: int = 1, folder: Path | None = None
    ) -> None:
        self.portal, self.owner = portal, owner
        self.watch = Watch(BEGIN)
        self.limit(ApplicationSettings(folder=folder))
        self.chief = Actor(self.person(), (Grant(Role.PROGRAMME_OFFICER),))
        self.call_id = self._call(rounds)

    def limit(self, settings: ApplicationSettings) -> None:
        """What is done from now on is done within these limits."""
        self.settings = settings
        self.programme = programme_for(self.portal, self.watch, QUICK, settings)
        self.do = self.programme.call

    def _call(self, rounds: int) -> UUID:
        terms = Terms(
            f"call-{next(_numbers)}-{uuid4().hex[:8]}", Money(90_000_000, "OMR"), Money(1_000_000, "OMR"),
            Money(9_000_000, "OMR"), rounds,
        )  # fmt: skip
        texts = Texts("ظل المدينة", "City shade", "بحوث الظل", "Research on shade")
        call_id = self.do(self.chief, calls.create, Description(texts, terms))
        do, chief = self.do, self.chief
        criterion = Criterion(code="worth", name_en="Worth", name_ar="القيمة", weight=Decimal(100))
        do(chief, calls.set_form, call_id, 1, FORM, self.call(call_id).version)
        do(chief, calls.set_form, call_id, 2, SECOND, self.call(call_id).version)
        do(chief, calls.set_criteria, call_id, (criterion,), self.call(call_id).version)
        eligibility = Eligibility(
            governorates=("OM-MA", "OM-ZU"), statements=(Statement("sound", "سليم", "Sound"),)
        )
        do(chief, calls.set_eligibility, call_id, eligibility, self.call(call_id).version)
        planned = DATES if rounds == 2 else {k: v for k, v in DATES.items() if k != "second_closes"}
        do(chief, calls.plan, call_id, planned)
        for event in ("approve", "forecast"):
            do(chief, calls.move, call_id, event, self.call(call_id).version)
        return call_id

    def call(self, call_id: UUID | None = None) -> Call:
        return self.do(self.chief, calls.get_call, call_id or self.call_id)

    def step(self, event: str, reason: str | None = None) -> None:
        self.do(self.chief, calls.move, self.call_id, event, self.call().version, reason)

    def person(self, email: str | None = None, organisation: UUID | None = None) -> UUID:
        """Somebody with a confirmed address, at a provider for everybody unless told otherwise."""
        person_id = uuid4()
        self.owner.execute(
            "INSERT INTO innovation.people (person_id, email, email_key, name_en, language, state, state_changed_at,"
            " created_at, email_verified_at) VALUES (%(id)s, %(email)s, %(email)s, 'P', 'en', 'active', %(at)s,"
            " %(at)s, %(at)s)",
            {"id": person_id, "email": email or f"p{person_id.hex}@gmail.com", "at": BEGIN},
        )
        if organisation is not None:
            self.owner.execute(
                "INSERT INTO innovation.memberships (membership_id, organisation_id, person_id, state,"
                " state_changed_at, created_at) VALUES (%s, %s, %s, 'member', %s, %s)",
                [uuid4(), organisation, person_id, BEGIN, BEGIN],
            )
        return person_id

    def organisation(self, kind: str = "university", state: str = "verified") -> UUID:
        organisation_id = uuid4()
        self.owner.execute(
            "INSERT INTO innovation.organisations (organisation_id, kind, name_en, state, state_changed_at,"
            " registered_at) VALUES (%s, %s, 'O', %s, %s, %s)",
            [organisation_id, kind, state, BEGIN, BEGIN],
        )
        return organisation_id

    def actor(self, person_id: UUID) -> Actor:
        """With the roles that the person has now."""
        return find_actor(self.portal, person_id, self.watch())

    def until(self, deadline: str, *, before: bool = False) -> None:
        """Let it be the deadline (or the last moment before it), and the clockwork run."""
        self.watch.at = DATES[deadline] - (TICK if before else timedelta())
        self.run_clock()

    def run_clock(self) -> None:
        run_due(self.programme, BINDINGS)

    def begin(self, person_id: UUID, content: Content = FILLED) -> Application:
        """A draft of somebody who leads, with everything filled in."""
        begun = self.do(self.actor(person_id), writing.begin, self.call_id, Content())
        return self.write(begun, person_id, content)

    def write(self, application: Application, person_id: UUID, content: Content) -> Application:
        known = self.seen(application)
        return self.do(self.actor(person_id), writing.write, known.application_id, content, known.version)  # fmt: skip

    def hand_in(self, person_id: UUID, content: Content = FILLED) -> Application:
        begun = self.begin(person_id, content)
        self.submit(begun, person_id)
        return self.seen(begun)

    def submit(self, application: Application, person_id: UUID) -> Version:
        known = self.seen(application)
        return self.do(self.actor(person_id), writing.submit, known.application_id, known.version)

    def seen(self, application: Application) -> Application:
        """As it stands, whoever may see it."""
        return self.do(self.chief, writing.find, application.application_id)

    def move(self, application: Application, person_id: UUID, event: str) -> None:
        known = self.seen(application)
        self.do(self.actor(person_id), writing.move, known.application_id, event, known.version)

    def add_file(self, application: Application, person_id: UUID, name: str, content: bytes) -> StoredFile:
        return self.do(self.actor(person_id), writing.add_file, application.application_id, receive(BytesIO(content), name, self.settings.store()))  # fmt: skip

    def join(self, application: Application, lead: UUID, person_id: UUID) -> Applicant:
        """Let somebody be invited and accept."""
        row = self.owner.execute(
            "SELECT email FROM innovation.people WHERE person_id = %s", [person_id]
        ).fetchone()
        assert row is not None
        asked = applicants.invite(self.programme, self.actor(lead), application.application_id, row[0], HOME)
        self.do(self.actor(person_id), applicants.accept, asked.applicant_id, asked.version)
        return replace(asked, person_id=person_id)

    def screen(self, application: Application, event: str = "accept", reason: str | None = None) -> None:
        """Decide by screening, and tell it."""
        known = self.seen(application)
        decision = self.do(self.chief, screening.prepare, known.application_id, event, known.version, reason)
        self.do(self.chief, screening.release, [decision.prepared_id])

    def put(self, application: Application, state: str, reason: str | None = None) -> None:
        """Any state at once, past the machine."""
        self.owner.execute(
            "UPDATE innovation.applications SET state = %s, state_reason = %s, version = version + 1"
            " WHERE application_id = %s",
            [state, reason, application.application_id],
        )

    def state(self, application: Application) -> tuple[str, str | None]:
        known = self.seen(application)
        return known.state, known.state_reason

    def mailed(self, template: str) -> list[str]:
        """To whom this was mailed, so far."""
        rows = self.owner.execute(
            "SELECT recipient FROM innovation.outbox WHERE template = %s ORDER BY created_at",
            [f"applications/{template}"],
        )
        return [recipient for (recipient,) in rows.fetchall()]

    def mailed_fields(self, template: str, field: str) -> set[str]:
        """What mails of a template say in one field, so far."""
        rows = self.owner.execute(
            "SELECT fields ->> %s FROM innovation.outbox WHERE template = %s",
            [field, f"applications/{template}"],
        )
        return {text for (text,) in rows.fetchall()}

    def listed(self, actor: Actor, words: str = "", state: str | None = None) -> list[UUID]:
        page = self.do(actor, service.list_applications, self.call_id, Wanted(words, state))
        return [one.application_id for one in page.applications]
