"""What goes through all nouns finds of activities and their evidence."""

from __future__ import annotations

from casework.noun import Noun
from casework.tasks.model import Rest, Tasks, Wait
from hackathon.outreach.activities.evidence import SWEEP
from hackathon.outreach.activities.holding import HOLDER
from hackathon.outreach.activities.machine import ACTIVITY
from hackathon.outreach.activities.repository import ACTIVITIES
from hackathon.outreach.ambassadors.machine import SELF, STAFF

NOUN = Noun(
    "activities",
    "hackathon.outreach.activities",
    bindings=(ACTIVITIES,),
    holder=HOLDER,
    stores=(SWEEP,),
    tasks=Tasks(
        "hackathon.outreach.activities",
        waits=(
            Wait(ACTIVITY, "report", ("planned", "held", "returned"), SELF),
            Wait(ACTIVITY, "verify", ("reported",), STAFF),
        ),
        rests=(
            Rest(ACTIVITY, ("verified",), "It counts; it is revoked only where that turns out to be wrong."),
        ),
    ),
)
