"""What goes through all nouns finds of surveys."""

from __future__ import annotations

from casework.noun import Noun
from casework.people.holders import Holder, anonymised
from casework.tasks.model import Rest, Tasks, Wait
from participation.surveys.answering import COUNTER
from participation.surveys.machine import AUTHORS, PROGRAMME, SURVEY
from participation.surveys.model import PACKAGE
from participation.surveys.passage import PASSAGE
from participation.surveys.repository import QUERIES
from participation.surveys.service import SURVEYS

#: What was answered is nobody's: there is nothing in it to export or erase.
HOLDER = Holder(QUERIES, {"surveys": "export_surveys"}, (anonymised("surveys", "erase_drafted"),))
NOUN = Noun(
    "surveys",
    PACKAGE,
    bindings=(SURVEYS,),
    counters=(COUNTER,),
    holder=HOLDER,
    passages=(PASSAGE,),
    tasks=Tasks(
        PACKAGE,
        waits=(
            Wait(SURVEY, "submit", ("draft",), AUTHORS),
            Wait(SURVEY, "schedule", ("in_review",), PROGRAMME),
            Wait(SURVEY, "publish", ("counted",), PROGRAMME),
        ),
        rests=(
            Rest(SURVEY, ("scheduled", "open", "closed"), "The clock opens, closes and counts it."),
            Rest(SURVEY, ("published",), "It goes on with the answer of its decision."),
        ),
    ),
)
