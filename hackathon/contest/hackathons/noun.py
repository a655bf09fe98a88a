"""What goes through all nouns finds of hackathons."""

from __future__ import annotations

from casework.noun import Noun
from hackathon.contest.hackathons.repository import HACKATHONS

NOUN = Noun(
    "hackathons",
    "hackathon.contest.hackathons",
    bindings=(HACKATHONS,),
    holds_nothing="No person stands in a hackathon: who runs it has a role.",
)
