"""What can be wrong with a request to the portal before a service is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from casework.workflow.errors import RowWrong
from casework.workflow.wording import Label
from citycore.errors import FalajError, Kind
from citycore.language import Language


class PortalError(FalajError):
    package = "hub_api.programme.kit"
    kind = Kind.INVALID


class FormUnreadable(PortalError):
    """It is not a form, or has a field that cannot be what its page offered."""


class FormTooLarge(PortalError):
    kind = Kind.TOO_LARGE


class UploadRefused(PortalError):
    """A file that was not taken; ``fields`` are what was typed beside it, as far as it came."""

    def __init__(self, fields: Mapping[str, list[str]] | None = None, **details: object) -> None:
        super().__init__(**details)
        self.fields: Mapping[str, list[str]] = {} if fields is None else fields


class UploadTooLarge(UploadRefused):
    """``bytes_max`` is what a file may have."""

    kind = Kind.TOO_LARGE


class NoFile(UploadRefused):
    """Nothing was chosen."""


class FilesRefused(PortalError):
    """Some of several files; ``each`` is what stands against which of them, ``kept`` how many of the others were stored."""

    def __init__(self, each: Sequence[FalajError], kept: int) -> None:
        self.each, self.kept = each, kept
        super().__init__(kept=kept)

    def text(self, language: Language) -> str:
        said = [one.text(language) for one in self.each]
        if self.kept:
            said.append(super().text(language))
        return " ".join(said)


class DraftFileUnreadable(PortalError):
    """It is no draft that somebody took away."""


class DraftFileForeign(PortalError):
    """It was taken away from another form."""


class FieldUnreadable(PortalError):
    """What somebody typed into a field is nothing that it can be; ``field`` is its name in the form."""

    def __init__(self, field: str) -> None:
        super().__init__()
        self.field = field


def field_of(refused: FalajError | None) -> str | None:
    """The field of the form that is wrong, where the error names one."""
    if isinstance(refused, FieldUnreadable | RowWrong):
        return refused.field
    named = None if refused is None else refused.details.get("field", getattr(refused, "field", None))
    return named.key.rpartition(".")[2] if isinstance(named, Label) else None


class DateUnreadable(FieldUnreadable):
    """A day, or a day and a time, was left out or is none."""


class FigureUnreadable(FieldUnreadable):
    """It is no number."""


class DocumentUnreadable(FieldUnreadable):
    """It is no object of JSON."""


class NoDecision(PortalError):
    """None of the possible decisions was chosen."""


class FormForeign(PortalError):
    """It does not come from a page that this browser was given."""

    kind = Kind.FORBIDDEN


class SignInNeeded(PortalError):
    kind = Kind.FORBIDDEN


class FollowNeeded(PortalError):
    """Number and code come first: nothing is followed here, or something else, or too long ago."""

    kind = Kind.FORBIDDEN


class NumberUnreadable(PortalError):
    """What was typed is no number of a certificate."""
