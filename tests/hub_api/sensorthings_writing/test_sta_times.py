"""Conditions about times, as the standard's table of them has it, over observations of instants and of intervals that were posted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from tests.hub_api.sensorthings_writing.posted import (
    Numbered,
    Service,
    located,
    observed_property,
    place,
    references,
    sensor,
    stream,
)

Span = tuple[datetime, datetime]


def at(hour: int, minute: int = 0, year: int = 2016) -> datetime:
    return datetime(year, 1, 1, hour, minute, tzinfo=UTC)


def instant(moment: datetime) -> Span:
    return moment, moment


SEVEN, SEVEN_TO_EIGHT = instant(at(7)), (at(7), at(8))
INSTANTS = [
    at(6),
    at(6, 59),
    at(7),
    at(7, 1),
    at(7, 59),
    at(8),
    at(8, 1),
    at(9),
    at(6, year=2015),
    at(9, year=2017),
]
INTERVALS = [
    (at(6), at(6, 59)), (at(6), at(7)), (at(6), at(7, 1)), (at(7), at(8)), (at(7, 1), at(7, 59)), (at(7, 59), at(9)),
    (at(8), at(9)), (at(8, 1), at(9)), (at(6, 59), at(8, 1)), (at(7), at(7, 59)), (at(7), at(8, 1)), (at(6, 59), at(8)),
    (at(7, 1), at(8)), (at(6, year=2015), at(7, year=2015)), (at(9, year=2017), at(10, year=2017)),
]  # fmt: skip
#: As the standard's table has them; an interval ends before its end.
RELATIONS: dict[str, Callable[[Span, Span], bool]] = {
    "lt": lambda a, b: a[1] <= b[0] and a[0] < b[0],
    "gt": lambda a, b: b[1] <= a[0] and b[0] < a[0],
    "le": lambda a, b: a[0] <= b[0] and a[1] <= b[1],
    "ge": lambda a, b: a[0] >= b[0] and a[1] >= b[1],
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "meets": lambda a, b: a[1] == b[0] or a[0] == b[1],
    "during": lambda a, b: b[0] <= a[0] < b[1] and a[1] <= b[1],
    "overlaps": lambda a, b: a[0] == b[0] or (a[0] < b[1] and b[0] < a[1]),
    "starts": lambda a, b: a[0] == b[0],
    "finishes": lambda a, b: a[1] == b[1],
}
RELATIONS["before"], RELATIONS["after"] = RELATIONS["lt"], RELATIONS["gt"]
Times = dict[str, Span | None]


def written(span: Span) -> str:
    first, last = (moment.isoformat().replace("+00:00", "Z") for moment in span)
    return first if first == last else f"{first}/{last}"


@pytest.fixture(scope="class")
def timed(service: Service) -> tuple[Numbered, list[Times]]:
    """Observations of instants, whose results were there then, and of intervals for which they are valid. One datastream has one of an
    instant, so those that begin together are of several; the last has none.
    """
    world = Numbered(service)
    tower = located("Tower", place(8, 51))
    thing = world.post("Things", {"name": "Clock", "description": "-", "Locations": [tower]})
    own = references(Thing=thing, Sensor=service.made("Sensors", sensor("S")))
    spans = [*((None, instant(one)) for one in INSTANTS), *((one, one) for one in INTERVALS)]
    begun: list[set[datetime]] = []
    times: list[Times] = []
    # The first datastream has the first and the last of all.
    spans.sort(key=lambda span: (at(6, year=2016) <= span[1][0] < at(23, year=2016), span[0] is None))
    for valid, span in spans:
        number = next((n for n, one in enumerate(begun) if span[0] not in one), len(begun))
        if number == len(begun):
            begun.append(set())
            datastream = stream(
                f"Datastream {number}", ObservedProperty=observed_property(f"P{number}"), **own
            )
            world.post("Datastreams", datastream)
        begun[number].add(span[0])
        is_edge = span[0].year != 2016
        result_time = instant(span[span[0].year == 2017]) if valid is None or is_edge else None
        optional = {"validTime": valid, "resultTime": result_time}
        world.post(
            "Observations",
            {
                "phenomenonTime": written(span),
                "result": number,
                **{name: written(one) for name, one in optional.items() if one is not None},
                **references(Datastream=world.posted["Datastreams"][number]),
            },
        )
        times.append({"phenomenonTime": span, **optional})
    world.post("Datastreams", stream("Silent", ObservedProperty=observed_property("Silence"), **own))
    return world, times


class TestTimes:
    @pytest.mark.parametrize(("word", "constant"), [*product(RELATIONS, (SEVEN, SEVEN_TO_EIGHT))])
    def test_of_observations(self, timed: tuple[Numbered, list[Times]], word: str, constant: Span) -> None:
        world, times = timed
        template = f"{{}} {word} {{}}" if len(word) == 2 else f"{word}({{}},{{}})"
        for name, is_turned in product(("phenomenonTime", "resultTime", "validTime"), (False, True)):
            sides = (written(constant), name) if is_turned else (name, written(constant))
            condition = template.format(*sides)
            second_has_end = name != "resultTime" if is_turned else constant == SEVEN_TO_EIGHT
            if word == "during" and not second_has_end:
                assert world.service.answer(f"Observations?$filter={condition}").status_code == 400
                continue
            holds = RELATIONS[word]
            expected = [
                n
                for n, one in enumerate(times)
                if (span := one[name]) is not None
                and (holds(constant, span) if is_turned else holds(span, constant))
            ]
            assert world.found("Observations", condition) == expected, condition

    def test_of_datastreams(self, timed: tuple[Numbered, list[Times]]) -> None:
        world, _ = timed
        whole = (at(6, year=2015), at(10, year=2017))
        edges = [at(6, year=2014), at(6, year=2015), at(7), at(10, year=2017), at(9, year=2018)]
        constants = [*map(instant, edges), *((a, b) for a in edges for b in edges if a < b)]
        silent = len(world.posted["Datastreams"]) - 1
        for word, constant, name in product(RELATIONS, constants, ("phenomenonTime", "resultTime")):
            if word in ("ne", "during") and constant[0] == constant[1]:
                continue
            condition = (
                f"{name} {word} {written(constant)}"
                if len(word) == 2
                else f"{word}({name}, {written(constant)})"
            )
            found = world.found("Datastreams", condition)
            assert (0 in found) == RELATIONS[word](whole, constant), condition
            assert silent not in found, condition
        told = world.service.get(f"Datastreams({world.posted['Datastreams'][0]})")
        assert (told["phenomenonTime"], told["resultTime"]) == (written(whole), written(whole))
        assert "phenomenonTime" not in world.service.get(
            f"Datastreams({world.posted['Datastreams'][silent]})"
        )

    @pytest.mark.parametrize(
        ("condition", "holds"),
        [
            ("{} add duration'PT1H' gt 2016-01-01T09:00:00Z", lambda a: RELATIONS["gt"](a, instant(at(8)))),
            ("{} gt 2016-01-01T09:00:00Z sub duration'PT1H'", lambda a: RELATIONS["gt"](a, instant(at(8)))),
            ("{} sub duration'PT1H' gt 2016-01-01T07:00:00Z", lambda a: RELATIONS["gt"](a, instant(at(8)))),
            ("{} lt 2016-01-01T06:00:00Z/2016-01-01T07:00:00Z add duration'PT1H'", lambda a: RELATIONS["lt"](a, SEVEN_TO_EIGHT)),
            ("{} gt 2016-01-01T08:00:00Z/2016-01-01T09:00:00Z sub duration'PT1H'", lambda a: RELATIONS["gt"](a, SEVEN_TO_EIGHT)),
            ("not {0} lt 2016-01-01T07:00:00Z and not {0} ge 2016-01-01T08:00:00Z",
             lambda a: not RELATIONS["lt"](a, SEVEN) and not RELATIONS["ge"](a, instant(at(8)))),
            ("year({}) eq 2015", lambda a: a[0].year == 2015),
        ],
    )  # fmt: skip
    def test_durations_and_opposites(
        self, timed: tuple[Numbered, list[Times]], condition: str, holds: Callable[[Span], bool]
    ) -> None:
        world, times = timed
        for name in ("phenomenonTime", "resultTime", "validTime"):
            expected = [n for n, one in enumerate(times) if (span := one[name]) is not None and holds(span)]
            assert world.found("Observations", condition.format(name)) == expected, name

    def test_a_difference_is_a_duration(self, timed: tuple[Numbered, list[Times]]) -> None:
        world, times = timed
        found = world.found("Observations", "phenomenonTime sub 2016-01-01T08:00:00Z eq duration'PT1H'")
        assert found == [
            n for n, one in enumerate(times) if one["phenomenonTime"][0] - at(8) == timedelta(hours=1)
        ]  # type: ignore[index]
