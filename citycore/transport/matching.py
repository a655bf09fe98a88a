"""Which trip a vehicle was on, and when it was at each of its stops, from its positions. Pure.

Every position has candidates: points of trips near it. The cheapest chain of candidates is what the vehicle did
(docs/decisions/0035-transport.md); a stop that lies between two of its links is passed between their times.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from citycore.transport.model import Account, Passage, Position, Section
from citycore.transport.schedule import Floats, lengths_along, metres
from citycore.transport.settings import MatchSettings

Numbers = NDArray[np.intp]
#: What a link of the chain costs, beside half the square of (metres off the line / usual metres off).
LEFT_OUT_COST = 4.0
BACKWARD_COST = 12.0
TOO_FAST_COST = 8.0
NEXT_TRIP_COST = 1.0
EARLIER_TRIP_COST = 20.0
#: Lateness of so many seconds costs one half.
LATENESS_SECONDS = 900.0
#: Who is so much further back than before has turned round.
TURN_METRES = 200.0
#: So many positions in a row can be left out.
LEFT_OUT_MAX = 4
#: Of each position so many places are considered.
CANDIDATES_MAX = 12
#: Positions that are compared with a line at a time.
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Places on lines at which positions may lie, position by position, the cheapest of each first.

    Candidate ``number``, of the position ``step[number]``, lies ``along[number]`` metres along the section ``section[number]``.
    Those of a position, which was sent at ``seconds[step]``, are the numbers from ``begin[step]`` to ``begin[step + 1]``.
    """

    seconds: Sequence[float]
    begin: Sequence[int]
    step: Sequence[int]
    section: Sequence[int]
    along: Sequence[float]
    cost: Sequence[float]

    def of(self, step: int) -> range:
        return range(self.begin[step], self.begin[step + 1])


class _Line:
    """A section that answers where positions may lie on it."""

    def __init__(self, section: Section, settings: MatchSettings) -> None:
        self._origin = section.line[0]
        flat = metres(section.line, self._origin)
        self._along = lengths_along(flat)
        self._begins, self._steps = flat[:-1], np.diff(flat, axis=0)
        self._lengths = np.diff(self._along)
        self._squares = np.maximum((self._steps**2).sum(axis=1), 1e-9)
        # Where the line turns round, another pass over the same ground begins.
        ahead = (self._steps[1:] * self._steps[:-1]).sum(axis=1)
        turns = ahead < -0.5 * np.sqrt(self._squares[1:] * self._squares[:-1])
        self._pass = np.concatenate([[0], np.cumsum(turns)])
        self._settings = settings
        # Twice each stop: it is reached, and it is left.
        self._marks = np.repeat(np.asarray(section.stops), 2)
        self._times = np.ravel(np.column_stack([section.arrivals, section.departures]))

    def near(self, points: Floats, seconds: Floats) -> tuple[Numbers, Floats, Floats]:
        """Numbers of points, metres along the line and what that costs: the nearest place of each pass."""
        at = metres(points, self._origin)[:, None, :]
        part = np.clip(((at - self._begins) * self._steps).sum(axis=2) / self._squares, 0.0, 1.0)
        apart = self._begins + part[..., None] * self._steps - at
        off = np.hypot(apart[..., 0], apart[..., 1])
        rows, pieces = np.nonzero(off <= self._settings.off_route_metres)
        if not len(rows):
            return rows, np.zeros(0), np.zeros(0)
        passes = self._pass[pieces]
        is_new = (np.diff(rows) > 0) | (np.diff(pieces) > 1) | (np.diff(passes) > 0)
        groups = np.concatenate([[0], np.cumsum(is_new)])
        order = np.lexsort((off[rows, pieces], groups))
        best = order[np.concatenate([[True], np.diff(groups[order]) > 0])]
        rows, pieces = rows[best], pieces[best]
        along = self._along[pieces] + part[rows, pieces] * self._lengths[pieces]
        late = self._lateness(along, seconds[rows]) / LATENESS_SECONDS
        cost = 0.5 * (off[rows, pieces] / self._settings.noise_metres) ** 2 + 0.5 * late**2
        return rows, along, cost

    def _lateness(self, along: Floats, seconds: Floats) -> Floats:
        """Against the schedule between stops; 0 while the vehicle may stand at a stop."""
        first = np.interp(along, self._marks, self._times)
        number = np.searchsorted(self._marks, along + self._settings.stop_metres, side="right") - 1
        last = np.where(number >= 0, np.maximum(first, self._times[number]), first)
        late: Floats = np.where(seconds < first, seconds - first, np.maximum(0.0, seconds - last))
        return late


