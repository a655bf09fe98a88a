"""What goes through all nouns finds of results, votes and appeals."""

from __future__ import annotations

from casework.noun import Noun
from casework.tasks.model import Tasks, Wait
from hackathon.contest.results.holding import HOLDER
from hackathon.contest.results.machine import APPEAL, STAFF
from hackathon.contest.results.repository import APPEALS

NOUN = Noun(
    "results",
    "hackathon.contest.results",
    bindings=(APPEALS,),
    holder=HOLDER,
    tasks=Tasks("hackathon.contest.results", waits=(Wait(APPEAL, "answer", ("filed",), STAFF),)),
)
