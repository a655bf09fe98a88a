"""What stands against showing a view."""

from __future__ import annotations

from citycore.errors import FalajError, Kind


class ViewUnknown(FalajError):
    """No view has this link, or has it any more."""

    package = "dashboards.views"
    kind = Kind.NOT_FOUND


class SignInNeeded(FalajError):
    """Nobody is signed in here, and it is somebody's own."""

    package = "dashboards.views"
    kind = Kind.NOT_SIGNED_IN
