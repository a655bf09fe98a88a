"""What a process that reads a file says about it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Told:
    """``refused`` is why the file is not taken, with its ``details``; else ``content`` is what was made of it."""

    refused: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    content: bytes = b""

    def head(self) -> bytes:
        """The line before the bytes."""
        said = {"refused": self.refused, "details": dict(self.details), "bytes": len(self.content)}
        return json.dumps(said).encode() + b"\n"
