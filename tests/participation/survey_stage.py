"""An agency that asks, one that decides, those who read and publish, and a clock that the test turns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from casework.access.model import ANONYMOUS, Actor, Grant, Role, Scope, ScopeKind
from casework.admission.model import Channel
from casework.counting.wanted import count_due
from casework.follow_up.settings import FollowUpSettings
from casework.forms.model import Answers, CountedAs, FieldKind, FormField, Treatment
from casework.programme import Session
from casework.statistics.statement import Sampling
from casework.unlinked_answers.model import NewAnswer
from casework.unlinked_answers.service import mix_due
from casework.workflow.clockwork import run_due
from casework.workflow.errors import existing
from citycore.clock import CITY_ZONE
from citycore.store.connections import Connection
from participation.surveys import repository, service
from participation.surveys.model import Dates, Description, Survey
from participation.surveys.service import ASKING
from tests.hackathon.calling import programme_for
from tests.hackathon.machines import store_account, store_agency
from tests.hackathon.survey_specimens import FORM

NOON = datetime(2026, 11, 24, 12, tzinfo=CITY_ZONE)
DAY = timedelta(days=1)
AGENCY, DECIDER = UUID(int=90), UUID(int=91)
NOTE = FormField(
    "note", "لماذا؟", "Why?", FieldKind.TEXT, page=1, treatment=Treatment(counted_as=CountedAs.THEMES)
)
HOURS = Description(
    title_ar="ساعات العمل",
    title_en="Opening hours",
    purpose_ar="لنعرف هل تُمدَّد الساعات.",
    purpose_en="To know whether hours are to be longer.",
    decider_id=DECIDER,
    promised_on=(NOON + 20 * DAY).date(),
    sampling=Sampling.SELF_SELECTED,
    channels=frozenset({Channel.WEB}),
)
DATES = Dates(opens=NOON + DAY, closes=NOON + 8 * DAY)
WEB = NewAnswer(1, Answers({"hours": "yes"}), Channel.WEB, "en")


class Scene:
    """An agency that asks, one that decides, two of the programme, and a clock that the test turns."""

    def __init__(self, connection: Connection) -> None:
        self.connection, self.now = connection, NOON
        for agency in (AGENCY, DECIDER):
            store_agency(connection, agency)
        self.author = self.somebody(Grant(Role.OFFICER, Scope(ScopeKind.ORGANISATION, AGENCY)))
        self.first, self.second = (self.somebody(Grant(Role.PROGRAMME_OFFICER)) for _ in range(2))
        self.programme = programme_for(connection, lambda: self.now, FollowUpSettings(key="ab" * 32))  # type: ignore[arg-type]

    def somebody(self, *grants: Grant) -> Actor:
        return Actor(store_account(self.connection), grants)

    def within(self, actor: Actor = ANONYMOUS) -> Session:
        return self.programme.within(self.connection, actor)

    def draft(self, description: Description = HOURS, form: tuple[FormField, ...] = FORM) -> UUID:
        session = self.within(self.author)
        survey_id = service.create(session, AGENCY, description)
        service.write_form(session, survey_id, form, None)
        service.plan(session, survey_id, DATES, self.survey(survey_id).version)
        return survey_id

    def survey(self, survey_id: UUID) -> Survey:
        found = repository.find_survey(self.connection, survey_id)
        assert found is not None
        return found

    def move(self, actor: Actor, survey_id: UUID, event: str, reason: str | None = None) -> None:
        service.move(self.within(actor), survey_id, event, self.survey(survey_id).version, reason)

    def schedule(self, survey_id: UUID, actor: Actor | None = None) -> None:
        service.schedule(self.within(actor or self.first), survey_id, self.survey(survey_id).version)

    def open(self, survey_id: UUID) -> Survey:
        self.move(self.author, survey_id, "submit")
        self.schedule(survey_id)
        self.until(DATES.opens)
        return self.survey(survey_id)

    def until(self, at: datetime) -> None:
        self.now = at
        run_due(self.programme, [service.SURVEYS])

    def answer(self, survey: Survey, number: int, **values: str) -> None:
        for _ in range(number):
            new = replace(WEB, answers=Answers(values))
            ASKING.answer(self.within(), survey, new)

    def close(self, survey_id: UUID) -> Survey:
        self.until(DATES.closes)
        mix_due(self.programme, lambda: False)
        count_due(self.programme)
        self.until(self.now)
        return self.survey(survey_id)

    def publish(self, survey_id: UUID, actor: Actor | None = None) -> None:
        service.publish(self.within(actor or self.second), survey_id, self.survey(survey_id).version)

    def document(self, survey_id: UUID) -> Mapping[str, Any]:
        """Of what was published, or is to be."""
        return existing(ASKING.find_document(self.within(), self.survey(survey_id)))

    def mails(self) -> list[tuple[str, str]]:
        rows = self.connection.execute(
            "SELECT recipient, template FROM innovation.outbox ORDER BY mail_id"
        ).fetchall()
        return [(recipient, template.rpartition("/")[2]) for recipient, template in rows]
