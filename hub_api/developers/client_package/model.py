"""The Python client as pip takes it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wheel:
    """One file, and what an index says about it without opening it."""

    #: Of its file: ``falaj_client-1.1.0-py3-none-any.whl``.
    name: str
    content: bytes
    sha256: str
    requires_python: str
    #: The core metadata, as in the file (PEP 658).
    metadata: bytes
    metadata_sha256: str

    @property
    def path(self) -> str:
        return f"/client/{self.name}"
