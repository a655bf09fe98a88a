"""What goes through all nouns finds of awards, their milestones and claims."""

from __future__ import annotations

from casework.noun import Noun
from casework.people.holders import Holder, anonymised, kept
from casework.search.model import Findable
from casework.tasks.model import Rest, Tasks, Wait
from casework.workflow.wording import Label
from hackathon.funding.awards.machine import AWARD, CLAIM, FINANCE, LEAD, MILESTONE, RECIPIENTS, STAFF
from hackathon.funding.awards.passage import PASSAGE
from hackathon.funding.awards.repository import AWARDS, CLAIMS, MILESTONES, QUERIES
from hackathon.funding.awards.spending import SWEEP

HOLDER = Holder(
    QUERIES,
    {"awards": "export", "milestone_reports": "export_reports", "claims_approved": "export_approvals"},
    (
        anonymised("milestones", "erase_reports"),
        anonymised("award_amendments", "erase_amendments"),
        # Who approved and paid public money stays known, as the key of somebody without a name.
        kept("claims", "count_approvals", "public_money"),
        kept("payments", "count_payments", "public_money"),
    ),
    {"leads_award": Label("hackathon.funding.awards", "hindrance.leads_award")},
)
NOUN = Noun(
    "awards",
    "hackathon.funding.awards",
    bindings=(AWARDS, MILESTONES, CLAIMS),
    holder=HOLDER,
    stores=(SWEEP,),
    tasks=Tasks(
        "hackathon.funding.awards",
        waits=(
            Wait(AWARD, "accept", ("offered",), LEAD),
            Wait(AWARD, "lead_on", ("accepted", "contracted", "active", "completed"), STAFF),
            Wait(MILESTONE, "report", ("due", "overdue", "returned"), RECIPIENTS),
            Wait(MILESTONE, "check", ("reported",), STAFF),
            Wait(CLAIM, "amend", ("changes_requested",), LEAD),
            Wait(CLAIM, "approve", ("submitted",), STAFF),
            Wait(CLAIM, "approve_payment", ("approved_programme",), FINANCE),
            Wait(CLAIM, "pay", ("approved_finance", "failed"), FINANCE),
        ),
        rests=(Rest(AWARD, ("suspended",), "It stays so until the programme has looked into it."),),
    ),
    passages=(PASSAGE,),
    findables=(Findable("award", "hackathon.funding.awards", machines=frozenset({"award"})),),
)
