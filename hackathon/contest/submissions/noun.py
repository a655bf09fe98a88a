"""What goes through all nouns finds of submissions."""

from __future__ import annotations

from casework.noun import Noun
from casework.search.model import Findable
from casework.tasks.model import Rest, Tasks, Wait
from hackathon.contest.submissions.machine import MEMBERS, STAFF, SUBMISSION
from hackathon.contest.submissions.passage import PASSAGE
from hackathon.contest.submissions.repository import SUBMISSIONS
from hackathon.contest.submissions.writing import SWEEP

NOUN = Noun(
    "submissions",
    "hackathon.contest.submissions",
    bindings=(SUBMISSIONS,),
    holds_nothing="A submission is a team's: who is in it is held with teams.",
    stores=(SWEEP,),
    tasks=Tasks(
        "hackathon.contest.submissions",
        waits=(
            Wait(SUBMISSION, "hand_in", ("draft", "reopened"), MEMBERS),
            Wait(SUBMISSION, "screen", ("frozen",), STAFF),
            Wait(SUBMISSION, "release", ("frozen", "ineligible", "eligible"), STAFF),
        ),
        rests=(
            Rest(SUBMISSION, ("submitted",), "It is handed in, and the clock freezes it."),
            Rest(SUBMISSION, ("expired",), "Late access is given on request."),
            Rest(SUBMISSION, ("finalist",), "The jury has it; its hackathon is led on."),
            Rest(
                SUBMISSION, ("disqualified",), "It stays so unless organisers find that they were mistaken."
            ),
        ),
    ),
    passages=(PASSAGE,),
    findables=(
        Findable(
            "submission",
            "hackathon.contest.submissions",
            machines=frozenset({"submission"}),
            follows=frozenset({"hackathon"}),
        ),
    ),
)
