"""What goes through all nouns finds of ambassadors."""

from __future__ import annotations

from casework.noun import Noun
from hackathon.outreach.ambassadors.holding import HOLDER
from hackathon.outreach.ambassadors.notices import AMBASSADORS

NOUN = Noun(
    "ambassadors",
    "hackathon.outreach.ambassadors",
    bindings=(AMBASSADORS,),
    holder=HOLDER,
)
