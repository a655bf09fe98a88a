"""What goes through all nouns finds of activities and their evidence."""

from __future__ import annotations

from casework.noun import Noun
from hackathon.outreach.activities.evidence import SWEEP
from hackathon.outreach.activities.holding import HOLDER
from hackathon.outreach.activities.repository import ACTIVITIES

NOUN = Noun(
    "activities",
    "hackathon.outreach.activities",
    bindings=(ACTIVITIES,),
    holder=HOLDER,
    stores=(SWEEP,),
)
