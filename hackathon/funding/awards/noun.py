"""What goes through all nouns finds of awards, their milestones and claims."""

from __future__ import annotations

from casework.noun import Noun
from casework.people.holders import Holder, anonymised, kept
from casework.workflow.wording import Label
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
)
