"""Which trip a vehicle was on, and when it was at each of its stops, from its positions. Pure.

Every position has candidates: points of trips near it. The cheapest chain of candidates is what the vehicle did
(docs/decisions/0035-transport.md); a stop that lies between two of its links is passed between their times.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from citycore.transport.model import Account, Passage, Point, Position, Section
from citycore.transport.schedule import Floats, lengths_along, metres
from citycore.transport.settings import MatchSettings

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
class _Candidate:
    """``along`` metres of the section number ``section``."""

    section: int
    along: float
    cost: float


@dataclass(frozen=True, slots=True)
class _Link:
    """A position of the chain: at ``seconds``, with all its candidates on the line, of which one was chosen."""

    seconds: float
    chosen: _Candidate
    candidates: Sequence[_Candidate]


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

    def near(self, points: Sequence[Point], seconds: Floats) -> Iterator[tuple[int, float, float]]:
        """Number of the point, metres along the line and what that costs: the nearest place of each pass."""
        at = metres(points, self._origin)[:, None, :]
        part = np.clip(((at - self._begins) * self._steps).sum(axis=2) / self._squares, 0.0, 1.0)
        apart = self._begins + part[..., None] * self._steps - at
        off = np.hypot(apart[..., 0], apart[..., 1])
        rows, pieces = np.nonzero(off <= self._settings.off_route_metres)
        if not len(rows):
            return
        passes = self._pass[pieces]
        is_new = (np.diff(rows) > 0) | (np.diff(pieces) > 1) | (np.diff(passes) > 0)
        groups = np.concatenate([[0], np.cumsum(is_new)])
        order = np.lexsort((off[rows, pieces], groups))
        best = order[np.concatenate([[True], np.diff(groups[order]) > 0])]
        rows, pieces = rows[best], pieces[best]
        along = self._along[pieces] + part[rows, pieces] * self._lengths[pieces]
        late = self._lateness(along, seconds[rows]) / LATENESS_SECONDS
        cost = 0.5 * (off[rows, pieces] / self._settings.noise_metres) ** 2 + 0.5 * late**2
        yield from zip(rows.tolist(), along.tolist(), cost.tolist(), strict=True)

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
    ordered = sorted({each.seconds: each for each in reversed(list(positions))}.items())
    by_begin = sorted(sections, key=lambda section: (section.departures[0], section.trip))
    lines = [_Line(section, settings) for section in by_begin]
    by_trip: dict[str, list[int]] = defaultdict(list)
    by_block: list[int] = []
    for number, section in enumerate(by_begin):
        by_trip[section.trip].append(number)
        if section.block == block:
            by_block.append(number)
    fates: Counter[str] = Counter()
    due: dict[int, list[int]] = defaultdict(list)
    for index, (seconds, position) in enumerate(ordered):
        if position.trip is None:
            allowed = [each for each in by_block if _is_due(by_begin[each], seconds, settings)]
        else:
            known = by_trip.get(position.trip, ())
            apart, nearest = min(
                ((_apart(by_begin[each], seconds), each) for each in known), default=(0.0, -1)
            )
            allowed = [nearest] if known and apart <= settings.stated_seconds_max else []
        for number in allowed:
            due[number].append(index)
        if not allowed:
            fates["no_trip" if position.trip is None else "unknown_trip"] += 1
    found = _candidates(due, ordered, lines)
    steps = [(ordered[index][0], candidates) for index, candidates in sorted(found.items())]
    chain = _cheapest(steps, settings)
    passages = [
        passage
        for number, links in _by_section(chain, by_begin).items()
        for passage in _passages(by_begin[number], links, settings)
    ]
    account = Account(
        position_count=len(ordered),
        matched_count=len(chain),
        no_trip_count=fates["no_trip"],
        unknown_trip_count=fates["unknown_trip"],
        off_route_count=len(ordered) - fates.total() - len(steps),
        left_out_count=len(steps) - len(chain),
    )
    return passages, account


def _is_due(section: Section, seconds: float, settings: MatchSettings) -> bool:
    begin = section.departures[0] - settings.block_early_seconds_max
    return begin <= seconds <= section.arrivals[-1] + settings.block_late_seconds_max


def _apart(section: Section, seconds: float) -> float:
    """How far an instant lies outside a trip: a trip of every day is meant on the day on which it is nearest."""
    return max(section.departures[0] - seconds, seconds - section.arrivals[-1], 0.0)


def _candidates(
    due: Mapping[int, Sequence[int]], ordered: Sequence[tuple[float, Position]], lines: Sequence[_Line]
) -> dict[int, list[_Candidate]]:
    """By the number of the position, of those that lie near a line on which they may."""
    found: dict[int, list[_Candidate]] = defaultdict(list)
    for number, indices in sorted(due.items()):
        for begin in range(0, len(indices), AT_ONCE):
            some = indices[begin : begin + AT_ONCE]
            points = [(ordered[index][1].longitude, ordered[index][1].latitude) for index in some]
            seconds = np.array([ordered[index][0] for index in some])
            for row, along, cost in lines[number].near(points, seconds):
                found[some[row]].append(_Candidate(number, along, cost))
    return {index: sorted(some, key=lambda each: each.cost)[:CANDIDATES_MAX] for index, some in found.items()}


def _cheapest(steps: Sequence[tuple[float, list[_Candidate]]], settings: MatchSettings) -> list[_Link]:
    """The chain of candidates that costs least (Viterbi); positions that would make it dearer are left out."""
    # Of each position and candidate: what the cheapest chain up to it costs, and the link before it.
    best: list[list[tuple[float, tuple[int, int] | None]]] = []
    for index, (seconds, candidates) in enumerate(steps):
        row: list[tuple[float, tuple[int, int] | None]] = []
        for candidate in candidates:
            cheapest: tuple[float, tuple[int, int] | None] = (index * LEFT_OUT_COST, None)
            if index > LEFT_OUT_MAX:
                cheapest = (float("inf"), None)
            for before in range(max(0, index - 1 - LEFT_OUT_MAX), index):
                left_out = (index - 1 - before) * LEFT_OUT_COST
                then, others = steps[before]
                for number, other in enumerate(others):
                    cost = best[before][number][0] + left_out
                    if cost < cheapest[0]:
                        cost += _step_cost(other, candidate, seconds - then, settings)
                        if cost < cheapest[0]:
                            cheapest = (cost, (before, number))
            row.append((cheapest[0] + candidate.cost, cheapest[1]))
        best.append(row)
    ends = [
        (cost + (len(steps) - 1 - index) * LEFT_OUT_COST, (index, number))
        for index in range(max(0, len(steps) - 1 - LEFT_OUT_MAX), len(steps))
        for number, (cost, _) in enumerate(best[index])
    ]
    chain: list[_Link] = []
    at: tuple[int, int] | None = min(ends)[1] if ends else None
    while at is not None:
        index, number = at
        seconds, candidates = steps[index]
        chain.append(_Link(seconds, candidates[number], candidates))
        at = best[index][number][1]
    chain.reverse()
    return chain


def _step_cost(before: _Candidate, after: _Candidate, seconds: float, settings: MatchSettings) -> float:
    if before.section != after.section:
        return NEXT_TRIP_COST if after.section > before.section else EARLIER_TRIP_COST
    ahead, tolerance = after.along - before.along, 3.0 * settings.noise_metres
    if ahead < -tolerance:
        return BACKWARD_COST
    if ahead > settings.speed_max_metres_per_second * seconds + tolerance:
        return TOO_FAST_COST
    # Standing still is as good as going on; noise that seems to lead back is not.
    return 0.5 * (min(ahead, 0.0) / settings.noise_metres) ** 2


def _by_section(chain: Sequence[_Link], sections: Sequence[Section]) -> dict[int, list[tuple[float, float]]]:
    """Of each section the instants and metres along it, with the positions just before and after that lie at its ends.

    A bus that stands at the end of one trip stands at the beginning of the next, and is a link of one of them only.
    """
    runs: list[tuple[int, int, int]] = []
    for index, link in enumerate(chain):
        if runs and runs[-1][0] == link.chosen.section:
            runs[-1] = (*runs[-1][:2], index + 1)
        else:
            runs.append((link.chosen.section, index, index + 1))
    found: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for section, begin, end in runs:
        links = [(link.seconds, link.chosen.along) for link in chain[begin:end]]
        before = (_on(link, section, sections[section].stops[0]) for link in reversed(chain[:begin]))
        after = (_on(link, section, sections[section].stops[-1]) for link in chain[end:])
        found[section] += [*reversed(list(_until_away(before))), *links, *_until_away(after)]
    return {section: sorted(links) for section, links in found.items()}


def _on(link: _Link, section: int, stop: float) -> tuple[float, float] | None:
    """Where it lies on another section, if that is near its first or last stop."""
    near = [
        each.along for each in link.candidates if each.section == section and abs(each.along - stop) < 100.0
    ]
    return (link.seconds, min(near, key=lambda along: abs(along - stop))) if near else None


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
