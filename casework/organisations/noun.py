"""What goes through all nouns finds of organisations and memberships."""

from __future__ import annotations

from casework.noun import Noun
from casework.organisations.holding import HOLDER
from casework.organisations.machines import MEMBERSHIPS, ORGANISATIONS

NOUN = Noun(
    "organisations",
    "casework.organisations",
    bindings=(ORGANISATIONS, MEMBERSHIPS),
    holder=HOLDER,
)
