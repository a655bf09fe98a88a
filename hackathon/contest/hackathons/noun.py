"""What goes through all nouns finds of hackathons."""

from __future__ import annotations

from casework.noun import Noun
from casework.search.model import Findable
from casework.tasks.model import Rest, Tasks, Wait
from hackathon.contest.hackathons.machine import HACKATHON, STAFF
from hackathon.contest.hackathons.repository import HACKATHONS

NOUN = Noun(
    "hackathons",
    "hackathon.contest.hackathons",
    bindings=(HACKATHONS,),
    holds_nothing="No person stands in a hackathon: who runs it has a role.",
    tasks=Tasks(
        "hackathon.contest.hackathons",
        waits=(
            Wait(HACKATHON, "announce", ("draft",), STAFF),
            Wait(HACKATHON, "resume", ("postponed",), STAFF),
            Wait(
                HACKATHON,
                "lead_on",
                ("submissions_closed", "screening", "judging", "deliberation", "results_provisional"),
                STAFF,
            ),
        ),
        rests=(
            Rest(
                HACKATHON,
                ("announced", "registration_open", "team_formation_closed", "running"),
                "The clock moves it on.",
            ),
            Rest(HACKATHON, ("results_final",), "It is over; it can be put away at any time."),
        ),
    ),
    findables=(
        Findable("hackathon", "hackathon.contest.hackathons", machines=frozenset({"hackathon"}), weight=1.2),
    ),
)
