"""What can keep a file of the archive from being used."""

from __future__ import annotations

from citycore.errors import FalajError, Kind


class ArchiveFileUnreadable(FalajError):
    """A file is gone, cut off, or not what was written; ``dataset``, ``sector`` and ``date`` name it, ``damage`` says which."""

    kind = Kind.UNAVAILABLE

    def __init__(self, *, dataset: str, sector: str, date: str, damage: str) -> None:
        self.damage = damage
        super().__init__(dataset=dataset, sector=sector, date=date)


class ArchiveUnavailable(FalajError):
    """The storage does not answer, or nobody has said where the archive is."""

    kind = Kind.UNAVAILABLE
    is_private = True


class ArchiveBusy(FalajError):
    """Another process works on the archive."""

    kind = Kind.CONFLICT
