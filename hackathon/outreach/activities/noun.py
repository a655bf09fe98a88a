"""What goes through all nouns finds of activities and their evidence."""

from __future__ import annotations

from casework.noun import Job, Noun
from hackathon.outreach.activities.evidence import sweep
from hackathon.outreach.activities.holding import HOLDER
from hackathon.outreach.activities.repository import ACTIVITIES

NOUN = Noun(
    "activities",
    "hackathon.outreach.activities",
    bindings=(ACTIVITIES,),
    holder=HOLDER,
    sweeps=(Job("sweep_activities", sweep),),
)
