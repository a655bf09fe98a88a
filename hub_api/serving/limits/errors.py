"""A limit is reached."""

from __future__ import annotations

from hub_api.serving.errors import PassesSoon


class LimitReached(PassesSoon):
    """``quota`` requests in ``seconds`` are made; ``reset_seconds`` until the next may come."""

    slug = "limit_reached"

    def __init__(self, quota: int, seconds: int, reset_seconds: int) -> None:
        super().__init__(reset_seconds, quota=quota, seconds=seconds, reset_seconds=reset_seconds)
