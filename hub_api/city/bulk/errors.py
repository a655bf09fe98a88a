"""What can keep a bulk file, or a part of it, from being sent."""

from __future__ import annotations

from citycore.errors import FalajError


class RangeNotSatisfiable(FalajError):
    """The range begins behind the end of the file, which has ``byte_count`` bytes."""

    slug = "range_not_satisfiable"

    def __init__(self, byte_count: int) -> None:
        self.byte_count = byte_count
        super().__init__(byte_count=byte_count)


class PreconditionFailed(FalajError):
    """``If-Match`` or ``If-Unmodified-Since`` asks for another version than the one that lies there, ``etag``."""

    slug = "precondition_failed"

    def __init__(self, etag: str) -> None:
        self.etag = etag
        super().__init__()


class BulkFileAway(FalajError):
    """The file is not there as it was written, and is made anew within ``seconds``."""

    slug = "bulk_file_away"

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(seconds=seconds)
