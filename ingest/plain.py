"""Messages as most are, checked all together: registered measurements, a time with its offset, numbers that can be measured.

What is not so is left to :class:`ingest.rules.Checker`, which knows every rule and looks at one value after the other;
so whatever is refused, flagged or converted is refused, flagged or converted there. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from citycore.clock import EPOCH, MICROSECOND
from citycore.model import Quality
from citycore.wire import Message
from ingest.model import CONNECTION, Datastream, Family, Flag, Int32s, Layout, Received, Rows, Thing
from ingest.physical import are_physical

_NUMBERS = frozenset({float, int})
#: Below this every integer can be a double.
_INTEGER_MAX = 10**300
#: Of one thing. A device sends the same few sets of names again and again.
LAYOUTS_MAX = 100


class Plain:
    """Collects the plain messages of one batch."""

    def __init__(self, earliest: int, ahead: int, results_max: int) -> None:
        """``earliest`` and ``ahead`` bound times: microseconds since 1970, and after a message came."""
        self._earliest = earliest
        self._ahead = ahead
        self._results_max = results_max
        self._numbers: list[int] = []
        self._layouts: list[Layout] = []
        self._times: list[int] = []
        self._results: list[float] = []

    def take(self, number: int, received: Received, thing: Thing, instants: Sequence[Message]) -> bool:
        """Take a message in; False if it is not plain."""
        latest, layouts, times = received.received_microseconds + self._ahead, [], []
        for instant in instants:
            place = self._place(thing, instant, latest)
            if place is None:
                return False
            layouts.append(place[0])
            times.append(place[1])
        self._layouts += layouts
        self._times += times
        for instant in instants:
            self._numbers.append(number)
            self._results.extend((instant.results or {}).values())
        return True

    def _place(self, thing: Thing, instant: Message, latest: int) -> tuple[Layout, int] | None:
        results, stated = instant.results, instant.phenomenon_time
        if (
            results is None
            or stated is None
            or stated.tzinfo is None
            or instant.units is not None
            or instant.location is not None
            or instant.observed_property is not None
        ):
            return None
        names = tuple(results)
        layout = thing.layouts.get(names) or _layout(thing, names, self._results_max)
        if layout is None:
            return None
        time = (stated - EPOCH) // MICROSECOND
        return (layout, time) if self._earliest <= time <= latest else None

    def datastreams(self) -> Iterator[Datastream]:
        """Those that the messages name."""
        for layout in set(self._layouts):
            yield from layout.datastreams

    def rows(self) -> tuple[Rows | None, list[int]]:
        """Their rows, and the messages with a value that is no measurement, or none of its datastream: they have no rows here."""
        if not self._layouts:
            return None, []
        counts = np.array([layout.count for layout in self._layouts])
        ids, lower, upper, lowest, highest, qualities = np.concatenate(
            [layout.columns for layout in self._layouts], axis=1
        )
        results = _numbers(self._results)
        within = (results >= lower) & (results <= upper)
        qualities[~within] = Quality.BAD
        rows = Rows(
            Family.MEASUREMENT,
            ids.astype(np.int32),
            np.repeat(np.array(self._times, dtype=np.int64), counts),
            results,
            qualities.astype(np.int16),
            np.repeat(np.array(self._numbers, dtype=np.int32), counts),
        )
        is_measured = are_physical(results) & (within | (results >= lowest) & (results <= highest))
        if is_measured.all():
            return rows, []
        odd: Int32s = np.unique(rows.messages[~is_measured])
        rows = rows.take(~np.isin(rows.messages, odd))
        return (rows if len(rows) else None), odd.tolist()


def flags_of(rows: Rows) -> list[Flag]:
    """Which of them lie outside of their bounds."""
    bad = rows.take(rows.qualities == Quality.BAD)
    columns = (bad.datastream_ids.tolist(), bad.times.tolist(), bad.results.tolist())
    return [
        Flag(datastream_id, time, "gross_range", Quality.BAD, result)
        for datastream_id, time, result in zip(*columns, strict=True)
    ]


def _numbers(results: list[float]) -> NDArray[np.float64]:
    """The results as doubles; NaN for what is none."""
    if set(map(type, results)) <= _NUMBERS:
        try:
            return np.array(results, dtype=np.float64)
        except OverflowError:  # an integer beyond what a double can hold
            pass
    return np.array(
        [
            result if type(result) in _NUMBERS and -_INTEGER_MAX < result < _INTEGER_MAX else np.nan
            for result in results
        ],
        dtype=np.float64,
    )


def _layout(thing: Thing, names: tuple[str, ...], results_max: int) -> Layout | None:
    """What these results of a thing are; None where one of them needs a closer look."""
    if names in thing.layouts:
        return thing.layouts[names]
    layout: Layout | None = None
    datastreams = [thing.datastreams.get(name) for name in names]
    known = [each for each in datastreams if each is not None and each.family is Family.MEASUREMENT]
    if 0 < len(known) == len(names) <= results_max and not thing.mapping and CONNECTION not in names:
        layout = Layout.of(known)
    # Names that nothing has would fill the memory.
    if None not in datastreams and len(thing.layouts) < LAYOUTS_MAX:
        thing.layouts[names] = layout
    return layout
