"""What can be wrong with a calendar."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from citycore.errors import FalajError, Kind
from citycore.language import Language, catalogue, date_text

PACKAGE = "citycore.calendar"


class CalendarError(FalajError):
    """Root of what is wrong with the calendar of days."""

    kind = Kind.INVALID
    package: ClassVar[str] = PACKAGE


class CalendarEntryWrong(CalendarError):
    """``field`` is what is wrong in an entry, ``reason`` the code of a fault, and ``line`` where it stands in a file."""

    def __init__(self, field: str, reason: str, **details: object) -> None:
        self.field, self.reason = field, reason
        super().__init__(field=field, reason=reason, **details)

    def on_line(self, line: int) -> CalendarEntryWrong:
        return CalendarEntryWrong(**{**self.details, "line": line})  # type: ignore[arg-type]

    def text(self, language: Language) -> str:
        """With the words of the fault."""
        key = f"error.{self.slug}" if "line" not in self.details else "line"
        told = {**self.details, "reason": self.fault(language)}
        return catalogue(self.package).text(key, language, **told)

    def fault(self, language: Language) -> str:
        """What is wrong, without where."""
        details = {
            name: date_text(value, language) if isinstance(value, date) else value
            for name, value in self.details.items()
        }
        return catalogue(self.package).text(f"fault.{self.reason}", language, **details)


class CalendarFull(CalendarError):
    """There are ``entries_max`` entries, or a file has more than ``bytes_max`` bytes."""

    kind = Kind.TOO_LARGE


class CalendarEntryNotFound(CalendarError):
    """Nothing is known of a ``kind`` that begins on ``day``."""

    kind = Kind.NOT_FOUND


class CalendarEntryShipped(CalendarError):
    """What begins on ``day`` is of the package: it can be overruled, and not removed."""

    kind = Kind.CONFLICT
