"""What may be printed, and the document that is released. Pure.

Numbers with decimals stand in the document as text: the spelling of floats is the hard part of canonical JSON, and
whoever checks a digest should not have to solve it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

import numpy as np

from casework.audit.canonical import canonical
from casework.audit.rules import instant_code
from casework.statistics.errors import (
    BaseTooSmall,
    SmallCountPrinted,
    StatisticsRefusal,
    TooFewForFigures,
    TooMuchAtOnce,
)
from casework.statistics.model import Estimate, IntArray
from casework.statistics.proportions import share_of
from casework.statistics.releases.model import Draft, Figure, FigureKind, Json, PrintedTable, Release
from casework.statistics.settings import StatisticsSettings
from casework.statistics.statement import Facts, Weighting, statements
from casework.statistics.tables import Released, small, with_totals

_DECIMALS = Decimal("0.0001")


def figure(
    code: str,
    kind: FigureKind,
    estimate: Estimate | None,
    settings: StatisticsSettings,
    *,
    channel: str | None = None,
) -> Figure:
    """A figure of an estimate, hidden where too few answered."""
    if estimate is None or estimate.base < settings.base_min:
        return Figure(
            code=code, kind=kind, base=estimate.base if estimate else 0, value=None, channel=channel
        )
    interval = estimate.interval
    return Figure(
        code=code,
        kind=kind,
        base=estimate.base,
        value=decimal(estimate.value),
        low=None if interval is None else decimal(interval.low),
        high=None if interval is None else decimal(interval.high),
        channel=channel,
    )


def share_figures(
    code: str, options: Sequence[str], table: Released | None, base: int, settings: StatisticsSettings
) -> tuple[Figure, ...]:
    """The shares of a question with one answer, from its protected counts: none where the count is hidden."""
    _check_options(len(options), settings)
    counts = [None] * len(options) if table is None else table.printed()[:-1]
    return tuple(
        _share(code, option, count, base, settings) for option, count in zip(options, counts, strict=True)
    )


def option_figures(
    code: str, counts: Mapping[str, int], base: int, settings: StatisticsSettings
) -> tuple[Figure, ...]:
    """The shares of a question with several answers: each option is a table of its own, of those who chose it and
    those who did not.
    """
    _check_options(len(counts), settings)

    def printed(count: int) -> int | None:
        return None if small(np.array([count, base - count]), settings.cell_min).any() else count

    return tuple(_share(code, option, printed(count), base, settings) for option, count in counts.items())


def printed_table(
    code: str, rows: Sequence[str], columns: Sequence[str], table: Released | None
) -> PrintedTable:
    cells = None if table is None else tuple(table.printed())
    return PrintedTable(code=code, rows=tuple(rows), columns=tuple(columns), cells=cells)


def released_before(printed: PrintedTable, counts: IntArray) -> Released:
    """A table of an earlier release with the counts that it was made from, for the audit of a later one.

    ``ValueError`` where what was printed are other counts.
    """
    cells = with_totals(counts)
    known = printed.cells or ()
    if len(known) != cells.size or any(
        count is not None and count != cell for count, cell in zip(known, cells.ravel().tolist(), strict=True)
    ):
        raise ValueError(f"the release of {printed.code} was made from other counts")
    return Released(cells, np.array([count is None for count in known]).reshape(cells.shape))


def why_not(draft: Draft, settings: StatisticsSettings) -> StatisticsRefusal | None:
    """What the draft prints although it may not."""
    if draft.facts.answered < settings.answers_min and (draft.figures or draft.tables):
        return TooFewForFigures(least=settings.answers_min)
    for one in draft.figures:
        if one.value is not None and one.base < settings.base_min:
            return BaseTooSmall(code=one.code, base=one.base)
    for table in draft.tables:
        counts = np.array([cell for cell in table.cells or () if cell is not None], np.int64)
        if small(counts, settings.cell_min).any():
            return SmallCountPrinted(code=table.code)
    return None


def released(draft: Draft, release_id: UUID, at: datetime, settings: StatisticsSettings) -> Release:
    """The release of a draft that :func:`why_not` has nothing against."""
    text = canonical(_document(draft, release_id, at, settings))
    return Release(
        release_id=release_id,
        subject_kind=draft.subject.kind,
        subject_id=draft.subject.object_id,
        corrects=draft.corrects,
        released_at=at,
        form_sha256=draft.form_sha256,
        sampling=draft.facts.sampling.value,
        n=draft.n,
        asked=draft.facts.asked,
        answered=draft.facts.answered,
        document=text.decode(),
        sha256=sha256(text).digest(),
    )


def decimal(value: float) -> Decimal:
    return Decimal(repr(float(value))).quantize(_DECIMALS)


def _check_options(count: int, settings: StatisticsSettings) -> None:
    if count > settings.options_max:
        raise TooMuchAtOnce(limit=settings.options_max)


def _share(code: str, option: str, count: int | None, base: int, settings: StatisticsSettings) -> Figure:
    if count is None:
        return Figure(code=code, kind=FigureKind.SHARE, base=base, value=None, option=option)
    return replace(figure(code, FigureKind.SHARE, share_of(count, base), settings), option=option)


def _hidden(draft: Draft) -> int:
    """How many cells and figures are not printed; of a table that is withheld, all."""
    cells = sum(
        (len(table.rows) + 1) * ((len(table.columns) + 1) if table.columns else 1)
        if table.cells is None
        else table.cells.count(None)
        for table in draft.tables
    )
    return cells + sum(one.value is None for one in draft.figures)


def _facts(draft: Draft, settings: StatisticsSettings) -> Facts:
    return replace(
        draft.facts,
        answers_min=settings.answers_min,
        cell_min=settings.cell_min,
        has_hidden=_hidden(draft) > 0,
        is_withheld=any(table.cells is None for table in draft.tables),
        is_correction=draft.corrects is not None,
    )


def _document(draft: Draft, release_id: UUID, at: datetime, settings: StatisticsSettings) -> Json:
    words = statements(_facts(draft, settings))
    return {
        "release": str(release_id),
        "subject": {"kind": draft.subject.kind, "id": str(draft.subject.object_id)},
        "corrects": None if draft.corrects is None else str(draft.corrects),
        "released_at": instant_code(at),
        "opened_at": instant_code(draft.opened_at),
        "closed_at": instant_code(draft.closed_at),
        "form_sha256": None if draft.form_sha256 is None else draft.form_sha256.hex(),
        "sampling": draft.facts.sampling.value,
        "asked": draft.facts.asked,
        "answered": draft.facts.answered,
        "n": draft.n,
        "method": list(draft.method),
        "weighting": None if draft.facts.weighting is None else _weighting(draft.facts.weighting),
        "figures": [_figure(one) for one in draft.figures],
        "tables": [_table(one) for one in draft.tables],
        "hidden": _hidden(draft),
        "statement": {"en": words.en, "ar": words.ar},
    }


def _weighting(one: Weighting) -> Json:
    return {
        "source": {"en": one.source.en, "ar": one.source.ar},
        "shares": {question: dict(shares) for question, shares in one.shares.items()},
        "weight_min": f"{one.least:g}",
        "weight_max": f"{one.most:g}",
        "channels": [
            {
                "channel": each.channel,
                "n": each.n,
                "effective_n": None if each.refused else each.effective_n,
                "design_effect": None if each.refused else f"{each.design_effect:.2f}",
                "converged": None if each.refused else each.converged,
                "unweighted_because": each.refused or None,
            }
            for each in one.channels
        ],
    }


def _figure(one: Figure) -> Json:
    return {
        "code": one.code,
        "kind": one.kind.value,
        "option": one.option,
        "channel": one.channel,
        "weighted": one.is_weighted,
        "base": one.base,
        "value": _number(one.value),
        "low": _number(one.low),
        "high": _number(one.high),
    }


def _table(one: PrintedTable) -> Json:
    cells = None if one.cells is None else list(one.cells)
    return {"code": one.code, "rows": list(one.rows), "columns": list(one.columns), "cells": cells}


def _number(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
