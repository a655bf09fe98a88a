"""What goes through all nouns finds of matching: its texts."""

from __future__ import annotations

from casework.noun import Noun

NOUN = Noun(
    "matching",
    "hackathon.market.matching",
)
