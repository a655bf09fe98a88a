"""What keeps a whole run of bulk files from being written."""

from __future__ import annotations

from citycore.errors import FalajError, Kind


class BulkDiskFull(FalajError):
    """The disk of the files has less room than must be left to others, such as the database."""

    slug = "disk_full"
    kind = Kind.UNAVAILABLE
