"""Reports by mail: when they come, what may be chosen, and within which bounds one is made."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from casework.report_mails.making import environment, make_apart
from casework.report_mails.model import DAYS, Choice, Fault, Made, Rhythm, Times
from casework.report_mails.rules import next_time, next_try, tidy, why_wrong
from casework.report_mails.settings import ReportMailSettings
from dashboards.period import DAYS as DAYS_OF_DASHBOARDS
from tests.casework.report_choices import MORNINGS, NOW, SEEB, SETTINGS, SUNDAYS, monthly, muscat


@pytest.mark.parametrize(
    ("times", "after", "expected"),
    [
        (MORNINGS, "2026-11-24T06:59:59", "2026-11-24T07:00"),
        # The time itself is over: what is sent at it comes a day later again.
        (MORNINGS, "2026-11-24T07:00", "2026-11-25T07:00"),
        (replace(MORNINGS, hour=0), "2026-11-24T23:59", "2026-11-25T00:00"),
        (replace(MORNINGS, hour=0), "2026-12-31T00:00", "2027-01-01T00:00"),
        # In UTC it is still Saturday.
        (replace(SUNDAYS, hour=1), "2026-11-29T00:30", "2026-11-29T01:00"),
        (SUNDAYS, "2026-11-24T12:00", "2026-11-29T07:00"),
        (SUNDAYS, "2026-11-29T07:00", "2026-12-06T07:00"),
        (Times(Rhythm.WEEKLY, (2, 5), None, 18), "2026-11-24T18:00", "2026-11-27T18:00"),
        (Times(Rhythm.WEEKLY, (1, 2, 3, 4, 5, 6, 7), None, 18), "2026-11-24T18:00", "2026-11-25T18:00"),
        (monthly(1), "2026-11-01T07:00", "2026-12-01T07:00"),
        (monthly(15), "2026-11-24T12:00", "2026-12-15T07:00"),
        (monthly(31), "2026-11-24T12:00", "2026-11-30T07:00"),
        (monthly(31), "2026-11-30T07:00", "2026-12-31T07:00"),
        (monthly(30), "2027-01-30T07:00", "2027-02-28T07:00"),
        (monthly(29), "2028-01-31T07:00", "2028-02-29T07:00"),
        (monthly(31), "2028-02-29T07:00", "2028-03-31T07:00"),
        # However long nobody looked, it is one.
        (SUNDAYS, "2027-11-24T12:00", "2027-11-28T07:00"),
    ],
)
def test_when_a_report_comes_next(times: Times, after: str, expected: str) -> None:
    found = next_time(times, muscat(after).astimezone(UTC))
    assert found == muscat(expected)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(("tries", "minutes"), [(1, 2), (2, 4), (3, 8), (4, 16), (5, None)])
def test_when_it_is_tried_again(tries: int, minutes: int | None) -> None:
    assert next_try(tries, NOW, SETTINGS) == (None if minutes is None else NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("choice", "times", "field"),
    [
        (SEEB, SUNDAYS, None),
        (replace(SEEB, place="", observed_property=""), MORNINGS, None),
        (replace(SEEB, place="atlantis"), SUNDAYS, "place"),
        (replace(SEEB, observed_property="mood"), SUNDAYS, "observed_property"),
        (replace(SEEB, days=8), SUNDAYS, "days"),
        (SEEB, replace(SUNDAYS, weekdays=()), "weekdays"),
        (SEEB, replace(SUNDAYS, weekdays=(8,)), "weekdays"),
        (SEEB, monthly(0), "month_day"),
        (SEEB, monthly(32), "month_day"),
        (SEEB, replace(monthly(1), month_day=None), "month_day"),
        (SEEB, replace(MORNINGS, hour=24), "hour"),
    ],
)
def test_what_may_be_chosen(choice: Choice, times: Times, field: str | None) -> None:
    refusal = why_wrong(choice, times, {"seeb"}, {"pm2_5"})
    assert (None if refusal is None else refusal.details["field"].key) == (field and f"field.{field}")


def test_a_rhythm_keeps_what_it_asks_for() -> None:
    everything = Times(Rhythm.WEEKLY, (7, 1, 7), 31, 7)
    assert tidy(everything) == Times(Rhythm.WEEKLY, (1, 7), None, 7)
    assert tidy(replace(everything, rhythm=Rhythm.MONTHLY)) == monthly(31)
    assert tidy(replace(everything, rhythm=Rhythm.DAILY)) == MORNINGS


def test_the_days_are_those_of_the_dashboards() -> None:
    assert DAYS == DAYS_OF_DASHBOARDS


def test_the_process_is_told_no_secret() -> None:
    ours = {
        "PATH": "/bin", "FALAJ_API_URL": "http://127.0.0.1:1", "FALAJ_DASHBOARDS_PUBLIC_URL": "http://hub",
        "FALAJ_STORE_PORTAL_URL": "postgresql://secret", "FALAJ_API_CURSOR_KEY": "secret",
        "FALAJ_OUTBOX_SMTP_PASSWORD": "secret", "FALAJ_DASHBOARDS_COOKIE_SECRET": "secret",
    }  # fmt: skip
    told = environment(ours, SETTINGS)
    assert {"PATH", "FALAJ_API_URL", "FALAJ_DASHBOARDS_PUBLIC_URL"} <= set(told)
    assert "secret" not in "".join(told.values())


@pytest.mark.usefixtures("wire")
@pytest.mark.parametrize(
    ("deed", "expected"),
    [
        ("seeb", Made(b"x" * 100, "Seeb", "All is well.")),
        ("large", Fault.TOO_LARGE),
        ("unknown", Fault.UNKNOWN),
        ("away", Fault.AWAY),
        ("not_available", Fault.NOT_AVAILABLE),
        ("nonsense", Fault.ENDED),
        ("babbles", Fault.ENDED),
        ("breaks_off", Fault.ENDED),
        ("hangs", Fault.ENDED),
        ("spins", Fault.ENDED),
    ],
)
def test_a_report_is_made_within_bounds(deed: str, expected: Made | Fault) -> None:
    bounds = ReportMailSettings(
        seconds_max=2.0 if deed == "hangs" else 60.0, core_seconds_max=1 if deed == "spins" else 20
    )
    made = make_apart(Choice(deed, "", 7, "en"), bounds, 1_000, "tests.casework.report_stand_in")
    assert made == expected


@pytest.mark.usefixtures("wire")
def test_its_memory_is_bounded_and_a_command_that_is_not_there_is_told() -> None:
    bounds = ReportMailSettings(memory_bytes_max=268_435_456)
    eats = Choice("eats", "", 7, "en")
    # Python says itself that there is no more, with the code of a command that is not there: what matters is that it is no report.
    assert isinstance(make_apart(eats, bounds, 1_000, "tests.casework.report_stand_in"), Fault)
    assert make_apart(SEEB, SETTINGS, 1_000, "tests.casework.no_such_command") is Fault.NOT_AVAILABLE
