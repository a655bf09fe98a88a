"""A need to play on: an agency with officers, the programme, two vendors, keys, and a clock that the test moves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID, uuid4

from casework.access.model import Actor, Grant, Role, Scope, ScopeKind
from casework.people.roles.service import find_actor
from casework.people.settings import PasswordSettings
from casework.taxonomy.model import Capability, ClientKind, Sector
from casework.workflow.clockwork import run_due
from citycore.store.connections import Connection
from hackathon.market.needs import openers, service
from hackathon.market.needs.machine import QUESTIONS_CLOSE, RESPONSES_CLOSE
from hackathon.market.needs.model import Criterion, Description, Need
from hackathon.market.responses import evaluation, outcome, repository
from hackathon.market.responses import service as responses
from hackathon.market.responses.model import Answers, Receipt, Response
from hackathon.market.responses.opening import bring_key
from programme.registry import BINDINGS
from tests.hackathon.calling import programme_for
from tests.hackathon.people.conftest import Watch

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
BEGIN = datetime(2026, 11, 1, 8, tzinfo=UTC)
#: Midnight in Muscat.
QUESTIONS_END = datetime(2026, 11, 9, 20, tzinfo=UTC)
RESPONSES_END = datetime(2026, 11, 19, 20, tzinfo=UTC)
CRITERIA = (
    Criterion(code="fit", name_ar="الملاءمة", name_en="Fit", weight=Decimal(60)),
    Criterion(
        code="support", name_ar="الدعم", name_en="Support", weight=Decimal(40), may_be_not_applicable=True
    ),
)
ABOUT = Description(
    title_ar="كشف تسرب المياه", title_en="Finding leaks", problem_ar="تُفقد مياه كثيرة.", problem_en="Much is lost.",
    client_kind=ClientKind.UTILITY, sector=Sector.WATER, required=frozenset({Capability.LEAK_DETECTION}),
    wished=frozenset({Capability.DASHBOARDS}), budget_minor=25_000_000, criteria=CRITERIA,
)  # fmt: skip
ANSWERS = Answers("We listen to pipes.", {"fit": "Well", "support": "By day"}, 19_500_500)


class NeedStage:
    """``owner`` sets the scene past the services; ``portal`` is what they work with."""

    def __init__(self, portal: Connection, owner: Connection) -> None:
        self.portal, self.owner = portal, owner
        self.watch = Watch(BEGIN)
        parts = [PasswordSettings(memory_kib=64, passes=1)]
        self.innovation = programme_for(portal, self.watch, *parts)
        self.call = self.innovation.call
        self.agency = self.organisation("agency")
        self.officer, self.colleague = self.speaker(self.agency), self.speaker(self.agency)
        self.programme = self.appointed(Role.PROGRAMME_OFFICER)
        self.vendor, self.rival = self.vendor_of("Hulul"), self.vendor_of("Tiqniya")
        self.keys: dict[UUID, str] = {}

    def person(self, domain: str = "") -> UUID:
        person_id = uuid4()
        self.owner.execute(
            "INSERT INTO innovation.people (person_id, email, email_key, name_en, language, state, state_changed_at,"
            " created_at, email_verified_at) VALUES (%(id)s, %(email)s, %(email)s, 'P', 'en', 'active', %(at)s,"
            " %(at)s, %(at)s)",
            {"id": person_id, "email": f"p{person_id.hex}@{domain or 'mail.example'}", "at": BEGIN},
        )
        return person_id

    def organisation(self, kind: str, name: str = "Utility") -> UUID:
        organisation_id = uuid4()
        self.owner.execute(
            "INSERT INTO innovation.organisations (organisation_id, kind, name_en, state, state_changed_at,"
            " registered_at) VALUES (%s, %s, %s, 'verified', %s, %s)",
            [organisation_id, kind, name, BEGIN, BEGIN],
        )
        return organisation_id

    def speaker(self, organisation_id: UUID) -> UUID:
        """Somebody who speaks for it."""
        person_id = self.person()
        self.belong(person_id, organisation_id)
        return person_id

    def belong(
        self, person_id: UUID, organisation_id: UUID, *, is_admin: bool = True, state: str = "member"
    ) -> None:
        self.owner.execute(
            "INSERT INTO innovation.memberships (membership_id, organisation_id, person_id, is_admin, state,"
            " state_changed_at, created_at) VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [uuid4(), organisation_id, person_id, is_admin, state, BEGIN, BEGIN],
        )

    def appointed(self, role: Role) -> UUID:
        person_id = self.person()
        self.owner.execute(
            "INSERT INTO innovation.role_grants (grant_id, person_id, role, scope_kind, granted_at)"
            " VALUES (%s, %s, %s, 'hub', %s)",
            [uuid4(), person_id, role, BEGIN],
        )
        return person_id

    def granted(self, organisation_id: UUID, until: datetime | None = None, role: Role = Role.VENDOR) -> UUID:
        """Somebody who speaks for an organisation by a role, and does not belong to it."""
        person_id = self.person()
        self.owner.execute(
            "INSERT INTO innovation.role_grants"
            " (grant_id, person_id, role, scope_kind, scope_id, granted_at, until)"
            " VALUES (%s, %s, %s, 'organisation', %s, '2026-01-01 00:00+00', %s)",
            [uuid4(), person_id, role, organisation_id, until],
        )
        return person_id

    def vendor_of(self, name: str, *, state: str = "verified", is_sme: bool = True) -> UUID:
        """Who speaks for a company that is a vendor."""
        company = self.organisation("company", name)
        self.owner.execute(
            "INSERT INTO innovation.vendors (vendor_id, organisation_id, state, state_changed_at, created_at,"
            " governorate, is_sme, profile_ar, profile_en) VALUES (%s, %s, %s, %s, %s, 'OM-MU', %s, '', '')",
            [uuid4(), company, state, BEGIN, BEGIN, is_sme],
        )
        return self.speaker(company)

    def actor(self, person_id: UUID) -> Actor:
        """With the roles that the person has now."""
        return find_actor(self.portal, person_id, self.watch())

    def company_of(self, person_id: UUID) -> UUID:
        return next(
            grant.scope.object_id
            for grant in self.actor(person_id).grants
            if grant.scope.object_id is not None
        )

    def email(self, person_id: UUID) -> str:
        row = self.owner.execute(
            "SELECT email FROM innovation.people WHERE person_id = %s", [person_id]
        ).fetchone()
        assert row is not None
        return str(row[0])

    def draft(self, about: Description = ABOUT, officer: UUID | None = None) -> UUID:
        need_id = self.call(self.actor(officer or self.officer), service.create, self.agency, about)
        planned = {QUESTIONS_CLOSE: QUESTIONS_END, RESPONSES_CLOSE: RESPONSES_END}
        self.call(self.actor(self.officer), service.plan, need_id, planned)
        return need_id

    def name_openers(self, need_id: UUID, *people: UUID) -> None:
        """These hold keys; what they wrote down stands in ``keys``."""
        for person_id in people or (self.officer, self.programme):
            self.call(self.actor(self.officer), openers.add_opener, need_id, self.email(person_id))
            self.keys[person_id] = self.call(self.actor(person_id), openers.make_key, need_id)

    def published(self, about: Description = ABOUT, *people: UUID) -> UUID:
        need_id = self.draft(about)
        if about.is_sealed:
            self.name_openers(need_id, *people)
        self.move(need_id, "submit", self.officer)
        self.move(need_id, "publish", self.programme)
        return need_id

    def need(self, need_id: UUID) -> Need:
        return self.call(self.actor(self.programme), service.get_need, need_id)

    def move(self, need_id: UUID, event: str, person_id: UUID, reason: str | None = None) -> None:
        version = self.need(need_id).version
        self.call(self.actor(person_id), outcome.move, need_id, event, version, reason)

    def run_clock(self) -> None:
        run_due(self.innovation, BINDINGS)

    def close(self) -> None:
        """Let responses close, and the clockwork run."""
        self.watch.at = RESPONSES_END
        self.run_clock()

    def begin(self, need_id: UUID, vendor: UUID | None = None) -> Response:
        actor = self.actor(vendor or self.vendor)
        return self.response(self.call(actor, responses.begin, need_id))

    def hand_in(self, need_id: UUID, vendor: UUID | None = None, answers: Answers = ANSWERS) -> Receipt:
        begun = self.begin(need_id, vendor)
        actor = self.actor(vendor or self.vendor)
        return self.call(actor, responses.hand_in, begun.response_id, answers, begun.version)

    def response(self, response_id: UUID) -> Response:
        found = repository.find_response(self.portal, response_id)
        assert found is not None
        return found

    def bring(self, need_id: UUID, person_id: UUID, words: str | None = None) -> object:
        return bring_key(self.innovation, self.actor(person_id), need_id, words or self.keys[person_id])

    def opened(self, need_id: UUID) -> None:
        self.close()
        self.bring(need_id, self.officer)
        self.bring(need_id, self.programme)

    def accept(self, response_id: UUID, event: str = "accept", reason: str | None = None) -> None:
        version = self.response(response_id).version
        self.call(self.actor(self.officer), evaluation.decide, response_id, event, version, reason)

    def mark(
        self,
        response_id: UUID,
        fit: str,
        people: tuple[UUID, ...] = (),
        more: Mapping[str, Decimal] = MappingProxyType({"support": Decimal(5)}),
    ) -> None:
        """By both officers unless told otherwise."""
        for person_id in people or (self.officer, self.colleague):
            self.call(self.actor(person_id), evaluation.mark, response_id, {"fit": Decimal(fit), **more}, "ok")  # fmt: skip

    def prepare(self, need_id: UUID, response_id: UUID) -> None:
        version = self.need(need_id).version
        self.call(
            self.actor(self.officer),
            evaluation.prepare,
            need_id,
            evaluation.Intended(response_id, "وصف", "Told"),
            version,
        )

    def mails(self, person_id: UUID) -> list[str]:
        rows = self.owner.execute(
            "SELECT template FROM innovation.outbox WHERE recipient = %s ORDER BY created_at",
            [self.email(person_id)],
        ).fetchall()
        return [row[0].rpartition("/")[2] for row in rows]


def chief() -> Actor:
    return Actor(uuid4(), (Grant(Role.ADMINISTRATOR),))


def officer_of(organisation_id: UUID) -> Actor:
    return Actor(uuid4(), (Grant(Role.OFFICER, Scope(ScopeKind.ORGANISATION, organisation_id)),))
