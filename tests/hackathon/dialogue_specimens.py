"""A session for the tests of all machines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from casework.decisions.model import Texts
from casework.workflow.model import Binding
from citycore.store.connections import Connection
from participation.dialogue.machine import BEGINS, ENDS
from participation.dialogue.model import AgendaLine, NewRecommendation, Plan, Times
from participation.dialogue.service import SESSIONS

NOON = datetime(2026, 11, 24, 8, tzinfo=UTC)
FAR = datetime(2100, 1, 1, tzinfo=UTC)
DECIDER = UUID(int=80)
PLAN = Plan(
    decider_id=DECIDER, title_ar="ساعات الحديقة", title_en="Hours of the park", question_ar="متى تُفتح الحديقة؟",
    question_en="When should the park be open?", place_ar="مكتبة السيب", place_en="Library of Seeb", seats=2,
    agenda=(AgendaLine(minutes=30, subject_ar="نقاش", subject_en="Discussion", speaker="مديرة الحديقة"),),
)  # fmt: skip
TIMES = Times(NOON + timedelta(days=1), NOON + timedelta(days=1, hours=2))
SUMMARY = Texts(
    ar="قال الحضور إن الحديقة\nتُغلق مبكرًا.", en="Those present said that the park closes too early."
)
SAID = NewRecommendation(
    title_ar="فتح الحديقة مساءً", title_en="Open the park in the evening", passage_ar="الحديقة تُغلق مبكرًا",
    passage_en="the park closes too early", text_ar="تُفتح حتى ٢٢", text_en="Open it until 22:00",
)  # fmt: skip


def store_talk(connection: Connection, state: str = "draft") -> UUID:
    """Planned for many years from now; what it says in the end stands there already."""
    # It knows the list of specimens, which knows this file.
    from tests.hackathon import machines

    session_id = uuid4()
    machines.store_agency(connection, machines.AGENCY)
    connection.execute(
        "INSERT INTO participation.dialogue_sessions (session_id, state, state_changed_at, created_at, decider_id, title_ar,"
        " title_en, question_ar, question_en, place_ar, place_en, online_link, seats, agenda, summary_ar, summary_en,"
        " none_because_ar, none_because_en, announced_at) VALUES (%(id)s, %(state)s, %(at)s, %(at)s, %(agency)s, 'الظل',"
        " 'Shade', 'أين؟', 'Where?', 'مكتبة', 'Library', '', 20,"
        ' \'[{"minutes": 30, "subject_ar": "نقاش", "subject_en": "Talk", "speaker": ""}]\', \'قيل\', \'Said\', \'لا\', \'No\','
        " CASE WHEN %(state)s <> 'draft' THEN %(at)s::timestamptz END)",
        {"id": session_id, "state": state, "at": NOON, "agency": machines.AGENCY},
    )
    for name in (BEGINS, ENDS):
        connection.execute(
            "INSERT INTO innovation.deadlines VALUES (%s, %s, %s, 'Asia/Muscat')", [session_id, name, FAR]
        )
    return session_id


PAIRS: tuple[tuple[Binding[Any], Callable[[Connection], UUID]], ...] = ((SESSIONS, store_talk),)
