"""What keeps an export from being made now."""

from __future__ import annotations

from hub_api.serving.errors import PassesSoon


class TooManyExports(PassesSoon):
    """This reader has as many exports on their way as one may have; ``reset_seconds`` until the first must end."""

    slug = "too_many_exports"

    def __init__(self, maximum: int, reset_seconds: int) -> None:
        super().__init__(reset_seconds, maximum=maximum, reset_seconds=reset_seconds)
