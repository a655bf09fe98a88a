"""What goes through all nouns finds of introductions and what came of them."""

from __future__ import annotations

from casework.noun import Job, Noun
from hackathon.market.introductions.holding import HOLDER
from hackathon.market.introductions.mails import INTRODUCTIONS
from hackathon.market.introductions.outcomes import JOB, ask_due

NOUN = Noun(
    "introductions",
    "hackathon.market.introductions",
    bindings=(INTRODUCTIONS,),
    holder=HOLDER,
    jobs=(Job(JOB, ask_due),),
)
