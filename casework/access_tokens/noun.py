"""What goes through all nouns finds of access tokens."""

from __future__ import annotations

from casework.access_tokens.holding import HOLDER
from casework.noun import Noun

NOUN = Noun(
    "access_tokens",
    "casework.access_tokens",
    holder=HOLDER,
)
