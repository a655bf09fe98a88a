"""What goes through all nouns finds of awards, their milestones and claims."""

from __future__ import annotations

from casework.noun import Noun
from hackathon.funding.awards.holding import HOLDER
from hackathon.funding.awards.repository import AWARDS, CLAIMS, MILESTONES
from hackathon.funding.awards.spending import SWEEP

NOUN = Noun(
    "awards",
    "hackathon.funding.awards",
    bindings=(AWARDS, MILESTONES, CLAIMS),
    holder=HOLDER,
    stores=(SWEEP,),
)
