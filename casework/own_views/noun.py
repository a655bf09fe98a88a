"""What goes through all nouns finds of own views."""

from __future__ import annotations

from casework.noun import Noun
from casework.own_views.model import PACKAGE
from casework.own_views.repository import QUERIES
from casework.people.holders import Holder, deleted

HOLDER = Holder(QUERIES, {"own_views": "export"}, (deleted("own_views", "erase"),))
NOUN = Noun("own_views", PACKAGE, holder=HOLDER)
