"""What goes through all nouns finds of vendors and their papers."""

from __future__ import annotations

from casework.noun import Job, Noun
from hackathon.market.vendors.documents import SWEEP
from hackathon.market.vendors.holding import HOLDER
from hackathon.market.vendors.notices import VENDORS
from hackathon.market.vendors.reminders import JOB, remind_due

NOUN = Noun(
    "vendors",
    "hackathon.market.vendors",
    bindings=(VENDORS,),
    holder=HOLDER,
    jobs=(Job(JOB, remind_due),),
    stores=(SWEEP,),
)