def match(
    positions: Iterable[Position], sections: Sequence[Section], block: str, settings: MatchSettings
) -> tuple[list[Passage], Account]:
    """The passages of one vehicle at stops of these trips, and what became of its positions.

    ``block`` are the trips that it serves where it says of none. Positions come in any order; of two of one instant the
    first counts.
    """
    by_begin = sorted(sections, key=lambda section: (section.departures[0], section.trip))
    sent = _Sent.of(positions)
    due = _due(sent, by_begin, block, settings)
    candidates = _candidates(due.by_section, sent, by_begin, settings)
    chain = _Chain(candidates, settings).links()
    passages = [
        passage
        for number, links in _by_section(chain, candidates, by_begin).items()
        for passage in _passages(by_begin[number], links, settings)
    ]
    steps = len(candidates.seconds)
    account = Account(
        position_count=len(sent.seconds),
        matched_count=len(chain),
        no_trip_count=due.no_trip_count,
        unknown_trip_count=due.unknown_trip_count,
        off_route_count=len(sent.seconds) - due.no_trip_count - due.unknown_trip_count - steps,
        left_out_count=steps - len(chain),
    )
    return passages, account


@dataclass(frozen=True, slots=True)
class _Sent:
    """Positions in the order of their instants, one of each instant, as columns."""

    seconds: Floats
    #: Longitude and latitude.
    points: Floats
    #: Numbers of those that state no trip, and of those that state one, by trip; ascending.
    silent: Numbers
    by_trip: Mapping[str, Numbers]

    @classmethod
    def of(cls, positions: Iterable[Position]) -> _Sent:
        given = list(positions)
        seconds, first = np.unique(np.array([each.seconds for each in given]), return_index=True)
        points = np.array([(each.longitude, each.latitude) for each in given]).reshape(-1, 2)[first]
        silent: list[int] = []
        by_trip: dict[str, list[int]] = defaultdict(list)
        for number, index in enumerate(first.tolist()):
            trip = given[index].trip
            (silent if trip is None else by_trip[trip]).append(number)
        stated = {trip: np.array(numbers) for trip, numbers in by_trip.items()}
        return cls(seconds, points, np.array(silent, dtype=np.intp), stated)


@dataclass(frozen=True, slots=True)
class _Due:
    """Which positions may lie on which section: by its number their numbers, ascending; and how many may lie on none."""

    by_section: Mapping[int, Numbers]
    no_trip_count: int
    unknown_trip_count: int


def _due(sent: _Sent, sections: Sequence[Section], block: str, settings: MatchSettings) -> _Due:
    by_section: dict[int, Numbers] = {}
    seconds, is_due = sent.seconds[sent.silent], np.zeros(len(sent.silent), dtype=bool)
    by_trip: dict[str, list[int]] = defaultdict(list)
    for number, section in enumerate(sections):
        by_trip[section.trip].append(number)
        if section.block == block:
            begin = section.departures[0] - settings.block_early_seconds_max
            end = section.arrivals[-1] + settings.block_late_seconds_max
            some = slice(np.searchsorted(seconds, begin), np.searchsorted(seconds, end, side="right"))
            by_section[number], is_due[some] = sent.silent[some], True
    unknown_trip_count = 0
    for trip, numbers in sent.by_trip.items():
        known = by_trip.get(trip)
        if known is None:
            unknown_trip_count += len(numbers)
            continue
        # A trip of every day is meant on the day on which it is nearest.
        apart = np.array([_apart(sections[each], sent.seconds[numbers]) for each in known])
        nearest, is_meant = apart.argmin(axis=0), apart.min(axis=0) <= settings.stated_seconds_max
        unknown_trip_count += int(np.count_nonzero(~is_meant))
        for rank, number in enumerate(known):
            stated = numbers[is_meant & (nearest == rank)]
            by_section[number] = np.union1d(by_section.get(number, stated), stated)
    due = {number: numbers for number, numbers in sorted(by_section.items()) if len(numbers)}
    return _Due(due, int(np.count_nonzero(~is_due)), unknown_trip_count)


