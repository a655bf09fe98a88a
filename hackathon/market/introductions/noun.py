"""What goes through all nouns finds of introductions and what came of them."""

from __future__ import annotations

from casework.noun import Job, Noun
from casework.people.holders import Holder, anonymised
from casework.tasks.model import Tasks, Wait
from hackathon.market.introductions.machine import INTRODUCTION, SIDES, UNANSWERED
from hackathon.market.introductions.mails import INTRODUCTIONS
from hackathon.market.introductions.outcomes import JOB, ask_due
from hackathon.market.introductions.passage import PASSAGE
from hackathon.market.introductions.repository import QUERIES

HOLDER = Holder(
    QUERIES,
    {"introductions": "export_contacts", "introduction_outcomes": "export_answers"},
    (anonymised("introductions", "erase_contacts"), anonymised("introduction_outcomes", "erase_answers")),
)
NOUN = Noun(
    "introductions",
    "hackathon.market.introductions",
    bindings=(INTRODUCTIONS,),
    holder=HOLDER,
    jobs=(Job(JOB, ask_due),),
    tasks=Tasks(
        "hackathon.market.introductions",
        waits=(
            Wait(INTRODUCTION, "answer", UNANSWERED, SIDES),
            Wait(INTRODUCTION, "share", ("mutual",), SIDES),
            # What the two make of it is theirs; only what they are asked afterwards waits.
            Wait(INTRODUCTION, "tell", ("contacts_shared", "meeting", "pilot", "contract"), SIDES),
        ),
    ),
    passages=(PASSAGE,),
)
