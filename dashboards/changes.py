"""What has changed since the page was last refreshed, so that it can be marked for a moment."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any, Literal

from dashboards.language import number_text

Direction = Literal["up", "down"]
#: Under which a session remembers what its page showed last.
SEEN = "falaj_seen"


def directions(before: Mapping[str, float | None], now: Mapping[str, float | None]) -> dict[str, Direction]:
    """Which numbers read otherwise than before, and which way they went; what was not there before has none."""
    found: dict[str, Direction] = {}
    for code, value in now.items():
        old = before.get(code)
        if old is not None and value is not None and number_text(old) != number_text(value):
            found[code] = "up" if value > old else "down"
    return found


def since_last(
    shown: str, values: Mapping[str, float | None], session: MutableMapping[Any, Any]
) -> dict[str, Direction]:
    """The same against what the session saw last of ``shown``, a page with its place; it is remembered for the next time."""
    seen_of, before = session.get(SEEN, ("", {}))
    session[SEEN] = (shown, dict(values))
    return directions(before, values) if seen_of == shown else {}
