"""A request within a batch, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Part:
    """``url`` is relative to the root, or whole; ``group`` is the name of those that count together, if any."""

    id: str
    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    group: str | None = None
    depends_on: tuple[str, ...] = ()


@dataclass(slots=True)
class Answer:
    """Of a part."""

    id: str
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    group: str | None = None

    @property
    def is_good(self) -> bool:
        return self.status < 400
