"""What goes through all nouns finds of results, votes and appeals."""

from __future__ import annotations

from casework.noun import Noun
from casework.people.holders import Holder, deleted, kept
from casework.tasks.model import Tasks, Wait
from hackathon.contest.results.machine import APPEAL, STAFF
from hackathon.contest.results.passage import PASSAGE
from hackathon.contest.results.repository import APPEALS, QUERIES

HOLDER = Holder(
    QUERIES,
    {"voters": "export_voters"},
    (
        deleted("voters", "erase_voters"),
        kept("result_sets", "count_prepared", "judged"),
        kept("panel_decisions", "count_decided", "judged"),
    ),
)
NOUN = Noun(
    "results",
    "hackathon.contest.results",
    bindings=(APPEALS,),
    holder=HOLDER,
    tasks=Tasks("hackathon.contest.results", waits=(Wait(APPEAL, "answer", ("filed",), STAFF),)),
    passages=(PASSAGE,),
)
