"""No room for another listener."""

from __future__ import annotations

from citycore.errors import FalajError


class TooManyListeners(FalajError):
    slug = "too_many_listeners"
