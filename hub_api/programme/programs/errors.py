"""What can be wrong with a request before a service is asked."""

from __future__ import annotations

from citycore.errors import FalajError, Kind
from citycore.language import Language


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


class VersionSaidTwice(ParticipationError):
    """In ``If-Match`` and in the address."""

    kind = Kind.CONFLICT


class VersionOutdated(ParticipationError):
    """Somebody else was faster than the version in ``If-Match``."""

    kind = Kind.PRECONDITION_FAILED


class ChangedSince(ParticipationError):
    """Somebody else was faster than the version in the address, or than a request without one."""

    kind = Kind.CONFLICT


class RefusedAsItStands(ParticipationError):
    """What was sent fits its description, and a service refuses it for how it stands beside the rest; ``refusal`` says why.

    It has the code and the text of the refusal: where a description could say the rule, its code is ``invalid_parameter``.
    """

    kind = Kind.CONFLICT

    def __init__(self, refusal: FalajError) -> None:
        self.refusal = refusal
        super().__init__()
        vars(self)["slug"] = refusal.slug

    def text(self, language: Language) -> str:
        return self.refusal.text(language)
