"""Keys of several columns, as the one text that a cursor holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from hub_api.serving.errors import invalid
from hub_api.serving.paging import Key

SEPARATOR = " "


@dataclass(frozen=True, slots=True)
class RowKey:
    """The columns that order a list, by what reads each from its text, such as ``datetime.fromisoformat``.

    One of them at most, the first or the last, may be a text with spaces.
    """

    parts: tuple[Callable[[str], Any], ...]

    def write(self, *values: object) -> str:
        """The key of a row with these values."""
        return SEPARATOR.join(
            value.isoformat() if isinstance(value, date) else str(value) for value in values
        )

    def read(self, after: Key | None) -> tuple[Any, ...]:
        """The values, each None where a list begins. Whoever knows the seal of cursors may have written something
        else: ``InvalidParameters``.
        """
        if after is None:
            return (None,) * len(self.parts)
        split = str.rsplit if self.parts[0] is str else str.split
        texts = split(str(after), SEPARATOR, len(self.parts) - 1)
        try:
            return tuple(read(text) for read, text in zip(self.parts, texts, strict=True))
        except ValueError:
            raise invalid("cursor", "bad_cursor") from None
