"""What goes through all nouns finds of moderation: who decided."""

from __future__ import annotations

from casework.moderation.model import PACKAGE
from casework.moderation.service import QUERIES
from casework.noun import Noun
from casework.people.holders import Holder, anonymised

HOLDER = Holder(
    QUERIES,
    {"idea_moderations": "export_moderations"},
    (anonymised("idea_moderations", "erase_moderations"),),
)
NOUN = Noun("moderation", PACKAGE, holder=HOLDER)
