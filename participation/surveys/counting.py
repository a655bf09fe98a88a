"""From answers to what may be said of them. Pure, and never called before a survey is closed.

Each channel is counted by itself, and so are answers of a kiosk that was filled in unusually often. A share is of those who were
asked the question: "does not apply" and no answer are rows of their own. What a condition would give away is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from casework.forms.model import Answers, CountedAs, FieldKind, FormField
from casework.forms.questionnaires import Form, codes_of
from casework.statistics import differences as testing
from casework.statistics.means import mean_of, net_promoter_score
from casework.statistics.model import Estimate
from casework.statistics.proportions import top_two
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
from casework.statistics.themes import Confusion, confusion
from casework.themes.model import Reading
from casework.themes.rules import assign
from participation.surveys.model import Channel, Given
from participation.surveys.settings import SurveySettings

#: Rows of a table besides the choices; no choice can be called like this.
NOT_APPLICABLE, BLANK, NO_THEME = "_not_applicable", "_blank", "_no_theme"
#: The channel of answers of kiosks that somebody filled in.
APART: Final = "kiosk_apart"
METHOD: Final = ("wilson", "by_channel", "cells_hidden_and_audited", "newcombe_bonferroni")


@dataclass(frozen=True, slots=True)
class Result:
    """``channels`` are those of which something is told. ``apart`` and ``marked`` are how many answers were counted apart, and how many were fast or all alike."""

    figures: tuple[Figure, ...]
    tables: tuple[PrintedTable, ...]
    themes: Confusion | None
    channels: tuple[Channel, ...]
    apart: int
    marked: int


@dataclass(slots=True)
class _Lane:
    """Answers by one channel, and which choices of which question are not printed of them."""

    code: str
    given: list[Given]
    hidden: set[tuple[str, str]] = field(default_factory=set)
    counts: dict[tuple[str, str], testing.Channel] = field(default_factory=dict)


def count(
    form: Form,
    given: Sequence[Given],
    read: Reading,
    limits: tuple[StatisticsSettings, SurveySettings],
) -> Result:
    """All that may be said, however many answered; whether so few are enough is not decided here."""
    statistics, settings = limits
    # Of a channel by which a few came nothing is told but that it is part of how many answered.
    lanes = [lane for lane in _lanes(given) if len(lane.given) >= statistics.base_min]
    figures: list[Figure] = []
    tables: list[PrintedTable] = []
    checked: list[tuple[str | None, str | None]] = []
    for asked in sorted(form, key=lambda one: one.page):
        if asked.treatment.counted_as is None:
            continue
        for lane in lanes:
            if not _is_given_away(asked, lane, statistics):
                found, printed = _count(asked, lane, read, statistics, checked)
                figures += [
                    replace(one, channel=lane.code) for one in found if one.base >= statistics.cell_min
                ]
                tables += [replace(one, code=f"{one.code}@{lane.code}") for one in printed]
        figures += _differences(asked, lanes)
    return Result(
        tuple(figures),
        tuple(tables),
        confusion(*zip(*checked, strict=True)) if checked else None,
        tuple(Channel(lane.code) for lane in lanes if lane.code != APART),
        sum(one.is_apart for one in given),
        sum(one.is_hasty or is_straight(form, one.answers, settings) for one in given),
    )


def is_straight(form: Form, answers: Answers, settings: SurveySettings) -> bool:
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


def _lanes(given: Sequence[Given]) -> list[_Lane]:
    by_code: dict[str, list[Given]] = {}
    for one in given:
        by_code.setdefault(APART if one.is_apart else one.channel.value, []).append(one)
    order = [*(channel.value for channel in Channel), APART]
    return [_Lane(code, by_code[code]) for code in order if code in by_code]


def _is_given_away(asked: FormField, lane: _Lane, settings: StatisticsSettings) -> bool:
    """Whether the number of those who were asked would tell how many gave an answer that is not printed, or is itself
    one of a few.
    """
    condition = asked.asked_if
    if condition is None:
        return False
    base = sum(asked.code not in one.answers.not_asked for one in lane.given)
    hidden = any((condition.code, value) in lane.hidden for value in condition.values)
    # What depends on it in turn is left out as well.
    if hidden or base < settings.base_min:
        lane.hidden |= {(asked.code, code) for code in _rows_of(asked)}
        return True
    return False


def _count(
    asked: FormField,
    lane: _Lane,
    read: Reading,
    settings: StatisticsSettings,
    checked: list[tuple[str | None, str | None]],
) -> tuple[Sequence[Figure], Sequence[PrintedTable]]:
    put = [one for one in lane.given if asked.code not in one.answers.not_asked]
    counted_as = asked.treatment.counted_as
    if counted_as is CountedAs.SHARE and asked.kind is FieldKind.SOME_OF:
        return _several(asked, put, lane, settings), ()
    if counted_as is CountedAs.SHARE:
        return _shares(asked.code, _rows_of(asked), [_row_of(asked, one) for one in put], lane, settings)
    if counted_as is CountedAs.THEMES:
        rows = [*(theme.code for theme in read.themes.get(asked.code, ())), NO_THEME]
        notes = {
            one.answer_id: str(one.answers.values[asked.code])
            for one in put
            if asked.code in one.answers.values
        }
        found = assign(notes, read.by_hand(asked.code), settings)
        checked += found.checked
        coded = [theme or NO_THEME for theme in found.themes.values()]
        return _shares(asked.code, rows, coded, lane, settings) if len(rows) > 1 else ((), ())
    values = [float(str(one.answers.values[asked.code])) for one in put if asked.code in one.answers.values]
    if counted_as is CountedAs.NPS:
        return [figure(asked.code, FigureKind.NET_PROMOTERS, net_promoter_score(values), settings)], ()
    if counted_as is CountedAs.MEAN:
        return [figure(asked.code, FigureKind.MEAN, mean_of(values), settings)], ()
    assert asked.bounds is not None
    return [_top(asked.code, values, asked.bounds.most, lane, settings)], ()


def _top(code: str, values: Sequence[float], most: int, lane: _Lane, settings: StatisticsSettings) -> Figure:
    """Satisfied or not is a table of two cells, which can be too small as well."""
    satisfied = sum(value >= most - 1 for value in values)
    is_small = small(np.array([satisfied, len(values) - satisfied]), settings.cell_min).any()
    estimate: Estimate | None = top_two(values, most)
    found = figure(code, FigureKind.SATISFACTION, estimate, settings)
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


def _row_of(asked: FormField, given: Given) -> str:
    if asked.code in given.answers.not_applicable:
        return NOT_APPLICABLE
    return next(iter(codes_of(given.answers.values.get(asked.code))), BLANK)


def _shares(
    code: str, rows: Sequence[str], found: Sequence[str], lane: _Lane, settings: StatisticsSettings
) -> tuple[Sequence[Figure], Sequence[PrintedTable]]:
    """One answer each: a table, what must be hidden of it, and the share of each row that is printed."""
    number, base = Counter(found), len(found)
    table = protect(np.array([number[row] for row in rows], np.int64), settings)
    if table is not None and audit(table, settings):
        table = None
    printed = [None] * len(rows) if table is None else table.printed()[:-1]
    for row, cell in zip(rows, printed, strict=True):
        if cell is None:
            lane.hidden.add((code, row))
        elif base >= settings.base_min:
            lane.counts[code, row] = testing.Channel(lane.code, cell, base)
    figures = share_figures(code, rows, table, base, settings)
    return figures, [printed_table(code, rows, (), table)]


def _several(
    asked: FormField, put: Sequence[Given], lane: _Lane, settings: StatisticsSettings
) -> Sequence[Figure]:
    """Options are counted, not combinations of them."""
    chosen = Counter(
        code for one in put for code in codes_of(one.answers.values.get(asked.code)) or (_row_of(asked, one),)
    )
    figures = option_figures(asked.code, {row: chosen[row] for row in _rows_of(asked)}, len(put), settings)
    for one in figures:
        assert one.option is not None
        if one.value is None:
            lane.hidden.add((asked.code, one.option))
        else:
            lane.counts[asked.code, one.option] = testing.Channel(lane.code, chosen[one.option], len(put))
    return figures


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
