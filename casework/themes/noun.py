"""What goes through all nouns finds of notes that were read."""

from __future__ import annotations

from casework.noun import Noun
from casework.people.holders import Holder, anonymised
from casework.themes.model import PACKAGE
from casework.themes.service import QUERIES

HOLDER = Holder(QUERIES, {}, (anonymised("codings", "erase_codings"),))
NOUN = Noun("themes", PACKAGE, holder=HOLDER)
