"""What goes through all nouns finds of vendors and their papers."""

from __future__ import annotations

from casework.noun import Job, Noun
from casework.people.holders import Holder, kept
from hackathon.market.vendors.documents import SWEEP
from hackathon.market.vendors.notices import VENDORS
from hackathon.market.vendors.reminders import JOB, remind_due
from hackathon.market.vendors.repository import QUERIES

HOLDER = Holder(
    QUERIES,
    {"vendor_documents_accepted": "export_accepted"},
    # Who looked at a paper stays as a key, since a company relies on it.
    (kept("vendor_documents", "count_accepted", "noted_by"),),
)
NOUN = Noun(
    "vendors",
    "hackathon.market.vendors",
    bindings=(VENDORS,),
    holder=HOLDER,
    jobs=(Job(JOB, remind_due),),
    stores=(SWEEP,),
)
