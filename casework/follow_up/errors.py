"""What stands against following something."""

from __future__ import annotations

from citycore.errors import FalajError, Kind


class FollowUpError(FalajError):
    package = "casework.follow_up"
    kind = Kind.INVALID


class NumberMistyped(FollowUpError):
    """Letters are missing or wrong: the last one does not fit the others."""


class NothingFollowed(FollowUpError):
    """There is no such number, or its code is another one: which, nobody learns."""


class HubKeyUnusable(FollowUpError):
    """Nobody can read the key at ``place``, or it is none."""

    kind = Kind.UNAVAILABLE
    is_private = True
