"""What stands against writing an annotation."""

from __future__ import annotations

from casework.annotations.model import PACKAGE
from casework.workflow.errors import Refusal, WrongField
from casework.workflow.wording import Label


class AnnotationFieldWrong(WrongField):
    """``field`` names what cannot be stored as it was sent."""

    package = PACKAGE

    def __init__(self, field: str, **details: object) -> None:
        super().__init__(field=Label(PACKAGE, f"field.{field}"), **details)


class AnnotationUntitled(AnnotationFieldWrong):
    """It has a title in neither language."""


class AnnotationTextUnfit(AnnotationFieldWrong):
    """A title of several lines, or characters that turn the direction of what stands around them."""


class AnnotationWithoutSubject(AnnotationFieldWrong):
    """It names no place, no thing and no observed property."""


class AnnotationSubjectUnknown(AnnotationFieldWrong):
    """The registry has nothing with this ``code``."""


class AnnotationEndsTooEarly(AnnotationFieldWrong):
    """It ends before it begins, or as it begins."""


class AnnotationEndless(AnnotationFieldWrong):
    """Longer than ``days``."""


class AnnotationOutOfTime(AnnotationFieldWrong):
    """Before the year ``first`` or after ``last``."""


class AnnotationDaysBroken(AnnotationFieldWrong):
    """Whole days that do not begin and end at midnights of the city."""


class AnnotationWithdrawn(Refusal):
    """What was withdrawn is not corrected."""

    package = PACKAGE
