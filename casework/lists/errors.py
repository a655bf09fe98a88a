"""What stands against doing something with many rows of a list at once."""

from __future__ import annotations

from citycore.errors import FalajError, Kind


class ListRefusal(FalajError):
    kind = Kind.INVALID
    package = "casework.lists"


class NothingChosen(ListRefusal):
    """No row was ticked."""


class TooManyChosen(ListRefusal):
    """At most ``rows_max`` at once."""


class ListChanged(ListRefusal):
    """``now`` rows match, and whoever chose all of them saw another number."""

    kind = Kind.CONFLICT
