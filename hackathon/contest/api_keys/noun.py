"""What goes through all nouns finds of a team's keys to the stream."""

from __future__ import annotations

from casework.noun import Noun

NOUN = Noun(
    "api_keys",
    "hackathon.contest.api_keys",
)
