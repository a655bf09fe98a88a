"""A hub whose systems have heard people, and everybody who has to do with its decisions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from casework.access.model import ANONYMOUS, Actor, Grant, Role, Scope, ScopeKind
from casework.decisions import doing, service
from casework.decisions.model import Draft, Evidence, Plan, Texts
from casework.journeys.model import Heard, Node, Passage, Seen
from casework.noun import Noun, Nouns
from casework.people.model import Names
from casework.workflow.model import Moved
from citycore.clock import CITY_ZONE
from citycore.store.connections import Connection
from programme.registry import NOUNS
from tests.hackathon.calling import programme_for
from tests.hackathon.machines import store_account, store_agency

#: A Sunday on which offices work.
SUNDAY = datetime(2026, 11, 29, 9, tzinfo=CITY_ZONE)
DRAFT = Draft(
    title_ar="ساعات عمل الحديقة",
    title_en="Opening hours of the park",
    heard_ar="طلب ٧٦٪ ممن أجابوا أن تُفتح الحديقة من ٨ صباحًا إلى ٨ مساءً.",
    heard_en="76 % of those who answered want the park open from 08:00 to 20:00.",
    governorate="OM-MA",
)
TEXT = Texts(ar="نص", en="A text")
EVIDENCE = Evidence(link="/v1/latest?thing=park-01", note_ar="البوابة", note_en="The gate opens at 08:00.")


@dataclass
class Hub:
    """A hub with a system that has heard people about "voices", and everybody who has to do with its decisions."""

    portal: Connection
    owner: Connection
    at: datetime = SUNDAY
    agency: UUID = field(default_factory=uuid4)
    other: UUID = field(default_factory=uuid4)
    heard: dict[UUID, list[Heard]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in (self.agency, self.other):
            store_agency(self.owner, one)
        passage = Passage(
            "voice",
            "tests.hackathon",
            1,
            lambda _, ids: {one: Seen(Names("صوت", "Voice"), None, f"/voices/{one}", self.at) for one in ids},
            lambda _, object_id: self.heard.get(object_id, []),
        )
        self.nouns = Nouns([*NOUNS, Noun("voices_heard", "tests.hackathon", passages=(passage,))])
        self.facilitator = self.somebody(Grant(Role.FACILITATOR))
        self.programme = self.somebody(Grant(Role.PROGRAMME_OFFICER))
        self.officer, self.second = (self.somebody(self.of(self.agency)) for _ in range(2))

    @staticmethod
    def of(organisation_id: UUID, role: Role = Role.OFFICER) -> Grant:
        return Grant(role, Scope(ScopeKind.ORGANISATION, organisation_id))

    def somebody(self, *grants: Grant) -> Actor:
        return Actor(store_account(self.owner), grants)

    def call(self, actor: Actor, work: Any, *given: Any) -> Any:
        return programme_for(self.portal, lambda: self.at, self.nouns).call(actor, work, *given)

    def version(self, decision_id: UUID) -> int:
        return int(self.get(decision_id).version)

    def get(self, decision_id: UUID) -> Any:
        return self.call(self.facilitator, service.get_decision, decision_id)

    def action(self, decision_id: UUID, number: int = 0) -> Any:
        return self.call(ANONYMOUS, service.list_actions, self.get(decision_id))[number]

    def step(self, actor: Actor, decision_id: UUID, event: str) -> Moved:
        moved: Moved = self.call(actor, service.move, decision_id, event, self.version(decision_id))
        return moved

    def hear(self, *people: Heard, replaces: UUID | None = None) -> UUID:
        ground = uuid4()
        self.heard[ground] = list(people)
        decision_id: UUID = self.call(
            self.facilitator, service.hear, DRAFT, [Node("voice", ground)], replaces
        )
        return decision_id

    def with_owner(self, *people: Heard, replaces: UUID | None = None) -> UUID:
        decision_id = self.hear(*people, replaces=replaces)
        self.call(
            self.facilitator, service.write_recommendation, decision_id, TEXT, self.version(decision_id)
        )
        self.call(self.programme, service.choose_owner, decision_id, self.agency, self.version(decision_id))
        self.step(self.facilitator, decision_id, "recommend")
        self.step(self.programme, decision_id, "assign")
        return decision_id

    def answered(
        self, *people: Heard, event: str = "accept", promises: int = 1, replaces: UUID | None = None
    ) -> UUID:
        decision_id = self.with_owner(*people, replaces=replaces)
        reason = Texts() if event == "accept" else TEXT
        self.call(self.officer, service.write_answer, decision_id, TEXT, reason, self.version(decision_id))
        for _ in range(promises):
            self.call(self.officer, doing.plan_action, decision_id, self.plan())
        self.call(self.officer, service.prepare, decision_id, event, self.version(decision_id))
        self.call(self.second, service.release, decision_id)
        return decision_id

    def plan(self, owner: UUID | None = None) -> Plan:
        return Plan(owner_id=owner or self.agency, due_on=date(2026, 12, 31), text_ar="ن", text_en="Open it")

    def claim(self, decision_id: UUID, number: int = 0) -> UUID:
        action = self.action(decision_id, number)
        self.call(self.officer, doing.claim, decision_id, action.action_id, EVIDENCE, action.version)
        claimed: UUID = action.action_id
        return claimed

    def verify(self, decision_id: UUID, number: int = 0, by: Actor | None = None) -> None:
        action = self.action(decision_id, number)
        self.call(
            by or self.facilitator, doing.check, decision_id, action.action_id, "verify", action.version
        )

    def mails(self, address: str) -> list[str]:
        rows = self.portal.execute(
            "SELECT template FROM innovation.outbox WHERE recipient = %s",
            [address],
        ).fetchall()
        return sorted(row[0] for row in rows)


def somebody_heard(key: str | None = None) -> tuple[Heard, Actor]:
    """A case that is followed, and who follows it."""
    case_id = uuid4()
    follower = Actor(None, (Grant(Role.FOLLOWER, Scope(ScopeKind.CASE, case_id)),))
    return Heard(
        key or f"case:{case_id}", f"{case_id}@example.com", "en", f"/follow/voices/{case_id}"
    ), follower
