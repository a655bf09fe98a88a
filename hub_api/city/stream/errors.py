"""No room for another listener, of all or of one reader."""

from __future__ import annotations

from citycore.errors import FalajError


class TooManyListeners(FalajError):
    slug = "too_many_listeners"


class TooManyStreams(FalajError):
    """This reader listens as often as one may."""

    slug = "too_many_streams"

    def __init__(self, maximum: int) -> None:
        super().__init__(maximum=maximum)
