"""A limit is reached."""

from __future__ import annotations

from citycore.errors import FalajError


class LimitReached(FalajError):
    """``quota`` requests in ``seconds`` are made; ``reset_seconds`` until the next may come."""

    slug = "limit_reached"
