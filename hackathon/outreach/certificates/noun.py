"""What goes through all nouns finds of certificates."""

from __future__ import annotations

from casework.noun import Noun
from hackathon.outreach.certificates.holding import HOLDER
from hackathon.outreach.certificates.repository import CERTIFICATES

NOUN = Noun(
    "certificates",
    "hackathon.outreach.certificates",
    bindings=(CERTIFICATES,),
    holder=HOLDER,
)
