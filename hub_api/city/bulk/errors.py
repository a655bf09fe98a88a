"""What can keep a bulk file from being sent."""

from __future__ import annotations

from citycore.errors import Kind
from hub_api.serving.errors import PassesSoon


class BulkFileAway(PassesSoon):
    """The file is not there as it was written, and is made anew within ``seconds``."""

    slug = "bulk_file_away"
    kind = Kind.UNAVAILABLE

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds, seconds=seconds)
