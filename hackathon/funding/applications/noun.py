"""What goes through all nouns finds of applications and those who apply."""

from __future__ import annotations

from casework.noun import Job, Noun
from hackathon.funding.applications.applicants_repository import APPLICANTS
from hackathon.funding.applications.holding import HOLDER, SWEEP
from hackathon.funding.applications.notices import APPLICATIONS
from hackathon.funding.applications.reminders import JOB, remind_due

NOUN = Noun(
    "applications",
    "hackathon.funding.applications",
    bindings=(APPLICATIONS, APPLICANTS),
    holder=HOLDER,
    jobs=(Job(JOB, remind_due),),
    stores=(SWEEP,),
)
