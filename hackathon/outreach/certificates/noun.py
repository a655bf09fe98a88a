"""What goes through all nouns finds of certificates."""

from __future__ import annotations

from casework.noun import Noun
from casework.people.holders import Holder, anonymised
from hackathon.outreach.certificates.repository import CERTIFICATES, QUERIES

HOLDER = Holder(QUERIES, {"certificates": "export"}, (anonymised("certificates", "erase"),))
NOUN = Noun(
    "certificates",
    "hackathon.outreach.certificates",
    bindings=(CERTIFICATES,),
    holder=HOLDER,
)
