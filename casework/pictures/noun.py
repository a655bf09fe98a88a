"""What goes through all nouns finds of pictures: one that somebody shows of themselves is theirs; who gave another stands in the log
alone.
"""

from __future__ import annotations

from casework.noun import Noun
from casework.people.holders import Holder, deleted
from casework.pictures.model import PACKAGE
from casework.pictures.service import QUERIES, SWEEP, of_person

HOLDER = Holder(QUERIES, {"picture": "export"}, (deleted("pictures", "erase"),), files=of_person)
NOUN = Noun("pictures", PACKAGE, holder=HOLDER, stores=(SWEEP,))
