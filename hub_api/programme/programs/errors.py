"""What can be wrong with a request before a service is asked."""

from __future__ import annotations

from citycore.errors import FalajError, Kind


class ParticipationError(FalajError):
    package = "hub_api.programme.programs"
    kind = Kind.INVALID


class BodyTooLarge(ParticipationError):
    """More than ``bytes_max``."""

    kind = Kind.TOO_LARGE


class BodyUnreadable(ParticipationError):
    """It is no JSON object, or not said to be JSON."""


class VersionMissing(ParticipationError):
    """What is changed has a version, and the request does not say which one it saw."""

    kind = Kind.PRECONDITION_REQUIRED


class VersionUnreadable(ParticipationError):
    """``If-Match`` is not one version as an ``ETag`` said it."""


class VersionOutdated(ParticipationError):
    """Somebody else was faster than the version that the program saw."""

    kind = Kind.PRECONDITION_FAILED