def _apart(section: Section, seconds: Floats) -> Floats:
    """How far instants lie outside a trip."""
    outside = np.maximum(section.departures[0] - seconds, seconds - section.arrivals[-1])
    apart: Floats = np.maximum(outside, 0.0)
    return apart


def _candidates(
    due: Mapping[int, Numbers], sent: _Sent, sections: Sequence[Section], settings: MatchSettings
) -> _Candidates:
    """Of the positions that lie near a line on which they may."""
    found: list[tuple[Numbers, Numbers, Floats, Floats]] = []
    for number, indices in due.items():
        line = _Line(sections[number], settings)
        for begin in range(0, len(indices), AT_ONCE):
            some = indices[begin : begin + AT_ONCE]
            rows, along, cost = line.near(sent.points[some], sent.seconds[some])
            found.append((some[rows], np.full(len(rows), number), along, cost))
    if not found:
        return _Candidates([], [0], [], [], [], [])
    index, section, along, cost = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((cost, index))
    _, first, count = np.unique(index[order], return_index=True, return_counts=True)
    order = order[np.arange(len(order)) - np.repeat(first, count) < CANDIDATES_MAX]
    known, first, step = np.unique(index[order], return_index=True, return_inverse=True)
    return _Candidates(
        seconds=sent.seconds[known].tolist(),
        begin=[*first.tolist(), len(order)],
        step=step.tolist(),
        section=section[order].tolist(),
        along=along[order].tolist(),
        cost=cost[order].tolist(),
    )


class _Chain:
    """The chain of candidates that costs least (Viterbi); positions that would make it dearer are left out."""

    def __init__(self, candidates: _Candidates, settings: MatchSettings) -> None:
        self._candidates = candidates
        self._tolerance = 3.0 * settings.noise_metres
        self._noise, self._speed_max = settings.noise_metres, settings.speed_max_metres_per_second
        # Of each candidate: what the cheapest chain up to it costs, and the candidate before it, -1 where it is the first.
        self._best: list[float] = []
        self._before: list[int] = []
        # Of each position what its cheapest chain costs.
        self._least: list[float] = []
        for step in range(len(candidates.seconds)):
            numbers = candidates.of(step)
            for number in numbers:
                cost, before = self._way_to(step, number)
                self._best.append(cost + candidates.cost[number])
                self._before.append(before)
            self._least.append(min(self._best[numbers.start :]))

    def links(self) -> list[int]:
        """Its candidates, in their order."""
        steps = len(self._candidates.seconds)
        ends = [
            (self._best[number] + (steps - 1 - step) * LEFT_OUT_COST, number)
            for step in range(max(0, steps - 1 - LEFT_OUT_MAX), steps)
            for number in self._candidates.of(step)
        ]
        chain: list[int] = []
        at = min(ends)[1] if ends else -1
        while at >= 0:
            chain.append(at)
            at = self._before[at]
        chain.reverse()
        return chain

    def _way_to(self, step: int, number: int) -> tuple[float, int]:
        """What it costs at least to come to a candidate of a position, and from which; -1 where the chain begins with it."""
        cheapest, before = float("inf"), -1
        best, least, begin = self._best, self._least, self._candidates.begin
        # The position just before mostly leads to it, and what is further back would have to be cheaper.
        for then in range(step - 1, max(-1, step - 2 - LEFT_OUT_MAX), -1):
            left_out = (step - 1 - then) * LEFT_OUT_COST
            if least[then] + left_out > cheapest:
                continue
            # Of ways that cost the same the one from further back counts, and of one position the first.
            bound, found = cheapest, -1
            for other in range(begin[then], begin[then + 1]):
                cost = best[other] + left_out
                if cost < bound or (cost == bound and found < 0):
                    cost += self._step_cost(other, number)
                    if cost < bound or (cost == bound and found < 0):
                        bound, found = cost, other
            if found >= 0:
                cheapest, before = bound, found
        if step <= LEFT_OUT_MAX and step * LEFT_OUT_COST <= cheapest:
            return step * LEFT_OUT_COST, -1
        return cheapest, before

    def _step_cost(self, before: int, after: int) -> float:
        known = self._candidates
        section, along = known.section, known.along
        if section[before] != section[after]:
            return NEXT_TRIP_COST if section[after] > section[before] else EARLIER_TRIP_COST
        ahead = along[after] - along[before]
        if ahead < -self._tolerance:
            return BACKWARD_COST
        seconds = known.seconds[known.step[after]] - known.seconds[known.step[before]]
        if ahead > self._speed_max * seconds + self._tolerance:
            return TOO_FAST_COST
        # Standing still is as good as going on; noise that seems to lead back is not.
        return 0.5 * (ahead / self._noise) ** 2 if ahead < 0.0 else 0.0


