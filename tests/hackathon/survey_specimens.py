"""A survey for the tests of all machines, and for those that need one somewhere on its way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from casework.admission.model import Channel
from casework.forms.model import Answers, Choice, CountedAs, FieldKind, FormField, Treatment
from casework.forms.questionnaires import digest_of
from casework.forms.rules import document_of
from casework.statistics.statement import Sampling
from casework.unlinked_answers.model import NewAnswer
from casework.workflow.model import Binding
from citycore.store.connections import Connection
from participation.surveys import repository
from participation.surveys.model import Dates, Description
from participation.surveys.repository import NewSurvey
from participation.surveys.service import SURVEYS

NOON = datetime(2026, 11, 24, 8, tzinfo=UTC)
FAR = datetime(2100, 1, 1, tzinfo=UTC)
AGENCY, DECIDER = UUID(int=500), UUID(int=501)
FORM = (
    FormField(
        "hours",
        "هل تُقدَّم الخدمة من 8 صباحًا إلى 8 مساءً؟",
        "Should the service be there from 08:00 to 20:00?",
        FieldKind.ONE_OF,
        is_required=True,
        choices=(Choice("yes", "نعم", "Yes"), Choice("no", "لا", "No")),
        treatment=Treatment(is_public=True, counted_as=CountedAs.SHARE),
    ),
)
NOTE = FormField(
    "note", "لماذا؟", "Why?", FieldKind.TEXT, page=1, treatment=Treatment(counted_as=CountedAs.THEMES)
)
HOURS = Description(
    title_ar="ساعات العمل",
    title_en="Opening hours",
    purpose_ar="لنعرف هل تُمدَّد الساعات.",
    purpose_en="To know whether hours are to be longer.",
    decider_id=DECIDER,
    promised_on=date(2026, 12, 14),
    sampling=Sampling.SELF_SELECTED,
    channels=frozenset({Channel.WEB}),
)
DATES = Dates(opens=NOON + timedelta(days=1), closes=NOON + timedelta(days=8))
WEB = NewAnswer(1, Answers({"hours": "yes"}), Channel.WEB, "en")


def store_survey(connection: Connection) -> UUID:
    """A draft that is whole; what it was released with and decided about is there already."""
    # They know the list of specimens, which knows this file.
    from tests.hackathon.decision_specimens import store_decision
    from tests.hackathon.machines import store_agency

    survey_id, release_id = uuid4(), uuid4()
    store_agency(connection, AGENCY)
    decision_id = store_decision(connection)
    connection.execute(
        "INSERT INTO participation.decision_grounds VALUES (%s, 'survey', %s, %s)",
        [decision_id, survey_id, NOON],
    )
    values = {"id": survey_id, "form": Jsonb(document_of(FORM)), "digest": digest_of(FORM), "at": NOON}
    connection.execute(
        "INSERT INTO participation.form_drafts (form_id, document, changed_at) VALUES (%(id)s, %(form)s, %(at)s)",
        values,
    )
    connection.execute(
        "INSERT INTO participation.forms (form_id, version, digest, document, frozen_at)"
        " VALUES (%(id)s, 1, %(digest)s, %(form)s, %(at)s)",
        values,
    )
    document = '{"figures": []}'
    connection.execute(
        "INSERT INTO participation.releases (release_id, subject_kind, subject_id, released_at, sampling, n, answered,"
        " document, sha256) VALUES (%s, 'survey', %s, %s, 'self_selected', 0, 0, %s, sha256(convert_to(%s, 'UTF8')))",
        [release_id, survey_id, NOON, document, document],
    )
    new = NewSurvey(survey_id, AGENCY, None, None, NOON)
    promised = replace(HOURS, decider_id=AGENCY, promised_on=date(2100, 1, 20))
    repository.store_survey(connection, new, promised)
    repository.fix(connection, survey_id, 1, digest_of(FORM))
    repository.keep_published(connection, survey_id, release_id, decision_id)
    for name, instant in (("opens", FAR), ("closes", FAR + timedelta(days=7))):
        connection.execute(
            "INSERT INTO innovation.deadlines VALUES (%s, %s, %s, 'Asia/Muscat')", [survey_id, name, instant]
        )
    return survey_id


PAIRS: tuple[tuple[Binding[Any], Callable[[Connection], UUID]], ...] = ((SURVEYS, store_survey),)
