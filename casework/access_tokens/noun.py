"""What goes through all nouns finds of access tokens."""

from __future__ import annotations

from casework.access_tokens.repository import QUERIES
from casework.noun import Noun
from casework.people.holders import Holder, deleted

HOLDER = Holder(QUERIES, {"access_tokens": "export"}, (deleted("access_tokens", "erase"),))
NOUN = Noun(
    "access_tokens",
    "casework.access_tokens",
    holder=HOLDER,
)
