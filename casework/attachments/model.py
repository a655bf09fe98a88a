"""Files of something as values, and what is swept of a store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import LiteralString, Self
from uuid import UUID

from casework.files.model import Received, Store


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of something; its bytes lie under ``digest`` (SHA-256, hexadecimal)."""

    file_id: UUID
    name: str
    media_type: str
    size_bytes: int
    digest: str

    @classmethod
    def of(cls, file_id: UUID, received: Received) -> Self:
        return cls(file_id, received.name, received.media_type, received.size_bytes, received.digest)


@dataclass(frozen=True, slots=True)
class Sweep:
    """Which bytes of a noun's store go: those whose digest ``named``, a query over ``digests``, does not answer."""

    noun: str
    store: Callable[[], Store]
    named: LiteralString

    @property
    def job(self) -> str:
        return f"sweep_{self.noun}"
