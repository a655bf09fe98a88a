"""The list of sessions for those who lead them."""

from __future__ import annotations

from typing import Final

from casework.governorates.model import Governorate
from casework.lists.model import LAST, DeskList, Sort, coded, one_of, words
from casework.programme import Session
from casework.workflow.errors import NotAllowed
from participation.dialogue import repository
from participation.dialogue.machine import FACILITATORS, SESSION


def _values(session: Session) -> dict[str, object]:
    """Drafts are for those who lead everywhere; :class:`NotAllowed` for whoever leads none."""
    if not session.holds_anywhere(FACILITATORS):
        raise NotAllowed
    return {"is_staff": session.holds(FACILITATORS, ())}


#: All of them, the newest first.
DESK: Final = DeskList(
    repository.QUERIES["desk"],
    "session_id",
    _values,
    sorts={
        "begun": Sort("listed.created_at", "instant"),
        "begins": Sort(f"coalesce(listed.begins_at, {LAST})", "instant"),
        "since": Sort("listed.state_changed_at", "instant"),
    },
    first="-begun",
    filters=(
        words(),
        one_of("state", "listed.state", tuple(state.name for state in SESSION.states)),
        coded("governorate", "listed.governorate", tuple(Governorate)),
    ),
)
