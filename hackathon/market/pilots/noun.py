"""What goes through all nouns finds of pilots."""

from __future__ import annotations

from casework.noun import Noun
from hackathon.market.pilots.repository import PILOTS

NOUN = Noun(
    "pilots",
    "hackathon.market.pilots",
    bindings=(PILOTS,),
    holds_nothing="A pilot is between organisations: who speaks for them is held with those.",
)
