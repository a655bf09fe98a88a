"""What follows from the words of moderators: time limits, and the public log."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from casework.moderation.model import Moderated, Rule
from casework.moderation.settings import ModerationSettings
from casework.moderation.steps import ADMIT_DUE, APPEAL_ENDS
from casework.programme import Session
from casework.workflow.model import Moved
from casework.working_time.model import Calendar
from citycore.store.queries import load_queries
from citycore.store.rows import rows_of

QUERIES = load_queries("casework.moderation")
#: What a moderator's word is called in the log, by where it was said.
_WORDS: Final = {("new", "hold"): "hold", ("appealed", "refuse"): "uphold", ("appealed", "admit"): "overturn"}


def begin(session: Session, object_id: UUID) -> None:
    """A moderator has so long from now on."""
    minutes = session.of(ModerationSettings).days * session.of(Calendar).day_minutes
    session.allow(object_id, ADMIT_DUE, minutes)


def follow_from(session: Session, moved: Moved) -> None:
    """What follows from a step of a noun's machine; nothing from those that are not of moderation."""
    if moved.event == "hold":
        days = session.of(ModerationSettings).appeal_days
        session.set_deadline(moved.object_id, APPEAL_ENDS, moved.at + timedelta(days=days))
    if moved.event == "appeal":
        begin(session, moved.object_id)
    step = _WORDS.get((moved.source, moved.event))
    if step is not None:
        values = {
            "moderation_id": session.new_id(),
            "object_id": moved.object_id,
            "moderator_id": session.actor.person_id,
            "step": step,
            "rule": moved.reason or _rule(session, moved.object_id),
            "at": moved.at,
        }
        session.connection.execute(QUERIES["moderate"], values)


def list_log(session: Session) -> list[Moderated]:
    """Day, rule and how many; never a text, never by whom."""
    rows = session.of(ModerationSettings).log_rows_max
    return rows_of(session.connection, Moderated, QUERIES["log"], {"rows": rows})


def _rule(session: Session, object_id: UUID) -> str:
    row = session.connection.execute(QUERIES["rule"], {"object_id": object_id}).fetchone()
    return Rule.OFF_TOPIC.value if row is None else str(row[0])
