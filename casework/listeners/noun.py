"""What goes through all nouns finds of listeners."""

from __future__ import annotations

from casework.listeners.model import PACKAGE
from casework.listeners.service import QUERIES
from casework.noun import Noun
from casework.people.holders import Holder, deleted

HOLDER = Holder(QUERIES, {"listeners": "export"}, (deleted("listeners", "erase"),))
NOUN = Noun("listeners", PACKAGE, holder=HOLDER)
