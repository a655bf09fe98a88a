"""A code as it is given out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Code:
    """A code that is shown once; it counts until ``expires_at``, not at it."""

    text: str
    expires_at: datetime
