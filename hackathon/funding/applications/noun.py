"""What goes through all nouns finds of applications and those who apply."""

from __future__ import annotations

from casework.noun import Job, Noun
from casework.tasks.model import SELF, Rest, Tasks, Wait
from hackathon.funding.applications.applicants_repository import APPLICANTS
from hackathon.funding.applications.holding import HOLDER, SWEEP
from hackathon.funding.applications.machine import APPLICANT, APPLICATION
from hackathon.funding.applications.machine import APPLICANTS as WHO
from hackathon.funding.applications.notices import APPLICATIONS
from hackathon.funding.applications.passage import PASSAGE
from hackathon.funding.applications.reminders import JOB, remind_due
from hackathon.funding.calls.machine import STAFF

NOUN = Noun(
    "applications",
    "hackathon.funding.applications",
    bindings=(APPLICATIONS, APPLICANTS),
    holder=HOLDER,
    jobs=(Job(JOB, remind_due),),
    stores=(SWEEP,),
    tasks=Tasks(
        "hackathon.funding.applications",
        waits=(
            Wait(APPLICATION, "hand_in", ("draft", "reopened", "invited", "second_reopened"), WHO),
            Wait(APPLICATION, "reply", ("more_info",), WHO),
            Wait(APPLICATION, "screen", ("screening",), STAFF),
            Wait(APPLICATION, "decide", ("panel",), STAFF),
            Wait(APPLICATION, "appeal", ("appealed",), STAFF),
            Wait(APPLICATION, "release", ("screening", "more_info", "ineligible", "panel", "reserve"), STAFF),
            Wait(APPLICANT, "answer", ("invited",), SELF),
        ),
        rests=(
            Rest(APPLICATION, ("submitted", "second_submitted"), "It is handed in, and the clock closes it."),
            Rest(APPLICATION, ("in_review",), "Its reviews wait, and then its call's panel."),
            Rest(APPLICATION, ("rejected",), "An appeal is a right, not a task."),
            Rest(APPLICATION, ("expired",), "Late access is given on request."),
            Rest(APPLICANT, ("member",), "Who applies leaves only by choice."),
        ),
    ),
    passages=(PASSAGE,),
)
