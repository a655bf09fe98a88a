"""What makes the bytes of an export, as those see it who send them."""

from __future__ import annotations

from typing import Any, Protocol


class Writer(Protocol):
    """A format: rows become bytes of the answer. What a block gives may be empty, and the whole may come after the end."""

    #: Whether making them takes so long that other requests must not wait for it.
    is_slow: bool

    def start(self) -> bytes: ...

    def rows(self, rows: list[Any]) -> bytes: ...

    def end(self) -> bytes: ...

    def more(self) -> bytes:
        """What is left after the end, block by block; empty when all was said."""

    def close(self) -> None:
        """Let go of whatever is held, however far it came."""


class PlainWriter:
    """What holds nothing but memory, and has said all at its end."""

    def more(self) -> bytes:
        return b""

    def close(self) -> None:
        return None
