"""What goes through all nouns finds of reach: who entered it."""

from __future__ import annotations

from casework.noun import Noun
from casework.people.holders import Holder, anonymised
from casework.reach.model import PACKAGE
from casework.reach.service import QUERIES

HOLDER = Holder(QUERIES, {"reach": "export_entered"}, (anonymised("reach", "erase_entered"),))
NOUN = Noun("reach", PACKAGE, holder=HOLDER)
