"""What goes through all nouns finds of judging: its texts."""

from __future__ import annotations

from casework.noun import Noun

NOUN = Noun(
    "judging",
    "hackathon.contest.judging",
)
