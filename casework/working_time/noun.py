"""What goes through all nouns finds of working time: its settings."""

from __future__ import annotations

from casework.noun import Noun

NOUN = Noun(
    "working_time",
    "casework.working_time",
)
