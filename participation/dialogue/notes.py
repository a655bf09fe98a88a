"""What was written about the question of a session, to be sorted into themes: all of it is public already."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID, uuid5

from casework.journeys.model import Asked
from casework.journeys.texts import find_said
from casework.programme import Session
from casework.statistics.settings import StatisticsSettings
from participation.dialogue import repository
from participation.dialogue.passage import visible_talk

#: The question of the topic of a session.
QUESTION: Final = "said"
_ENDS: Final = re.compile(r"(?<=[.!?؟؛])\s+|\n+")


def list_notes(session: Session, session_id: UUID) -> dict[UUID, str]:
    """Its ideas that were admitted, the sentences of its summary (in Arabic) and what should stand there instead, in an order that
    says nothing.
    """
    talk, most = visible_talk(session, session_id), session.of(StatisticsSettings).notes_max
    ideas = find_said(session, Asked(most, session_id))
    notes = {one.node.object_id: f"{one.title}\n{one.body}" for one in ideas}
    if talk.is_summary_open:
        amendments = repository.find_amendments(session.connection, session_id)
        notes |= {one.amendment_id: one.proposed for one in amendments}
        notes |= {uuid5(session_id, one): one for one in sentences(talk.summary.ar)}
    return dict(sorted(notes.items())[:most])


def sentences(text: str) -> list[str]:
    return [one.strip() for one in _ENDS.split(text) if one.strip()]
