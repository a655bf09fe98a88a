"""From answers to what may be said of them. Pure, and never called before nobody answers any more.

Each channel is counted by itself, and so are answers of a kiosk that was filled in unusually often. A share is of those who were
asked the question: "does not apply" and no answer are rows of their own. What a condition would give away is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from casework.counting.model import APART, BLANK, NO_THEME, NOT_APPLICABLE, Given, Result, Targets, Weights
from casework.counting.weighting import rounded, weigh
from casework.forms.carrying import answers_of
from casework.forms.model import Answers, CountedAs, FieldKind, FormField
from casework.forms.questionnaires import Form, codes_of
from casework.statistics import differences as testing
from casework.statistics.means import mean_of, net_promoter_score, weighted_mean
from casework.statistics.model import Estimate, FloatArray
from casework.statistics.proportions import top_two, weighted_share
from casework.statistics.releases.model import Figure, FigureKind, PrintedTable
from casework.statistics.releases.rules import (
    decimal,
    figure,
    option_figures,
    printed_table,
    share_figures,
)
from casework.statistics.settings import StatisticsSettings
from casework.statistics.suppression import audit, protect
from casework.statistics.tables import small
from casework.statistics.themes import confusion
from casework.themes.model import Reading
from casework.themes.rules import assign
from casework.unlinked_answers.model import Answer

#: Beside the answers: they were given too fast to be read. No question can have this code.
HASTY: Final = "_hasty"
METHOD: Final = ("wilson", "by_channel", "cells_hidden_and_audited", "newcombe_bonferroni")


@dataclass(slots=True)
class _Lane:
    """Answers by one channel, and which choices of which question are not printed of them."""

    code: str
    given: list[Given]
    settings: StatisticsSettings
    hidden: set[tuple[str, str]] = field(default_factory=set)
    counts: dict[tuple[str, str], testing.Channel] = field(default_factory=dict)
    weights: Weights | None = None

    def weighed(self, given: Sequence[Given]) -> tuple[list[Given], FloatArray]:
        """Those of them that have a weight, and their weights."""
        if self.weights is None:
            return [], np.zeros(0)
        known = self.weights.of
        own = [one for one in given if one.answer_id in known]
        return own, np.array([known[one.answer_id] for one in own])


@dataclass(frozen=True, slots=True)
class Counting:
    """How answers are counted: by which channels, in which order; with what people made of notes; by which shares they are weighted."""

    channels: Sequence[str]
    reading: Reading = field(default_factory=Reading)
    targets: Targets | None = None


def count(form: Form, given: Sequence[Given], how: Counting, settings: StatisticsSettings) -> Result:
    """All that may be said, however many answered; whether so few are enough is not decided here."""
    # Of a channel by which a few came nothing is told but that it is part of how many answered.
    lanes = [lane for lane in _lanes(given, how.channels, settings) if len(lane.given) >= settings.base_min]
    if how.targets is not None:
        for lane in lanes:
            lane.weights = weigh(lane.code, lane.given, how.targets, settings)
    figures: list[Figure] = []
    tables: list[PrintedTable] = []
    checked: list[tuple[str | None, str | None]] = []
    for asked in sorted(form, key=lambda one: one.page):
        if asked.treatment.counted_as is None:
            continue
        for lane in lanes:
            if not _is_given_away(asked, lane):
                found, printed = _count(asked, lane, how.reading, checked)
                figures += [replace(one, channel=lane.code) for one in found if one.base >= settings.cell_min]
                tables += [replace(one, code=f"{one.code}@{lane.code}") for one in printed]
        figures += _differences(asked, lanes)
    return Result(
        tuple(figures),
        tuple(tables),
        confusion(*zip(*checked, strict=True)) if checked else None,
        tuple(lane.code for lane in lanes if lane.code != APART),
        tuple(lane.weights.told for lane in lanes if lane.weights is not None),
        sum(one.is_apart for one in given),
        sum(one.is_hasty or is_straight(form, one.answers, settings) for one in given),
    )


def is_hasty(seconds: int, pages: int, settings: StatisticsSettings) -> bool:
    """Nobody reads so fast."""
    return seconds < settings.page_seconds_min * pages


def marked(answers: Answers, *, is_hasty: bool) -> Answers:
    """With the one bit that is kept of how long it took."""
    if not is_hasty:
        return answers
    return Answers({**answers.values, HASTY: True}, answers.not_applicable, answers.not_asked)


def given_of(one: Answer) -> Given:
    """An answer out of a box, without that bit."""
    values = dict(one.document["values"])
    is_hasty = bool(values.pop(HASTY, False))
    return Given(
        one.answer_id, one.channel, answers_of({**one.document, "values": values}), is_hasty, one.is_apart
    )


def is_straight(form: Form, answers: Answers, settings: StatisticsSettings) -> bool:
    """Whether all of several scales were answered with the same point."""
    points = [
        answers.values[one.code] for one in form if one.kind is FieldKind.SCALE and one.code in answers.values
    ]
    return len(points) >= settings.straight_questions_min and len(set(map(str, points))) == 1


def anonymised(
    form: Form, all_answers: Iterable[Answers], alike_min: int
) -> list[tuple[Answers, int]] | None:
    """Answers to the public questions as everybody may read them, with how many are the same; None where fewer than
    ``alike_min`` are the same as any: then none is told. What was written, dates and points are never among them.
    """
    kinds = {FieldKind.ONE_OF, FieldKind.SOME_OF, FieldKind.SCALE, FieldKind.CONSENT}
    public = {one.code for one in form if one.treatment.is_public and one.kind in kinds}
    if not public:
        return None
    found = Counter(
        (
            tuple((code, value) for code, value in sorted(answers.values.items()) if code in public),
            frozenset(answers.not_applicable & public),
            frozenset(answers.not_asked & public),
        )
        for answers in all_answers
    )
    if not found or min(found.values()) < alike_min:
        return None
    alike = [(Answers(dict(values), na, unasked), number) for (values, na, unasked), number in found.items()]
    return sorted(alike, key=lambda one: (-one[1], str(one[0].values)))


def _lanes(given: Sequence[Given], channels: Sequence[str], settings: StatisticsSettings) -> list[_Lane]:
    by_code: dict[str, list[Given]] = {}
    for one in given:
        by_code.setdefault(APART if one.is_apart else one.channel, []).append(one)
    return [_Lane(code, by_code[code], settings) for code in (*channels, APART) if code in by_code]


def _is_given_away(asked: FormField, lane: _Lane) -> bool:
    """Whether the number of those who were asked would tell how many gave an answer that is not printed, or is itself
    one of a few.
    """
    condition = asked.asked_if
    if condition is None:
        return False
    base = sum(asked.code not in one.answers.not_asked for one in lane.given)
    hidden = any((condition.code, value) in lane.hidden for value in condition.values)
    # What depends on it in turn is left out as well.
    if hidden or base < lane.settings.base_min:
        lane.hidden |= {(asked.code, code) for code in _rows_of(asked)}
        return True
    return False


def _count(
    asked: FormField,
    lane: _Lane,
    reading: Reading,
    checked: list[tuple[str | None, str | None]],
) -> tuple[Sequence[Figure], Sequence[PrintedTable]]:
    put = [one for one in lane.given if asked.code not in one.answers.not_asked]
    counted_as = asked.treatment.counted_as
    if counted_as is CountedAs.SHARE:
        return _shares(asked, _rows_of(asked), [(one, _rows_of_answer(asked, one)) for one in put], lane)
    if counted_as is CountedAs.THEMES:
        wrote = [one for one in put if asked.code in one.answers.values]
        notes = {one.answer_id: str(one.answers.values[asked.code]) for one in wrote}
        named = [theme.code for theme in reading.themes.get(asked.code, ())]
        found = assign(notes, reading.by_hand(asked.code), lane.settings)
        checked += found.checked
        rows = [(one, frozenset({found.themes[one.answer_id] or NO_THEME})) for one in wrote]
        return _shares(asked, [*named, NO_THEME], rows, lane) if named else ((), ())
    return list(_points(asked, [one for one in put if asked.code in one.answers.values], lane)), ()


def _points(asked: FormField, answered: Sequence[Given], lane: _Lane) -> Iterator[Figure]:
    """One figure of a scale or of numbers, and a weighted one beside it."""
    (own, weights), settings = lane.weighed(answered), lane.settings
    values, weighed = _values(asked, answered), _values(asked, own)
    other: Estimate | None
    if asked.treatment.counted_as is CountedAs.NPS:
        found = figure(asked.code, FigureKind.NET_PROMOTERS, net_promoter_score(values), settings)
        other = net_promoter_score(weighed, weights)
    elif asked.treatment.counted_as is CountedAs.MEAN:
        found = figure(asked.code, FigureKind.MEAN, mean_of(values), settings)
        other = weighted_mean(weighed, weights)
    else:
        assert asked.bounds is not None
        most = asked.bounds.most
        found = _top(asked.code, values, most, lane)
        other = weighted_share(np.array(weighed) >= most - 1, weights)
    yield found
    yield from _beside(found, other, lane)


def _values(asked: FormField, answered: Sequence[Given]) -> list[float]:
    return [float(str(one.answers.values[asked.code])) for one in answered]


def _beside(plain: Figure, weighed: Estimate | None, lane: _Lane) -> Iterator[Figure]:
    """The weighted figure, where the other one is printed and weights leave enough of the answers."""
    if plain.value is None or weighed is None or weighed.effective_base < lane.settings.base_min:
        return
    found = figure(plain.code, plain.kind, weighed, lane.settings)
    yield rounded(replace(found, option=plain.option))


def _top(code: str, values: Sequence[float], most: int, lane: _Lane) -> Figure:
    """Satisfied or not is a table of two cells, which can be too small as well."""
    satisfied, settings = sum(value >= most - 1 for value in values), lane.settings
    is_small = small(np.array([satisfied, len(values) - satisfied]), settings.cell_min).any()
    found = figure(code, FigureKind.SATISFACTION, top_two(values, most), settings)
    if found.value is None or is_small:
        return replace(found, value=None, low=None, high=None)
    lane.counts[code, ""] = testing.Channel(lane.code, satisfied, len(values))
    return found


def _rows_of(asked: FormField) -> list[str]:
    """All that can be found of an answer, by code."""
    if asked.kind is FieldKind.SCALE and asked.bounds is not None:
        codes = [str(point) for point in range(asked.bounds.least, asked.bounds.most + 1)]
    else:
        codes = [choice.code for choice in asked.choices]
    return [*codes, *([NOT_APPLICABLE] if asked.has_na else []), *([] if asked.is_required else [BLANK])]


def _rows_of_answer(asked: FormField, given: Given) -> frozenset[str]:
    """In which rows an answer stands: of a question with several answers in several."""
    if asked.code in given.answers.not_applicable:
        return frozenset({NOT_APPLICABLE})
    return codes_of(given.answers.values.get(asked.code)) or frozenset({BLANK})


def _shares(
    asked: FormField, rows: Sequence[str], found: Sequence[tuple[Given, frozenset[str]]], lane: _Lane
) -> tuple[Sequence[Figure], Sequence[PrintedTable]]:
    """``found`` are answers with the rows in which each stands. Of one answer each: a table, what must be hidden of it, and the
    share of each row that is printed. Of several answers options are counted, not combinations of them.
    """
    settings, base = lane.settings, len(found)
    number = Counter(row for _, own in found for row in own)
    if asked.kind is FieldKind.SOME_OF:
        tables: list[PrintedTable] = []
        figures = option_figures(asked.code, {row: number[row] for row in rows}, base, settings)
        printed = [None if one.value is None else number[row] for row, one in zip(rows, figures, strict=True)]
    else:
        table = protect(np.array([number[row] for row in rows], np.int64), settings)
        if table is not None and audit(table, settings):
            table = None
        figures = share_figures(asked.code, rows, table, base, settings)
        tables = [printed_table(asked.code, rows, (), table)]
        printed = [None] * len(rows) if table is None else table.printed()[:-1]
    for row, cell in zip(rows, printed, strict=True):
        if cell is None:
            lane.hidden.add((asked.code, row))
        elif base >= settings.base_min:
            lane.counts[asked.code, row] = testing.Channel(lane.code, cell, base)
    return [*figures, *_weighted_shares(figures, found, lane)], tables


def _weighted_shares(
    figures: Iterable[Figure], found: Iterable[tuple[Given, frozenset[str]]], lane: _Lane
) -> Iterator[Figure]:
    if lane.weights is None:
        return
    known, place_of = lane.weights.of, dict[frozenset[str], int]()
    own = [(place_of.setdefault(rows, len(place_of)), known.get(one.answer_id)) for one, rows in found]
    places = np.array([place for place, weight in own if weight is not None], np.int64)
    weights = np.array([weight for _, weight in own if weight is not None])
    for one in figures:
        is_chosen = np.array([one.option in rows for rows in place_of], np.bool_)
        yield from _beside(one, weighted_share(is_chosen[places], weights), lane)


def _differences(asked: FormField, lanes: Sequence[_Lane]) -> Iterator[Figure]:
    """Between each two channels, of each share that both print."""
    usual = [lane for lane in lanes if lane.code != APART]
    for option in ["", *_rows_of(asked)]:
        channels = [lane.counts[asked.code, option] for lane in usual if (asked.code, option) in lane.counts]
        bases = {one.code: one.base for one in channels}
        for one in testing.differences(channels):
            yield Figure(
                code=asked.code,
                kind=FigureKind.DIFFERENCE,
                base=bases[one.first] + bases[one.second],
                value=decimal(one.value),
                low=decimal(one.interval.low),
                high=decimal(one.interval.high),
                option=option or None,
                channel=f"{one.first}-{one.second}",
            )
