"""What stands against being told no more."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class ListenerUnknown(Refusal):
    """The link is none, or was used before."""

    package = "casework.listeners"
    kind = Kind.NOT_FOUND
