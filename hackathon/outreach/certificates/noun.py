"""What goes through all nouns finds of certificates."""

from __future__ import annotations

from casework.noun import Noun
from casework.people.holders import Holder, anonymised
from casework.tasks.model import Rest, Tasks, Wait
from hackathon.outreach.certificates.machine import CERTIFICATE, SELF
from hackathon.outreach.certificates.repository import CERTIFICATES, QUERIES

HOLDER = Holder(QUERIES, {"certificates": "export"}, (anonymised("certificates", "erase"),))
NOUN = Noun(
    "certificates",
    "hackathon.outreach.certificates",
    bindings=(CERTIFICATES,),
    holder=HOLDER,
    tasks=Tasks(
        "hackathon.outreach.certificates",
        waits=(Wait(CERTIFICATE, "accept", ("offered",), SELF),),
        rests=(Rest(CERTIFICATE, ("issued",), "Who has it keeps it."),),
    ),
)
