"""No room for another listener, of all or of one reader."""

from __future__ import annotations

from citycore.errors import Kind
from hub_api.serving.errors import PassesSoon


class TooManyListeners(PassesSoon):
    slug = "too_many_listeners"
    kind = Kind.UNAVAILABLE


class TooManyStreams(PassesSoon):
    """This reader listens as often as one may."""

    slug = "too_many_streams"

    def __init__(self, maximum: int) -> None:
        super().__init__(maximum=maximum)
