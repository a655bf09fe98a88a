"""What can be wrong with a recording or its mapping, as a line in both languages."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from citycore.errors import InvalidFile
from citycore.language import Catalogue, Language, isolate, translate


@cache
def _catalogue() -> Catalogue:
    return Catalogue("citycore.recordings")


class InvalidRecording(InvalidFile):
    """A recording or a mapping is wrong: in ``file``, ``line`` (from 1), for the reason ``key``.

    The reasons are the keys of ``[reason]`` in ``citycore/recordings/messages``; ``fields`` fill them.
    """

    slug = "invalid_file"

    def __init__(self, file: Path, line: int, key: str, /, **fields: Any) -> None:
        self.key = key
        self.fields = fields
        super().__init__(file=file, line=line, reason=_reason(key, "en", fields))

    def text(self, language: Language) -> str:
        """One line: which file, which line, what is wrong."""
        details = {**self.details, "reason": _reason(self.key, language, self.fields)}
        return translate("error.invalid_file", language, **details)


class NoInstant(InvalidRecording):
    """A line whose local time names no instant, or two: it is left out, and the rest of the file goes on."""

    slug = "invalid_file"


def _reason(key: str, language: Language, fields: dict[str, Any], /) -> str:
    if language == "ar":
        fields = {name: isolate(str(value)) for name, value in fields.items()}
    return _catalogue().text(f"reason.{key}", language, **fields)
