"""What people hand in, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NewVersion:
    """What is handed in now: the document, and SHA-256 over its record."""

    number: int
    content: Mapping[str, object]
    digest: bytes
