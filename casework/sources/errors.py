"""What stands against what somebody wants of a source."""

from __future__ import annotations

from typing import ClassVar

from casework.workflow.wording import Label
from citycore.errors import FalajError, Kind

PACKAGE = "casework.sources"


class SourceError(FalajError):
    package: ClassVar[str] = PACKAGE
    kind = Kind.CONFLICT


class TooManySources(SourceError):
    """The owner has as many as one may have."""


class TooManyCredentials(SourceError):
    """As many of the source count as may."""


class NothingToAccept(SourceError):
    """The device was not heard of, or somebody else has accepted it."""


class CredentialGone(SourceError):
    """The source has none of this number that counts."""


class TableUnfinished(SourceError):
    """A field of the table is wrong, or the message is another than the one whose fields were looked at."""

    kind = Kind.INVALID


class FieldWrong(SourceError):
    kind = Kind.INVALID

    def __init__(self, field: str, **details: object) -> None:
        super().__init__(field=Label(PACKAGE, f"field.{field}"), **details)


class NameMissing(FieldWrong):
    """A source needs a name, of this length at most."""


class CodeWrong(FieldWrong):
    """It is no name of a topic, or too long."""


class CodeTaken(FieldWrong):
    """A source has it already."""


class EntryNameMissing(FieldWrong):
    """Everything of the vocabulary has a name in both languages, of this length at most."""


class EntryCodeWrong(FieldWrong):
    """Things of this kind are not called so."""


class EntryCodeTaken(FieldWrong):
    """There is one already."""


class UnitWrong(FieldWrong):
    """It is no code of UCUM, and no spelling of one."""


class BoundsReversed(FieldWrong):
    """The lower one does not lie below the upper one."""


class DescriptionMissing(FieldWrong):
    """Nobody can tell what is measured."""


class ReviewRefused(FieldWrong):
    """A decision needs a reason, and a source that stands so that it can be decided about."""
