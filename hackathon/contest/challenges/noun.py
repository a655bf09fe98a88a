"""What goes through all nouns finds of challenges."""

from __future__ import annotations

from casework.noun import Noun
from hackathon.contest.challenges.repository import CHALLENGES

NOUN = Noun(
    "challenges",
    "hackathon.contest.challenges",
    bindings=(CHALLENGES,),
    holds_nothing="A challenge is an organisation's: nothing says who wrote it.",
)
