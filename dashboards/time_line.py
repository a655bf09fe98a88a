"""What officers wrote on the time line, as pages ask for it: what concerns a place, a thing and a property in a period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import streamlit as st

import falaj_client as api
from dashboards.client import LIMITS, hub, listed, shown_url
from dashboards.language import Words
from dashboards.period import Period

#: Who may write them, by the codes of the hub's roles.
WRITERS = frozenset({"duty_officer", "programme_officer", "administrator"})
KINDS = ("works", "event", "incident", "sensor", "other")


@dataclass(frozen=True, slots=True)
class Concern:
    """What they are about; empty codes leave out nothing. What names none of its kind concerns everything."""

    place: str = ""
    thing: str = ""
    observed_property: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """The newest by when they begin, those first. ``left_out`` more are there, or at least as many where ``is_cut``."""

    found: Sequence[api.Annotation] = ()
    left_out: int = 0
    is_cut: bool = False


@st.cache_data(ttl=LIMITS.live_ttl_seconds, max_entries=LIMITS.cache_entries_max, show_spinner=False)
def noted(concern: Concern, start: datetime, end: datetime) -> Noted:
    """Those that went on in ``[start, end)``. Of many, few are kept and the rest is counted."""
    found = listed(_same, _asked(concern, start, end, LIMITS.annotations_asked_max + 1))
    rest = len(found) - LIMITS.annotations_max
    return Noted(
        found[: LIMITS.annotations_max], max(0, rest), is_cut=len(found) > LIMITS.annotations_asked_max
    )


def noted_url(concern: Concern, period: Period) -> str:
    return shown_url(_asked(concern, period.start, period.end, None).url)


def forget() -> None:
    """Ask anew at the next run: somebody has written here."""
    noted.clear()


def when_text(start: datetime, end: datetime | None, words: Words, *, whole_days: bool) -> tuple[str, str]:
    """From when to when; whole days without a time, the last one included."""
    if end is None:
        return words.instant(start), words("none")
    if whole_days:
        return words.date(start), words.date(end - timedelta(microseconds=1))
    return words.instant(start), words.instant(end)


def lines(found: Sequence[api.Annotation], words: Words) -> list[str]:
    """Each in one line: what, when, and as what it was written."""
    said = []
    for one in found:
        since, until = when_text(one.start, one.end, words, whole_days=one.whole_days)
        is_one = one.end is None or since == until
        when = since if is_one else words("time_line.span", since=since, until=until)
        said.append(
            words("time_line.line", name=one.name.text(words.language), when=when, by=by_text(one, words))
        )
    return said


def hints(known: Noted | None, words: Words, most: int = 3) -> list[str]:
    """What stands below a chart: the newest in words, and how many more there are; that they could not be read."""
    if known is None:
        return [words("time_line.unread")]
    said = lines(known.found[:most], words)
    rest = len(known.found) - len(said) + known.left_out
    if rest:
        said.append(words("time_line.more_least" if known.is_cut else "time_line.more", n=rest))
    return said


def by_text(one: api.Annotation, words: Words) -> str:
    """As what it was written, and for whom."""
    role = one.author_role_name.text(words.language)
    if one.organisation_name is None:
        return role
    return words("time_line.by", role=role, organisation=one.organisation_name.text(words.language))


def _asked(
    concern: Concern, start: datetime, end: datetime, limit: int | None
) -> api.Listing[api.Annotation]:
    return hub().annotations(
        place=concern.place or None,
        thing=concern.thing or None,
        observed_property=concern.observed_property or None,
        general=True,
        start=start,
        end=end,
        limit=limit,
    )


def _same(one: api.Annotation) -> api.Annotation:
    return one
