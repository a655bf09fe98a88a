"""Who may handle a case, which cases can be one, and what a text may be about. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import pairwise
from uuid import UUID

from casework.cases.errors import CannotMerge, CaseRefusal, WrongRating
from casework.cases.model import PACKAGE, Alarm, Bars, Case, Handler
from citycore.normalisation import normalise_text
from citycore.stemming import terms

RATING_POINTS = range(1, 6)


def is_barred(handler: Handler, bars: Bars) -> bool:
    """Whether somebody is in conflict with a case: they neither handle it nor see it."""
    return handler.person_id in bars.people or (bars.unit is not None and handler.unit == bars.unit)


def choose_handler(handlers: Iterable[Handler], bars: Bars, level: int, case_id: UUID) -> Handler | None:
    """Who of the lowest level from this one on has the fewest open cases; None if nobody may.

    Among equals it is the case that decides, so that the first of a list does not get everything.
    """
    able = [handler for handler in handlers if handler.level >= level and not is_barred(handler, bars)]
    return min(
        able, key=lambda handler: (handler.level, handler.open_cases, _lot(case_id, handler)), default=None
    )


def why_not_merged(case: Case, main: Case, *, is_alike: bool) -> CaseRefusal | None:
    """What stands against ``case`` following ``main``; ``is_alike`` says whether they are of one kind and both open."""
    if case.case_id == main.case_id or main.main_id is not None or case.main_id is not None:
        return CannotMerge()
    if case.objected_at is not None:
        return CannotMerge()
    return None if is_alike and case.organisation_id == main.organisation_id else CannotMerge()


def why_not_rated(points: int) -> CaseRefusal | None:
    return (
        None
        if points in RATING_POINTS
        else WrongRating(least=RATING_POINTS.start, most=RATING_POINTS.stop - 1)
    )


def alarm_in(text: str) -> Alarm | None:
    """What of that which cannot wait the text may be about; whoever writes is told whom to call, and may go on."""
    said = f" {normalise_text(text)} "
    return next((alarm for alarm, found in _alarms().items() if found.search(said)), None)


def named_in(text: str, names: Collection[str]) -> frozenset[str]:
    """Which of these people a text names: by at least two parts of the name, one after the other."""
    said = f" {normalise_text(text)} "
    return frozenset(name for name in names if any(f" {pair} " in said for pair in _pairs(name)))


def likeness(text: str, other: str, words_max: int) -> float:
    """How much of the shorter text stands in the longer one too, from 0 to 1, by the stems of words that say something."""
    one, two = (set(terms(said, words_max)) for said in (text, other))
    return len(one & two) / min(len(one), len(two)) if one and two else 0.0


@cache
def _alarms() -> Mapping[Alarm, re.Pattern[str]]:
    """By kind, the phrases of ``alarms.toml``, as words of a normalised text."""
    listed = tomllib.loads(files(PACKAGE).joinpath("alarms.toml").read_text(encoding="utf-8"))
    return {
        alarm: re.compile(
            "|".join(rf"(?<= ){re.escape(normalise_text(phrase))}(?= )" for phrase in listed[alarm])
        )
        for alarm in Alarm
    }


def _pairs(name: str) -> list[str]:
    parts = normalise_text(name).split()
    return [f"{first} {second}" for first, second in pairwise(parts)]


def _lot(case_id: UUID, handler: Handler) -> bytes:
    return sha256(case_id.bytes + handler.person_id.bytes).digest()
