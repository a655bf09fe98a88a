"""What goes through all nouns finds of hackathons."""

from __future__ import annotations

from casework.noun import Noun
from casework.people.holders import Holder, anonymised
from casework.search.model import Findable
from casework.tasks.model import Rest, Tasks, Wait
from hackathon.contest.hackathons.machine import HACKATHON, STAFF
from hackathon.contest.hackathons.repository import HACKATHONS, QUERIES

#: Who runs a hackathon has a role; whom people write to may be somebody with an account.
HOLDER = Holder(
    QUERIES, {"hackathon_contacts": "export_contacts"}, (anonymised("hackathons", "erase_contacts"),)
)
NOUN = Noun(
    "hackathons",
    "hackathon.contest.hackathons",
    bindings=(HACKATHONS,),
    holder=HOLDER,
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
