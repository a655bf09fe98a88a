"""Fields of a request, read one by one: making a mapping of all of them takes longer than reading the few that count."""

from __future__ import annotations

from starlette.types import Scope


def field_of(scope: Scope, name: bytes) -> str:
    """The first field of this name (in lower case), or nothing."""
    for known, value in scope["headers"]:
        if known == name:
            text: str = value.decode("latin-1")
            return text
    return ""
