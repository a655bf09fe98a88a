"""What can be wrong with tables of limits."""

from __future__ import annotations

from typing import ClassVar

from citycore.errors import FalajError, Kind


class LimitError(FalajError):
    """Root of what is wrong with tables of limits."""

    kind = Kind.INVALID
    package: ClassVar[str] = "citycore.limits"


class LimitTableInvalid(LimitError):
    """``where`` is the path in the document, ``reason`` what is wrong there and what belongs there."""


class LimitTableTooLarge(LimitError):
    """Of a text of more than ``bytes_max`` bytes, or of more than ``tables_max`` tables of an operator."""

    kind = Kind.TOO_LARGE


class LimitTableNotFound(LimitError):
    """There is no table with the code ``code``; ``known`` are those that there are."""

    kind = Kind.NOT_FOUND
