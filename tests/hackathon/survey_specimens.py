"""A survey for the tests of all machines, and for those that need one somewhere on its way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from psycopg.types.json import Jsonb

from casework.forms.model import Choice, CountedAs, FieldKind, FormField, Treatment
from casework.forms.questionnaires import digest_of
from casework.forms.rules import document_of
from casework.workflow.model import Binding
from citycore.store.connections import Connection
from participation.surveys.service import SURVEYS

NOON = datetime(2026, 11, 24, 8, tzinfo=UTC)
FAR = datetime(2100, 1, 1, tzinfo=UTC)
AGENCY = UUID(int=500)
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
    connection.execute(
        "INSERT INTO participation.surveys (survey_id, state, state_changed_at, created_at, agency_id, decider_id, title_ar,"
        " title_en, purpose_ar, purpose_en, promised_on, sampling, channels, form_version, form_digest, release_id,"
        " decision_id) VALUES (%(id)s, 'draft', %(at)s, %(at)s, %(agency)s, %(agency)s, 'ساعات العمل', 'Hours', 'غ', 'P',"
        " %(promised)s, 'self_selected', '{web}', 1, %(digest)s, %(release)s, %(decision)s)",
        values
        | {"agency": AGENCY, "promised": date(2100, 1, 20), "release": release_id, "decision": decision_id},
    )
    for name, instant in (("opens", FAR), ("closes", FAR + timedelta(days=7))):
        connection.execute(
            "INSERT INTO innovation.deadlines VALUES (%s, %s, %s, 'Asia/Muscat')", [survey_id, name, instant]
        )
    return survey_id


PAIRS: tuple[tuple[Binding[Any], Callable[[Connection], UUID]], ...] = ((SURVEYS, store_survey),)
