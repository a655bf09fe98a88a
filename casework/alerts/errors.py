"""What stands against what somebody wants of an alert or a rule."""

from __future__ import annotations

from casework.workflow.errors import WrongField
from casework.workflow.wording import Label

PACKAGE = "casework.alerts"


class AlertFieldWrong(WrongField):
    """``field`` names what cannot be, and ``fault`` says why."""

    package = PACKAGE

    def __init__(self, field: str, fault: Label) -> None:
        super().__init__(field=Label(PACKAGE, f"field.{field}"), fault=fault)
