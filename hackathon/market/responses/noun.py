"""What goes through all nouns finds of responses to needs."""

from __future__ import annotations

from casework.noun import Noun
from hackathon.market.responses.holding import HOLDER
from hackathon.market.responses.repository import RESPONSES

NOUN = Noun(
    "responses",
    "hackathon.market.responses",
    bindings=(RESPONSES,),
    holder=HOLDER,
)
