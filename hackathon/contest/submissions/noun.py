"""What goes through all nouns finds of submissions."""

from __future__ import annotations

from casework.noun import Noun
from hackathon.contest.submissions.repository import SUBMISSIONS
from hackathon.contest.submissions.writing import SWEEP

NOUN = Noun(
    "submissions",
    "hackathon.contest.submissions",
    bindings=(SUBMISSIONS,),
    holds_nothing="A submission is a team's: who is in it is held with teams.",
    stores=(SWEEP,),
)
