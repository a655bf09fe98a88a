"""What goes through all nouns finds of surveys."""

from __future__ import annotations

from typing import Final

from casework.journeys.model import Passage, each, seen_by
from casework.listeners.service import heard
from casework.noun import Noun
from casework.people.holders import Holder, anonymised
from casework.search.model import Findable
from casework.tasks.model import Rest, Tasks, Wait
from participation.surveys.machine import AUTHORS, PROGRAMME, SURVEY
from participation.surveys.model import KIND, PACKAGE
from participation.surveys.repository import QUERIES
from participation.surveys.service import ASKING, SURVEYS, get_survey

AT = "/surveys/{}"
#: What a decision stands on. Whoever left an address hears of it; who has answered is nowhere.
PASSAGE: Final = Passage(
    KIND,
    PACKAGE,
    5,
    each(
        lambda session, one: seen_by(
            SURVEY, (found := get_survey(session, one)).titles, found, AT.format(one)
        )
    ),
    lambda session, one: heard(session, one, AT.format(one)),
    answered_at="/surveys/{}/kiosk",
)
#: What was answered is nobody's: there is nothing in it to export or erase.
HOLDER = Holder(QUERIES, {"surveys": "export_surveys"}, (anonymised("surveys", "erase_drafted"),))
NOUN = Noun(
    "surveys",
    PACKAGE,
    bindings=(SURVEYS,),
    counters=(ASKING.counter,),
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
    findables=(Findable("survey", "participation.surveys", machines=frozenset({"survey"})),),
)
