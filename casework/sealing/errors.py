"""What is wrong with a key, or with what it should open."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class SealingRefusal(Refusal):
    package = "casework.sealing"


class KeyUnreadable(SealingRefusal):
    """Not the words of a key: letters are missing or wrong."""

    kind = Kind.INVALID


class SealBroken(SealingRefusal):
    """The keys do not open it, or it was changed since it was sealed."""
