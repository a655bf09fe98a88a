"""Calendar files against the grammar of RFC 5545, read by a parser of the tests' own."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from hub_api.programme.open_data.calendar import Event, calendar_file
from tests.hackathon.heat import DATES

AS_OF = datetime(2026, 11, 24, 12, tzinfo=UTC)
#: contentline = name *(";" param) ":" value (RFC 5545, 3.1), with parameters that need no quotes.
LINE = re.compile(r"([A-Z][A-Z-]*)((?:;[A-Z-]+=[A-Za-z-]+)*):(.*)", re.DOTALL)
TEXT = re.compile(r"(?:[^\\;,\x00-\x08\x0a-\x1f\x7f]|\\[\\;,nN])*")
ESCAPED = re.compile(r"\\(.)")


def read(raw: bytes) -> list[dict[str, str]]:
    """The properties of the calendar, then of each event."""
    assert raw.endswith(b"\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    for line in raw.removesuffix(b"\r\n").split(b"\r\n"):
        assert 0 < len(line) <= 75
        line.decode()  # folded between characters
    found: list[dict[str, str]] = []
    open_parts: list[str] = []
    for line in raw.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n"):
        match = LINE.fullmatch(line)
        assert match is not None, line
        name, _, value = match.groups()
        if name == "BEGIN":
            open_parts.append(value)
            found.append({})
        elif name == "END":
            assert open_parts.pop() == value
        else:
            assert name not in found[-1], "each once"
            found[-1][name] = value
    assert open_parts == []
    return found


def plain(value: str) -> str:
    assert TEXT.fullmatch(value), value
    return ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def event(**changes: Any) -> Event:
    facts = {
        "uid": UUID(int=7), "at": AS_OF, "summary": "S", "description": "D", "categories": ("C",), "sequence": 2,
        "changed_at": AS_OF,
    }  # fmt: skip
    return Event(**{**facts, **changes})


@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_people_write_is_read_back_and_nothing_else(summary: str, name: str) -> None:
    raw = calendar_file(name, "ar", [event(summary=summary), event()], AS_OF)
    calendar, first, second = read(raw)
    for written, told in ((name, calendar["NAME"]), (summary, first["SUMMARY"])):
        kept = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", "", re.sub(r"\r\n?", "\n", written))
        assert plain(told) == kept
    assert set(first) == set(second), "no property came out of a text"


def test_the_required_properties_are_there() -> None:
    (calendar,) = read(calendar_file("N", "en", [], AS_OF))
    assert (calendar["VERSION"], calendar["PRODID"]) == ("2.0", "-//Falaj//Open data//EN")
    _, one = read(calendar_file("N", "en", [event()], AS_OF))
    assert one["UID"] == str(UUID(int=7))
    assert one["DTSTAMP"] == one["DTSTART"] == one["LAST-MODIFIED"] == "20261124T120000Z"
    assert one["SEQUENCE"] == "2"
    _, fresh = read(calendar_file("N", "en", [event(changed_at=None)], AS_OF))
    assert "LAST-MODIFIED" not in fresh


def test_the_dates_of_the_programme_as_a_calendar(hub: Any, programme: Any) -> None:
    for language, name, summary in (
        ("en", "Dates of the innovation programme", "Heat, waves; and \\ more: Deadline for submissions"),
        ("ar", "مواعيد برنامج الابتكار", "موجة حر: آخر موعد للتسليم"),
    ):
        answer = hub.get("/v1/innovation/deadlines.ics", headers={"accept-language": language})
        assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
        assert answer.headers["content-language"] == language
        assert "Accept-Language" in answer.headers["vary"]
        calendar, *events = read(answer.content)
        assert plain(calendar["NAME"]) == plain(calendar["X-WR-CALNAME"]) == name
        assert len(events) == len({one["UID"] for one in events}) == 16
        (one,) = [one for one in events if plain(one["SUMMARY"]) == summary]
        assert one["DTSTART"] == f"{DATES['submissions_close']:%Y%m%dT%H%M%SZ}"
        assert "12:00" in plain(one["DESCRIPTION"]), "in Muscat, four hours ahead"
    (_, *few) = read(hub.get("/v1/innovation/deadlines.ics?hackathon=city-heat").content)
    assert len(few) == 7
    (_, *none) = read(hub.get("/v1/innovation/deadlines.ics?hackathon=postponed").content)
    assert none == []


def test_what_passed_long_ago_is_left_out(programme_city: Any, city: Any, make_api: Any) -> None:
    ahead = make_api(clock=lambda: datetime(2027, 11, 29, 12, tzinfo=UTC))
    (_, *events) = read(ahead.get("/v1/innovation/deadlines.ics").content)
    assert [one["DTSTART"] for one in events] == [
        "20261130T000000Z", "20261201T000000Z", "20261210T200000Z", "20261220T200000Z",
    ]  # fmt: skip
