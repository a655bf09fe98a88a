"""What can be wrong with a request to the portal before a service is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from citycore.errors import FalajError, Kind


class PortalError(FalajError):
    slug: ClassVar[str] = "form_unreadable"
    package: ClassVar[str] = "hub_api.programme.kit"
    kind = Kind.INVALID


class FormUnreadable(PortalError):
    """It is not a form, or has a field that cannot be what its page offered."""


class FormTooLarge(PortalError):
    slug = "form_too_large"
    kind = Kind.TOO_LARGE


class UploadRefused(PortalError):
    """A file that was not taken; ``fields`` are what was typed beside it, as far as it came."""

    def __init__(self, fields: Mapping[str, list[str]] | None = None, **details: object) -> None:
        super().__init__(**details)
        self.fields: Mapping[str, list[str]] = {} if fields is None else fields


class UploadTooLarge(UploadRefused):
    """``bytes_max`` is what a file may have."""

    slug = "upload_too_large"
    kind = Kind.TOO_LARGE


class NoFile(UploadRefused):
    """Nothing was chosen."""

    slug = "no_file"


class FieldUnreadable(PortalError):
    """What somebody typed into a field is nothing that it can be; ``field`` is its name in the form."""

    def __init__(self, field: str) -> None:
        super().__init__()
        self.field = field


class DateUnreadable(FieldUnreadable):
    """A day, or a day and a time, was left out or is none."""

    slug = "date_unreadable"


class FigureUnreadable(FieldUnreadable):
    """It is no number."""

    slug = "figure_unreadable"


class NoDecision(PortalError):
    """None of the possible decisions was chosen."""

    slug = "no_decision"


class FormForeign(PortalError):
    """It does not come from a page that this browser was given."""

    slug = "form_foreign"
    kind = Kind.FORBIDDEN


class SignInNeeded(PortalError):
    slug = "sign_in_needed"
    kind = Kind.FORBIDDEN


class NumberUnreadable(PortalError):
    """What was typed is no number of a certificate."""

    slug = "number_unreadable"
