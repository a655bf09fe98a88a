"""Calendar files as RFC 5545 (iCalendar) wants them: events in UTC. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from citycore.language import Language

MEDIA_TYPE = "text/calendar"
PRODUCT = "-//Falaj//Open data//EN"
#: A line has at most so many octets; the next begins with a space (RFC 5545, 3.1).
LINE_BYTES_MAX = 75
#: TEXT holds no control characters but the tab (RFC 5545, 3.3.11); a line end becomes an escaped one.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_LINE_ENDS = re.compile(r"\r\n|\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """``uid`` stays when it is moved; ``sequence`` says how often it was. ``changed_at``: when last, if ever. Without ``ends`` it is
    an instant, and takes nobody's time.
    """

    uid: UUID
    at: datetime
    summary: str
    description: str
    categories: tuple[str, ...]
    sequence: int = 0
    changed_at: datetime | None = None
    ends: datetime | None = None
    location: str = ""


def calendar_file(name: str, language: Language, events: Iterable[Event], as_of: datetime) -> bytes:
    """A whole calendar, which programs can subscribe to."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        # The first is RFC 7986; the second is what older programs read.
        f"NAME;LANGUAGE={language}:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
    ]
    for event in events:
        lines += _event(event, language, as_of)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(event: Event, language: Language, as_of: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"DTSTAMP:{_instant(as_of)}"
    yield f"DTSTART:{_instant(event.at)}"
    if event.ends is not None:
        yield f"DTEND:{_instant(event.ends)}"
    yield f"SEQUENCE:{event.sequence}"
    if event.changed_at is not None:
        yield f"LAST-MODIFIED:{_instant(event.changed_at)}"
    yield f"SUMMARY;LANGUAGE={language}:{_text(event.summary)}"
    yield f"DESCRIPTION;LANGUAGE={language}:{_text(event.description)}"
    yield f"CATEGORIES:{','.join(_text(one) for one in event.categories)}"
    if event.location:
        yield f"LOCATION;LANGUAGE={language}:{_text(event.location)}"
    yield "TRANSP:TRANSPARENT" if event.ends is None else "TRANSP:OPAQUE"
    yield "END:VEVENT"


def _instant(instant: datetime) -> str:
    """UTC, to the second: the form has no fractions."""
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """Escaped as TEXT: what people write can neither end a line nor begin a property."""
    plain = _CONTROLS.sub("", _LINE_ENDS.sub("\n", value))
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """Ended by CRLF and folded between characters, never within one."""
    parts: list[bytes] = [b""]
    room = LINE_BYTES_MAX
    for character in line:
        octets = character.encode()
        if len(parts[-1]) + len(octets) > room:
            parts.append(b"")
            room = LINE_BYTES_MAX - 1  # the space before it counts
        parts[-1] += octets
    return b"\r\n ".join(parts) + b"\r\n"
