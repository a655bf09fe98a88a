"""What the hub finds wrong with itself; for operators alone."""

from __future__ import annotations

from citycore.errors import FalajError, Kind


class LogBroken(FalajError):
    """The log of the programme does not hold; ``findings`` say where."""

    package = "casework.self_checks"
    kind = Kind.CONFLICT
    is_private = True


class HeadsNotNoted(FalajError):
    """Heads of the log could not be written to ``place``; ``reason`` is the system's word."""

    package = "casework.self_checks"
    kind = Kind.UNAVAILABLE
    is_private = True
