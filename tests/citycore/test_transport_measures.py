"""Figures of departures and car parks, worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta

import pytest

from citycore.transport.measures import Figures, Tally, figures, tallies, travels
from citycore.transport.model import Visit
from citycore.transport.parking import Search, mean_search, time_to_find
from citycore.transport.settings import MeasureSettings
from tests.citycore.transit_scene import BEGIN

SETTINGS = MeasureSettings()
EIGHT = 8 * 3_600
CANCELLED, UNSEEN = "cancelled", None


def visits(seen: Sequence[float | str | None], every: int = 600, stop: str = "a") -> list[Visit]:
    """Departures every ten minutes from eight on; ``seen`` are seconds after eight."""
    return [
        Visit(
            trip=f"t{number}", route="r1", direction=0, stop=stop, is_timepoint=True, is_first=True, is_last=False, is_trip_seen=isinstance(one, (int, float)),
            is_cancelled=one == CANCELLED,
            scheduled_arrival=BEGIN + timedelta(seconds=EIGHT + number * every),
            scheduled_departure=BEGIN + timedelta(seconds=EIGHT + number * every),
            arrival=None,
            departure=BEGIN + timedelta(seconds=EIGHT + one) if isinstance(one, (int, float)) else None,
        )
        for number, one in enumerate(seen)
    ]  # fmt: skip


def whole(some: Sequence[Visit]) -> tuple[Tally, Figures]:
    """Of all hours together."""
    tally = Tally()
    for each in tallies(some, SETTINGS).values():
        tally.add(each)
    return tally, figures(tally)


def test_five_departures_by_hand() -> None:
    tally, found = whole(visits([60, 600, 1_500, 1_530, 2_400]))
    # Late by 60, 0, 300, -270 and 0 seconds: the window is -60 to 300.
    assert (tally.early_count, tally.on_time_count, tally.late_count) == (1, 4, 0)
    assert (found.on_time_share, found.early_share, found.mean_lateness) == (0.8, 0.2, 18.0)
    # Headways 540, 900, 30, 870 of 600 each: off by -60, 300, -570, 270, whose squares are 491,400 and sum -60.
    assert found.headway_adherence == pytest.approx(math.sqrt((491_400 - 900) / 3) / 600)
    # 1,859,400 / 4,680 = 397.3 s of waiting, and 300 by the schedule.
    assert found.mean_wait == pytest.approx(397.3077, abs=1e-4)
    assert found.excess_wait == pytest.approx(97.3077, abs=1e-4)
    assert (found.bunched_share, tally.headway_count, found.scheduled_headway) == (0.25, 4, 600.0)


@pytest.mark.parametrize(
    ("lateness", "where"),
    [(-61, "early"), (-60, "on_time"), (0, "on_time"), (300, "on_time"), (301, "late")],
)
def test_the_bounds_of_the_window_belong_to_it(lateness: int, where: str) -> None:
    tally, _ = whole(visits([lateness]))
    counts = {"early": tally.early_count, "on_time": tally.on_time_count, "late": tally.late_count}
    assert counts == {**dict.fromkeys(counts, 0), where: 1}


def test_a_perfect_service_has_no_excess() -> None:
    _, found = whole(visits([0, 600, 1_200, 1_800]))
    assert (found.headway_adherence, found.excess_wait, found.bunched_share) == (0.0, 0.0, 0.0)
    # Late by the same is as regular.
    assert whole(visits([120, 720, 1_320]))[1].excess_wait == 0.0


def test_over_a_cancelled_trip_people_wait_and_over_an_unseen_one_nobody_knows() -> None:
    tally, found = whole(visits([0, 600, CANCELLED, 1_800]))
    # Headways 600 and 1,200: 1,800,000 / 3,600 = 500; by the schedule three of 600: 300.
    assert (found.mean_wait, found.excess_wait) == (500.0, 200.0)
    assert (tally.cancelled_count, found.missed_count, found.observed_share) == (1, 1, 0.75)
    assert (tally.trip_count, tally.missed_trip_count) == (4, 1)
    tally, found = whole(visits([0, 600, UNSEEN, 1_800]))
    assert (tally.headway_count, found.excess_wait) == (1, 0.0)
    assert (tally.cancelled_count, found.missed_count, found.observed_share) == (0, 1, 0.75)


def test_who_overtakes_makes_no_negative_headway() -> None:
    """The second comes after the third: people at the stop see departures at 0, 1,190 and 1,210."""
    tally, _ = whole(visits([0, 1_210, 1_190]))
    assert (tally.actual_sum, tally.bunched_count) == (1_210, 1)


def test_headways_are_those_of_frequent_service() -> None:
    assert whole(visits([0, 900], every=900))[0].headway_count == 1
    tally, found = whole(visits([0, 901], every=901))
    assert (tally.headway_count, found.excess_wait, found.headway_adherence) == (0, None, None)
    assert found.on_time_share == 1.0


def test_nothing_seen_has_no_figures_but_counts() -> None:
    _, found = whole(visits([UNSEEN, CANCELLED]))
    assert (found.missed_count, found.observed_share, found.on_time_share, found.mean_wait) == (
        2,
        0.0,
        None,
        None,
    )
    assert figures(Tally()).observed_share is None


def test_hours_add_up_to_the_day() -> None:
    """Weighed by what was seen: an hour of one departure counts less than one of six."""
    seen = [0, 600, 1_200, 1_800, 2_400, 3_000, 3_600 + 400]
    by_hour = tallies(visits(seen), SETTINGS)
    shares = [figures(each).on_time_share for _, each in sorted(by_hour.items())]
    assert shares == [1.0, 0.0]
    tally, found = whole(visits(seen))
    assert found.on_time_share == pytest.approx(6 / 7)
    assert (tally.headway_count, tally.actual_sum) == (6, 4_000)


def test_travel_times_between_stops() -> None:
    first, second = visits([0])[0], visits([0], stop="b")[0]
    later = second.scheduled_arrival + timedelta(seconds=90)
    trip = [first, Visit(**{name: getattr(second, name) for name in Visit.__slots__} | {"arrival": later, "scheduled_arrival": later})]  # fmt: skip
    ((stretch, travel),) = travels([trip]).items()
    assert (stretch.from_stop, stretch.to_stop, travel.seconds, travel.scheduled_count) == (
        "a",
        "b",
        [90.0],
        1,
    )
    ((_, unseen),) = travels([[first, second]]).items()
    assert (unseen.seconds, unseen.scheduled_count) == ([], 1)


@pytest.mark.parametrize(
    ("free", "total", "minutes", "found"),
    [
        # Of 99 spaces 9 are free: every tenth, so that (99 + 1) / (9 + 1) = 10 are passed, 2 s each.
        (9, 99, None, Search(20.0, "random_search")),
        (99, 99, None, Search(2.0, "random_search")),
        # Full: 120 vehicles that stay for an hour leave every 30 s.
        (0, 120, 60, Search(30.0, "next_departure")),
        (0, 120, None, Search(None, None)),
        (None, 120, 60, Search(None, None)),
        (5, None, None, Search(None, None)),
        (130, 120, None, Search(None, None)),
    ],
)
def test_the_time_to_find_a_space(free: float, total: float, minutes: float, found: Search) -> None:
    assert time_to_find(free, total, minutes, 2.0) == found


def test_an_hour_has_the_mean_of_its_quarters() -> None:
    quarters = [Search(10.0, "random_search"), Search(50.0, "next_departure")]
    assert mean_search(quarters) == Search(30.0, "next_departure")
    assert mean_search([*quarters, Search(None, None)]) == Search(None, None)
    assert mean_search([]) == Search(None, None)
