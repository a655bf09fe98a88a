"""What goes through all nouns finds of following: its limits. A number says nothing of whom it was given to."""

from __future__ import annotations

from casework.noun import Noun

NOUN = Noun(
    "follow_up",
    "casework.follow_up",
)
