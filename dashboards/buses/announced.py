"""What operators announce to riders now: which lines it concerns, and their words in the language of the page. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import falaj_client as api
from dashboards.answers import listed
from dashboards.language import Words
from dashboards.model import Name

#: So many are shown; the API has all.
SHOWN_MAX = 20


def holding(alerts: Iterable[api.TransportServiceAlert], now: datetime) -> list[api.TransportServiceAlert]:
    """Those that hold now, the gravest first."""
    grave = {"severe": 0, "warning": 1, "unknown_severity": 2, "info": 3}
    held = [one for one in alerts if _holds(one.active_periods, now)]
    return sorted(held, key=lambda one: (grave.get(one.severity, 2), one.source, one.service_alert))


def _holds(periods: Sequence[api.ActivePeriod], now: datetime) -> bool:
    """As GTFS Realtime has it: without a period for as long as it is said."""
    return not periods or any(
        (one.start is None or one.start <= now) and (one.end is None or now < one.end) for one in periods
    )


def told(
    alerts: Sequence[api.TransportServiceAlert], names: Mapping[tuple[str, str], Name], words: Words
) -> list[str]:
    """A paragraph for each: the lines, and what is announced."""
    said = [_told(one, names, words) for one in alerts[:SHOWN_MAX]]
    if more := len(alerts) - SHOWN_MAX:
        said += [words("buses.announced_more", n=words.code(str(more)))] if more > 0 else []
    return said


def _told(one: api.TransportServiceAlert, names: Mapping[tuple[str, str], Name], words: Words) -> str:
    routes = list(dict.fromkeys(each.route for each in one.informed if each.route is not None))
    text = _text(one.header, words) or _text(one.description, words) or words("buses.announced_no_text")
    if not routes:
        return words("buses.announced_text", text=text)
    lines = [
        names[one.source, route].text(words.language) if (one.source, route) in names else words.code(route)
        for route in routes
    ]
    return words("buses.announced_lines", lines=listed(lines, words), text=text)


def _text(texts: Sequence[api.AlertText], words: Words) -> str:
    """In the language of the page, or in one that is not stated, or in whatever there is; in its own direction."""
    by_language = {(one.language or "").partition("-")[0].lower(): one.text for one in reversed(texts)}
    found = (
        by_language.get(words.language) or by_language.get("") or next(iter(one.text for one in texts), "")
    )
    return words.code(found) if found else ""