def _by_section(
    chain: Sequence[int], candidates: _Candidates, sections: Sequence[Section]
) -> dict[int, list[tuple[float, float]]]:
    """Of each section the instants and metres along it, with the positions just before and after that lie at its ends.

    A bus that stands at the end of one trip stands at the beginning of the next, and is a link of one of them only.
    """
    runs: list[tuple[int, int, int]] = []
    for index, link in enumerate(chain):
        section = candidates.section[link]
        if runs and runs[-1][0] == section:
            runs[-1] = (*runs[-1][:2], index + 1)
        else:
            runs.append((section, index, index + 1))
    at = [candidates.seconds[candidates.step[link]] for link in chain]
    found: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for section, begin, end in runs:
        links = [(at[index], candidates.along[chain[index]]) for index in range(begin, end)]
        first, last = sections[section].stops[0], sections[section].stops[-1]
        before = (_on(candidates, chain[index], section, first) for index in range(begin - 1, -1, -1))
        after = (_on(candidates, chain[index], section, last) for index in range(end, len(chain)))
        found[section] += [*reversed(list(_until_away(before))), *links, *_until_away(after)]
    return {section: sorted(links) for section, links in found.items()}


def _on(candidates: _Candidates, link: int, section: int, stop: float) -> tuple[float, float] | None:
    """Where the position of a link lies on another section, if that is near its first or last stop."""
    step = candidates.step[link]
    near = [
        candidates.along[number]
        for number in candidates.of(step)
        if candidates.section[number] == section and abs(candidates.along[number] - stop) < 100.0
    ]
    return (candidates.seconds[step], min(near, key=lambda along: abs(along - stop))) if near else None


def _until_away(links: Iterable[tuple[float, float] | None]) -> Iterator[tuple[float, float]]:
    for link in links:
        if link is None:
            return
        yield link


def _passages(
    section: Section, links: Sequence[tuple[float, float]], settings: MatchSettings
) -> Iterator[Passage]:
    """Of each stop that the way leads over without a gap.

    A vehicle that seems to go back stands: what counts is how far it had come at most, and how far it comes at least.
    """
    seconds, along = _forward(links)
    reached, left = np.maximum.accumulate(along), np.minimum.accumulate(along[::-1])[::-1]
    last = len(section.stops) - 1
    for sequence, stop in enumerate(section.stops):
        arrival = _crossing(seconds, reached, stop - settings.stop_metres, settings) if sequence else None
        departure = None
        if sequence < last:
            departure = _crossing(seconds, left, stop + settings.stop_metres, settings)
        if arrival is not None and departure is not None and departure < arrival:
            arrival = departure = (arrival + departure) / 2.0
        if arrival is not None or departure is not None:
            yield Passage(section.service_date, section.trip, sequence, arrival, departure)


def _forward(links: Sequence[tuple[float, float]]) -> tuple[Floats, Floats]:
    """Of a way that may turn round, as when a vehicle goes on stating a trip on its way back, the longest part that leads ahead."""
    runs: list[list[tuple[float, float]]] = [[]]
    furthest = links[0][1]
    for link in links:
        if link[1] < furthest - TURN_METRES:
            runs.append([])
            furthest = link[1]
        runs[-1].append(link)
        furthest = max(furthest, link[1])
    run = np.array(max(runs, key=lambda some: max(along for _, along in some) - some[0][1]))
    end = len(run) - int(np.argmax(run[::-1, 1]))
    begin = end - 1 - int(np.argmin(run[:end][::-1, 1]))
    return run[begin:end, 0], run[begin:end, 1]


def _crossing(seconds: Floats, along: Floats, mark: float, settings: MatchSettings) -> float | None:
    """When the way, which never leads back, comes to so many metres; None if that lies in a gap or outside of it."""
    number = int(np.searchsorted(along, mark, side="right"))
    if not 0 < number < len(along) or seconds[number] - seconds[number - 1] > settings.gap_seconds_max:
        return None
    ahead = along[number] - along[number - 1]
    share = (mark - along[number - 1]) / ahead if ahead > 0 else 0.0
    return float(seconds[number - 1] + share * (seconds[number] - seconds[number - 1]))
