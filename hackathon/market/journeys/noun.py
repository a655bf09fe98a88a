"""What goes through all nouns finds of journeys: their texts."""

from __future__ import annotations

from casework.noun import Noun

NOUN = Noun(
    "journeys",
    "hackathon.market.journeys",
)
