"""What can be wrong with a request to the portal before a service is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from citycore.errors import FalajError

if TYPE_CHECKING:
    from hub_api.programme.kit.forms import Form


class PortalError(FalajError):
    slug: ClassVar[str] = "form_unreadable"
    package: ClassVar[str] = "hub_api.programme.kit"


class FormUnreadable(PortalError):
    """It is not a form, or has a field that cannot be what its page offered."""


class FormTooLarge(PortalError):
    slug = "form_too_large"


class UploadRefused(PortalError):
    """A file that was not taken; ``form`` is what was typed beside it, as far as it came."""

    def __init__(self, form: Form | None = None, **details: object) -> None:
        from hub_api.programme.kit.forms import Form as Empty  # forms raise these errors

        super().__init__(**details)
        self.form = Empty() if form is None else form


class UploadTooLarge(UploadRefused):
    """``bytes_max`` is what a file may have."""

    slug = "upload_too_large"


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


class SignInNeeded(PortalError):
    slug = "sign_in_needed"


class NumberUnreadable(PortalError):
    """What was typed is no number of a certificate."""

    slug = "number_unreadable"
