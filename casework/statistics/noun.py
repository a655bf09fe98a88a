"""What goes through all nouns finds of statistics: their settings."""

from __future__ import annotations

from casework.noun import Noun

NOUN = Noun(
    "statistics",
    "casework.statistics",
)
