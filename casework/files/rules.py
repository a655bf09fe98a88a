"""What a file may be called. Pure."""

from __future__ import annotations

import re

#: Names of a file without what turns text around or leads out of a folder.
_NAME_REFUSED = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\u202a-\u202e\u2066-\u2069]")
NAME_CHARACTERS_MAX = 120


def tidy_name(name: str) -> str:
    """The last part of a file's name, without what no name should have."""
    last = re.split(r"[/\\]", name)[-1]
    stem, dot, extension = _NAME_REFUSED.sub("", last).strip(" .").rpartition(".")
    kept = NAME_CHARACTERS_MAX - len(extension) - 1
    return f"{stem[:kept]}{dot}{extension.lower()}" if dot else extension[:NAME_CHARACTERS_MAX]
