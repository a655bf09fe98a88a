"""Working time against a count of every minute of five years."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import holidays
import numpy as np
import pytest
from pydantic import ValidationError

from casework.working_time.model import Calendar
from casework.working_time.rules import add, due, is_working, left, pause, resume
from casework.working_time.settings import Weekday, WorkingTimeSettings
from citycore.clock import CITY_ZONE

SEED = 20261127
FIRST, YEARS = date(2025, 1, 1), 5
MINUTES_A_DAY = 1_440
#: Long enough for what is tried, in minutes.
WINDOW = 250 * MINUTES_A_DAY
ORIGIN = datetime(2025, 1, 1, tzinfo=CITY_ZONE)


def calendar_of(settings: WorkingTimeSettings) -> Calendar:
    class Parts:
        def of(self, kind: type[Any]) -> Any:
            assert kind is WorkingTimeSettings
            return settings

    return Calendar.made_for(Parts())


USUAL = calendar_of(WorkingTimeSettings())
SET = calendar_of(
    WorkingTimeSettings(
        days=(Weekday.MONDAY, Weekday.SATURDAY),
        opens=time(9, 5),
        closes=time(9, 55),
        closed_on=(date(2026, 3, 2), date(2026, 7, 25)),
        open_on=(date(2027, 3, 8),),
    )
)


class EveryMinute:
    """Whether each minute of the years is worked, and how many were before it: counted, not computed."""

    def __init__(self, weekdays: set[int], opens: int, closes: int, off: set[date], on: set[date]) -> None:
        days = np.arange(np.datetime64(FIRST), np.datetime64(date(FIRST.year + YEARS, 1, 1)))
        # The first day of NumPy's calendar, 1970-01-01, was a Thursday.
        weekday = (days.astype(int) + 3) % 7
        official = holidays.country_holidays("OM", years=range(FIRST.year, FIRST.year + YEARS))
        closed = np.array([(day in official and day not in on) or day in off for day in days.tolist()])
        open_days = np.isin(weekday, list(weekdays)) & ~closed
        of_day = np.arange(MINUTES_A_DAY)
        self.worked = (open_days[:, None] & ((of_day >= opens) & (of_day < closes))[None, :]).ravel()
        self.before = np.concatenate([[0], np.cumsum(self.worked)])

    def due(self, start: int, minutes: int, pauses: list[tuple[int, int]]) -> int:
        """The first worked minute that so many worked ones lie before, none of them within a pause."""
        counted = self.worked[start : start + WINDOW].copy()
        for begin, end in pauses:
            counted[begin - start : end - start] = False
        return start + int(np.flatnonzero(counted)[minutes])


def minute_at(number: int) -> datetime:
    return ORIGIN + timedelta(minutes=number)


def number_of(at: datetime) -> int:
    return int((at - ORIGIN) / timedelta(minutes=1))


COUNTS = {
    "usual": (USUAL, EveryMinute({6, 0, 1, 2, 3}, 450, 870, set(), set())),
    "set": (
        SET,
        EveryMinute({0, 5}, 545, 595, {date(2026, 3, 2), date(2026, 7, 25)}, {date(2027, 3, 8)}),
    ),
}


@pytest.mark.parametrize("name", COUNTS)
def test_random_clocks_with_pauses_equal_a_count_of_minutes(name: str, is_long: bool) -> None:
    calendar, every = COUNTS[name]
    random = np.random.default_rng(SEED)
    tries = 50_000 if is_long else 1_500
    last = len(every.worked) - WINDOW
    wrong = []
    for _ in range(tries):
        start = int(random.integers(0, last))
        minutes = int(random.integers(0, 25 * calendar.day_minutes)) if random.random() < 0.9 else 0
        cuts = sorted(
            set(random.integers(start, start + 20 * MINUTES_A_DAY, 2 * random.integers(0, 4)).tolist())
        )
        pauses = list(zip(cuts[::2], cuts[1::2], strict=False))
        at = due(calendar, minute_at(start), minutes)
        for begin, end in pauses:
            if at <= minute_at(begin):
                break  # it was due before it could stand still
            at = resume(calendar, minute_at(end), pause(calendar, minute_at(begin), at))
        expected = _counted(every, start, minutes, pauses)
        if number_of(at) != expected:
            wrong.append((start, minutes, pauses, number_of(at), expected))
    assert wrong == []


def _counted(every: EveryMinute, start: int, minutes: int, pauses: list[tuple[int, int]]) -> int:
    """As counted with those pauses that began before it was due."""
    held: list[tuple[int, int]] = []
    found = every.due(start, minutes, held)
    for one in pauses:
        if found <= one[0]:
            break
        held.append(one)
        found = every.due(start, minutes, held)
    return found


@pytest.mark.parametrize("name", COUNTS)
def test_what_is_left_is_what_was_counted_between(name: str, is_long: bool) -> None:
    calendar, every = COUNTS[name]
    random = np.random.default_rng(SEED + 1)
    last = len(every.worked) - 1
    for _ in range(20_000 if is_long else 1_500):
        first, second = sorted(random.integers(0, last, 2).tolist())
        second = min(second, first + 90 * MINUTES_A_DAY)
        expected = int(every.before[second] - every.before[first])
        assert left(calendar, minute_at(first), minute_at(second)) == expected
        assert left(calendar, minute_at(second), minute_at(first)) == 0
        assert is_working(calendar, minute_at(first)) == bool(every.worked[first])


def test_what_is_due_is_due_in_working_time_and_parts_of_a_minute_are_not_counted() -> None:
    for minutes in (0, 1, 419, 420, 421, 4_200):
        at = due(USUAL, datetime(2026, 11, 26, 9, 12, 30, tzinfo=UTC), minutes)
        assert is_working(USUAL, at)
        assert left(USUAL, datetime(2026, 11, 26, 9, 12, 30, tzinfo=UTC), at) == minutes
    sunday = datetime(2026, 11, 29, 7, 30, tzinfo=CITY_ZONE)
    assert due(USUAL, sunday + timedelta(seconds=1), 1) == sunday + timedelta(minutes=2)
    assert due(USUAL, sunday, 420) == sunday + timedelta(days=1), "not at the minute at which offices close"
    assert add(USUAL, sunday, 60) == sunday + timedelta(hours=1)


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        # Thursday 26 November 2026 is the second day of the National Day, Friday and Saturday are free.
        ("2026-11-24T14:29", 2, "2026-11-29T07:31"),
        ("2026-11-26T10:00", 0, "2026-11-29T07:30"),
        ("2026-11-22T07:30", 420, "2026-11-23T07:30"),
        ("2026-03-18T14:00", 31, "2026-03-23T07:31"),
    ],
)
def test_examples_that_a_person_can_check(start: str, minutes: int, expected: str) -> None:
    at = due(USUAL, datetime.fromisoformat(start).replace(tzinfo=CITY_ZONE), minutes)
    assert f"{at.astimezone(CITY_ZONE):%Y-%m-%dT%H:%M}" == expected


def test_due_never_comes_earlier_the_more_minutes_there_are() -> None:
    start = datetime(2026, 2, 26, 11, 3, tzinfo=UTC)
    assert all(first < second for first, second in pairwise(due(USUAL, start, n) for n in range(900)))


def test_what_cannot_be_counted_is_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        due(USUAL, ORIGIN, -1)
    never = Calendar(frozenset(), 0, 60)
    with pytest.raises(ValueError, match="no working days"):
        due(never, ORIGIN, 1)


@pytest.mark.parametrize(
    "given",
    [{"opens": "15:00"}, {"closes": "07:30"}, {"opens": "07:30:30"}, {"days": []}, {"days": ["noday"]}],
)
def test_settings_that_make_no_calendar_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        WorkingTimeSettings(**given)


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FALAJ_WORKING_TIME_CLOSED_ON", '["2026-11-29"]')
    monkeypatch.setenv("FALAJ_WORKING_TIME_CLOSES", "13:00")
    calendar = calendar_of(WorkingTimeSettings())
    assert (calendar.closes, calendar.is_working_day(date(2026, 11, 29))) == (780, False)
