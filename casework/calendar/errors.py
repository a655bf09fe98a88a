"""What stands against what somebody wants of the calendar."""

from __future__ import annotations

from casework.workflow.errors import WrongField
from casework.workflow.wording import Label
from citycore.calendar.errors import CalendarEntryWrong
from citycore.language import Language

PACKAGE = "casework.calendar"


class CalendarFieldWrong(WrongField):
    """``field`` names what cannot be, and ``fault`` says why, as for any other who writes an entry."""

    package = PACKAGE

    def __init__(self, wrong: CalendarEntryWrong) -> None:
        self._wrong = wrong
        super().__init__(field=Label(PACKAGE, f"field.{wrong.field}"), fault=wrong.fault("en"))

    def text(self, language: Language) -> str:
        return f"{self.details['field'].text(language)}: {self._wrong.fault(language)}"  # type: ignore[attr-defined]
