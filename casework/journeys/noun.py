"""What goes through all nouns finds of journeys: their limits."""

from __future__ import annotations

from casework.noun import Noun

NOUN = Noun(
    "journeys",
    "casework.journeys",
)
