"""Listeners as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from citycore.language import Language

PACKAGE: Final = "casework.listeners"


@dataclass(frozen=True, slots=True)
class Listener:
    """An address and nothing else. ``listener_id`` is random and stands in the link of each mail by which it is told no more."""

    listener_id: UUID
    email: str
    language: Language

    @property
    def stop_path(self) -> str:
        return f"/listeners/stop?token={self.listener_id}"
