"""Vehicles whose way is known: what is found of it from noisy, late, doubled, wrong and missing positions."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, pairwise, product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from citycore.transport.matching import (
    BACKWARD_COST,
    EARLIER_TRIP_COST,
    LEFT_OUT_COST,
    LEFT_OUT_MAX,
    NEXT_TRIP_COST,
    TOO_FAST_COST,
    _Candidates,
    _Chain,
    match,
)
from citycore.transport.model import Account, Passage, Position, Section
from citycore.transport.schedule import day_begin, section_of
from citycore.transport.settings import MatchSettings
from tests.citycore.transit_scene import BEGIN, DAY, METRE, STOPS, Bus, feed_files, feed_of

SETTINGS = MatchSettings()
EIGHT = 8 * 3_600
#: There and back, twice, with five minutes between.
STARTS = {"t1": EIGHT, "back1": EIGHT + 900, "t2": EIGHT + 1_800, "back2": EIGHT + 2_700}
BLOCK = dict.fromkeys(STARTS, "bus")


@pytest.fixture(scope="module")
def sections(tmp_path_factory: pytest.TempPathFactory) -> list[Section]:
    feed = feed_of(tmp_path_factory.mktemp("feed"), feed_files(STARTS, BLOCK))
    places = {each.stop: (each.longitude, each.latitude) for each in feed.stops}
    return [section_of(trip, DAY, BEGIN.timestamp(), places, None) for trip in feed.trips]


def whole_day(
    chance: random.Random, *, is_stated: bool, **how: float
) -> tuple[list[Position], dict[tuple[str, int], tuple[float, float]]]:
    positions: list[Position] = []
    truth: dict[tuple[str, int], tuple[float, float]] = {}
    for trip, start in STARTS.items():
        bus = Bus(start, trip.startswith("back"), delay=chance.uniform(-30, 240), waits=20, **how)
        positions += bus.positions(chance, trip if is_stated else None)
        truth |= {(trip, number): both for number, both in enumerate(bus.truth())}
    return positions, truth


def errors(passages: Iterable[Passage], truth: dict[tuple[str, int], tuple[float, float]]) -> list[float]:
    found = []
    for each in passages:
        arrival, departure = truth[each.trip, each.sequence]
        if each.arrival is not None:
            found.append(each.arrival - arrival)
        if each.departure is not None:
            found.append(each.departure - departure)
    return found


@pytest.mark.parametrize("is_stated", [True, False])
@pytest.mark.parametrize("seed", range(6))
def test_passages_of_a_noisy_day_are_near_the_truth(
    sections: list[Section], seed: int, is_stated: bool
) -> None:
    """20 m of noise, 15 s apart, one in ten missing, one in fifty far away, in no order and some twice."""
    chance = random.Random(seed)
    positions, truth = whole_day(chance, is_stated=is_stated, every=15.0, noise=20.0)
    kept = [
        replace(each, longitude=each.longitude + chance.uniform(-0.05, 0.05))
        if chance.random() < 0.02
        else each
        for each in positions
        if chance.random() > 0.1
    ]
    kept += chance.sample(kept, 20)
    chance.shuffle(kept)
    passages, account = match(kept, sections, "bus", SETTINGS)
    found = errors(passages, truth)
    # Of 4 trips with 4 stops: three arrivals and three departures each.
    assert len(found) >= 22
    assert max(map(abs, found)) < 30
    assert sum(map(abs, found)) / len(found) < 10
    assert account.matched_count > 0.95 * account.position_count
    parts = (
        account.matched_count,
        account.no_trip_count,
        account.unknown_trip_count,
        account.off_route_count,
        account.left_out_count,
    )
    assert sum(parts) == account.position_count == len({each.seconds for each in kept})


def test_without_noise_it_is_known_to_some_seconds(sections: list[Section]) -> None:
    bus = Bus(EIGHT, delay=100)
    passages, account = match(bus.positions(random.Random(1), "t1"), sections, "none", SETTINGS)
    assert [each.sequence for each in passages] == [0, 1, 2, 3]
    assert (passages[0].arrival, passages[-1].departure) == (None, None)
    truth = {("t1", number): both for number, both in enumerate(bus.truth())}
    assert max(map(abs, errors(passages, truth))) < 6
    assert account.left_out_count == 0


def test_over_a_gap_nothing_is_made_up(sections: list[Section]) -> None:
    bus = Bus(EIGHT)
    gap = (bus.truth()[1][0] - 90, bus.truth()[1][1] + 90)
    positions = [each for each in bus.positions(random.Random(1), "t1") if not gap[0] < each.seconds < gap[1]]
    passages, _ = match(positions, sections, "bus", SETTINGS)
    assert [each.sequence for each in passages] == [0, 2, 3]


def test_a_bus_that_comes_late_into_sight_has_no_first_departure(sections: list[Section]) -> None:
    bus = Bus(EIGHT)
    positions = [
        each for each in bus.positions(random.Random(1), "t1") if each.seconds > bus.truth()[0][1] + 60
    ]
    passages, _ = match(positions, sections, "bus", SETTINGS)
    assert [each.sequence for each in passages] == [1, 2, 3]


def test_what_lies_off_the_route_or_names_no_trip_is_counted(sections: list[Section]) -> None:
    positions = Bus(EIGHT).positions(random.Random(1), "t1")
    away = [replace(each, latitude=each.latitude + 2_000 * METRE) for each in positions]
    assert match(away, sections, "bus", SETTINGS) == (
        [],
        Account(position_count=len(away), off_route_count=len(away)),
    )
    wrong = [replace(each, trip="x") for each in positions]
    assert match(wrong, sections, "bus", SETTINGS)[1].unknown_trip_count == len(wrong)
    silent = [replace(each, trip=None) for each in positions]
    assert match(silent, sections, "another", SETTINGS)[1].no_trip_count == len(silent)
    assert match([], sections, "bus", SETTINGS) == ([], Account(position_count=0))


def test_a_trip_that_is_stated_on_the_way_back_too_or_hours_away(sections: list[Section]) -> None:
    bus, back = Bus(EIGHT), Bus(EIGHT + 600, is_back=True)
    chance = random.Random(1)
    ways = [Bus(EIGHT - 600, is_back=True), bus, back]
    positions = [each for way in ways for each in way.positions(chance, "t1")]
    passages, _ = match(positions, sections, "bus", SETTINGS)
    truth = {("t1", number): both for number, both in enumerate(bus.truth())}
    assert [each.sequence for each in passages] == [0, 1, 2, 3]
    assert max(map(abs, errors(passages, truth))) < 6
    late = Bus(EIGHT, delay=3 * 3_600).positions(chance, "t1")
    assert match(late, sections, "bus", SETTINGS)[1].unknown_trip_count > 0.9 * len(late)


def test_a_bus_of_a_block_that_is_a_whole_trip_late_is_on_its_own_trip(sections: list[Section]) -> None:
    """By the clock it should be on its way back: that it goes ahead tells that it is not."""
    chance = random.Random(3)
    buses = {trip: Bus(start, trip.startswith("back"), delay=800, waits=15) for trip, start in STARTS.items()}
    positions = [each for bus in buses.values() for each in bus.positions(chance)]
    passages, _ = match(positions, sections, "bus", SETTINGS)
    truth = {(trip, number): both for trip, bus in buses.items() for number, both in enumerate(bus.truth())}
    found = errors(passages, truth)
    assert len(found) >= 22
    assert max(map(abs, found)) < 30


def test_a_jump_along_the_route_is_left_out(sections: list[Section]) -> None:
    bus = Bus(EIGHT)
    positions = bus.positions(random.Random(1), "t1")
    middle = len(positions) // 3
    jumped = replace(positions[middle], longitude=STOPS["d"][0], latitude=STOPS["d"][1])
    positions[middle] = jumped
    passages, account = match(positions, sections, "bus", SETTINGS)
    assert account.left_out_count == 1
    truth = {("t1", number): both for number, both in enumerate(bus.truth())}
    assert max(map(abs, errors(passages, truth))) < 12


def test_a_line_that_crosses_itself_is_followed_in_order(tmp_path: Path) -> None:
    """An eight of four corners, whose first and third leg cross; the stop at the crossing is served twice."""
    corners = [(58.40, 23.60), (58.42, 23.62), (58.42, 23.60), (58.40, 23.62)]
    middle = (58.41, 23.61)
    files = feed_files({"t1": EIGHT})
    feed = feed_of(tmp_path, files)
    trip = replace(
        feed.trips[0], stops=["s", "m", "e", "m", "w"], arrivals=[0, 200, 500, 800, 1_000], departures=[0, 200, 500, 800, 1_000],
        timepoints=[True] * 5,
    )  # fmt: skip
    stops = {"s": corners[0], "m": middle, "e": (58.42, 23.61), "w": corners[3]}
    section = section_of(trip, DAY, 0.0, stops, corners)
    assert [round(each) for each in section.stops] == sorted(round(each) for each in section.stops)
    legs = [corners[0], middle, (58.42, 23.61), middle, corners[3]]
    # Through the corners, at the instants of the schedule.
    way = [
        (0, legs[0]),
        (200, middle),
        (350, corners[1]),
        (500, legs[2]),
        (650, corners[2]),
        (800, middle),
        (1_000, legs[4]),
    ]
    positions = []
    for (begin, here), (end, there) in pairwise(way):
        for second in range(begin, end, 10):
            share = (second - begin) / (end - begin)
            positions.append(
                Position(
                    second,
                    here[0] + share * (there[0] - here[0]),
                    here[1] + share * (there[1] - here[1]),
                    "t1",
                )
            )
    passages, account = match(positions, [section], "", SETTINGS)
    assert account.matched_count == len(positions)
    seen = {each.sequence: each.departure or each.arrival or 0.0 for each in passages}
    assert [abs(seen[number] - planned) < 15 for number, planned in ((1, 200), (2, 500), (3, 800))] == [
        True
    ] * 3


def test_service_days_count_from_noon() -> None:
    assert day_begin(DAY, ZoneInfo("Asia/Muscat")) == BEGIN
    # Clocks go forward at two: the day has 23 hours, and its times still count from noon less twelve.
    assert day_begin(date(2026, 3, 29), ZoneInfo("Europe/Berlin")) == datetime(2026, 3, 28, 22, tzinfo=UTC)
    assert timedelta(hours=25) + BEGIN == datetime(2026, 11, 24, 21, tzinfo=UTC)


def _chain_cost(candidates: _Candidates, chain: Sequence[int]) -> float:
    """What a chain costs, by the rules alone: each link, each step, and each position that is left out."""
    cost = LEFT_OUT_COST * (len(candidates.seconds) - len(chain)) + sum(
        candidates.cost[each] for each in chain
    )
    for before, after in pairwise(chain):
        ahead = candidates.along[after] - candidates.along[before]
        seconds = candidates.seconds[candidates.step[after]] - candidates.seconds[candidates.step[before]]
        tolerance = 3.0 * SETTINGS.noise_metres
        if candidates.section[before] != candidates.section[after]:
            is_later = candidates.section[after] > candidates.section[before]
            cost += NEXT_TRIP_COST if is_later else EARLIER_TRIP_COST
        elif ahead < -tolerance:
            cost += BACKWARD_COST
        elif ahead > SETTINGS.speed_max_metres_per_second * seconds + tolerance:
            cost += TOO_FAST_COST
        else:
            cost += 0.5 * (min(ahead, 0.0) / SETTINGS.noise_metres) ** 2
    return cost


@pytest.mark.parametrize("seed", range(40))
def test_no_chain_is_cheaper_than_the_one_that_is_chosen(seed: int) -> None:
    """Of every chain over seven positions with up to two places each, on two trips that jump about."""
    chance = random.Random(seed)
    counts = [chance.randint(1, 2) for _ in range(7)]
    begin = [sum(counts[:step]) for step in range(len(counts) + 1)]
    candidates = _Candidates(
        seconds=[10.0 * step for step in range(len(counts))],
        begin=begin,
        step=[step for step, count in enumerate(counts) for _ in range(count)],
        section=[chance.randint(0, 1) for _ in range(begin[-1])],
        along=[chance.choice([0.0, 40.0, 90.0, 2_000.0]) + chance.uniform(0, 30) for _ in range(begin[-1])],
        cost=[chance.choice([0.0, 0.5, 6.0]) for _ in range(begin[-1])],
    )
    chosen = _Chain(candidates, SETTINGS).links()
    chains = [
        [link for link in links if link is not None]
        for links in product(*([None, *candidates.of(step)] for step in range(len(counts))))
        if _longest_gap(links) <= LEFT_OUT_MAX
    ]
    assert _chain_cost(candidates, chosen) == pytest.approx(
        min(_chain_cost(candidates, chain) for chain in chains if chain)
    )


def _longest_gap(links: Sequence[int | None]) -> int:
    return max(
        len(list(run)) if is_left_out else 0 for is_left_out, run in groupby(links, lambda link: link is None)
    )
