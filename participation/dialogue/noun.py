"""What goes through all nouns finds of dialogue."""

from __future__ import annotations

from casework.moderation.steps import MODERATORS, UNMODERATED
from casework.noun import Noun
from casework.people.holders import Holder, anonymised
from casework.tasks.model import Rest, Tasks, Wait
from participation.dialogue import repository
from participation.dialogue.ideas import IDEAS
from participation.dialogue.machine import FACILITATORS, IDEA, PROGRAMME, SESSION
from participation.dialogue.model import PACKAGE
from participation.dialogue.passage import IDEA_PASSAGE, SESSION_PASSAGE
from participation.dialogue.service import SESSIONS

_QUERIES = repository.QUERIES
#: Ideas stay, since others rely on them: without whose they are.
HOLDER = Holder(
    _QUERIES,
    {
        "dialogue_sessions": "export_sessions",
        "recommendations": "export_recommendations",
        "ideas": "export_ideas",
    },
    (
        anonymised("dialogue_sessions", "erase_sessions"),
        anonymised("recommendations", "erase_recommendations"),
        anonymised("ideas", "erase_ideas"),
    ),
)
NOUN = Noun(
    "dialogue",
    PACKAGE,
    bindings=(SESSIONS, IDEAS),
    holder=HOLDER,
    tasks=Tasks(
        PACKAGE,
        waits=(
            Wait(SESSION, "announce", ("draft",), FACILITATORS),
            Wait(SESSION, "sum_up", ("held",), FACILITATORS),
            Wait(SESSION, "fix", ("summary_open",), FACILITATORS),
            Wait(SESSION, "count", ("registration", "held", "summary_open"), FACILITATORS),
            Wait(SESSION, "agree", ("summary_open", "published"), PROGRAMME),
            Wait(IDEA, "moderate", UNMODERATED, MODERATORS),
        ),
        rests=(
            Rest(IDEA, ("held",), "Its author may appeal, and the clock ends that."),
            Rest(IDEA, ("open", "merged", "answered"), "It is there to be read, supported and taken up."),
        ),
        also=lambda session: {"at": session.now()},
    ),
    passages=(SESSION_PASSAGE, IDEA_PASSAGE),
)
