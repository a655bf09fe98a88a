"""What goes through all nouns finds of support: whose it is. It stays, since others rely on it, without that."""

from __future__ import annotations

from casework.noun import Noun
from casework.people.holders import Holder, anonymised
from casework.supports.model import PACKAGE
from casework.supports.service import QUERIES

HOLDER = Holder(
    QUERIES, {"idea_supports": "export_supports"}, (anonymised("idea_supports", "erase_supports"),)
)
NOUN = Noun("supports", PACKAGE, holder=HOLDER)
