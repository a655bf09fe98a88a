"""What goes through all nouns finds of dialogue: sessions as what led to something, too, and as a list for those who lead them."""

from __future__ import annotations

from typing import Final

from casework.governorates.model import Governorate
from casework.journeys.model import Passage, each, seen_by
from casework.lists.model import LAST, DeskList, Sort, coded, one_of, words
from casework.noun import Noun
from casework.people.holders import Holder, anonymised
from casework.programme import Session
from casework.search.model import Findable
from casework.tasks.model import Tasks, Wait
from casework.workflow.errors import NotAllowed
from participation.dialogue import repository
from participation.dialogue.machine import FACILITATORS, PROGRAMME, SESSION
from participation.dialogue.model import FOLLOWED_AT, KIND, PACKAGE
from participation.dialogue.service import SESSIONS, STATEMENTS, get_talk, list_present, list_subjects

_QUERIES = repository.QUERIES
HOLDER = Holder(
    _QUERIES,
    {
        "dialogue_sessions": "export_sessions",
        "recommendations": "export_recommendations",
    },
    (
        anonymised("dialogue_sessions", "erase_sessions"),
        anonymised("recommendations", "erase_recommendations"),
    ),
)
PASSAGE = Passage(
    KIND,
    PACKAGE,
    7,
    each(
        lambda session, one: seen_by(
            SESSION, (talk := get_talk(session, one)).plan.titles, talk, f"/dialogue/{one}"
        )
    ),
    list_present,
    FOLLOWED_AT,
    subjects=list_subjects,
)
NOUN = Noun(
    "dialogue",
    PACKAGE,
    bindings=(SESSIONS,),
    counters=(STATEMENTS.counter,),
    holder=HOLDER,
    tasks=Tasks(
        PACKAGE,
        waits=(
            Wait(SESSION, "announce", ("draft",), FACILITATORS),
            Wait(SESSION, "sum_up", ("held",), FACILITATORS),
            Wait(SESSION, "fix", ("summary_open",), FACILITATORS),
            Wait(SESSION, "count", ("registration", "held", "summary_open"), FACILITATORS),
            Wait(SESSION, "agree", ("summary_open", "published"), PROGRAMME),
        ),
        also=lambda session: {"at": session.now()},
    ),
    passages=(PASSAGE,),
    findables=(Findable("session", "participation.dialogue", machines=frozenset({"session"})),),
)


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
