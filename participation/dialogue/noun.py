"""What goes through all nouns finds of dialogue."""

from __future__ import annotations

from casework.noun import Noun
from casework.people.holders import Holder, anonymised
from casework.search.model import Findable
from casework.tasks.model import Tasks, Wait
from participation.dialogue import repository
from participation.dialogue.machine import FACILITATORS, PROGRAMME, SESSION
from participation.dialogue.model import PACKAGE
from participation.dialogue.passage import PASSAGE
from participation.dialogue.service import SESSIONS, STATEMENTS

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
