"""What stands against answering and reading."""

from __future__ import annotations

from casework.workflow.errors import Refusal
from citycore.errors import Kind


class UnlinkedRefusal(Refusal):
    package = "casework.unlinked_answers"


class BoxStillOpen(UnlinkedRefusal):
    """Nobody reads or counts before it is closed, whoever they are."""


class BoxNotMixed(UnlinkedRefusal):
    """It is closed, and in a minute it can be read."""

    kind = Kind.UNAVAILABLE


class BoxClosed(UnlinkedRefusal):
    """Nobody answers any more."""


class BoxFull(UnlinkedRefusal):
    """It takes no more answers; how many there are is not said."""
