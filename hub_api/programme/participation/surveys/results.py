"""What was counted as pages show it: a table a question, with a column a channel."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from casework.forms.model import FormField
from casework.people.model import Names
from casework.programme import Session
from casework.statistics.releases import service as releases
from casework.statistics.releases.model import FigureKind
from casework.statistics.releases.rules import released
from casework.statistics.settings import StatisticsSettings
from casework.statistics.statement import percent_text
from casework.themes.model import Theme
from casework.themes.service import read
from casework.workflow.wording import Label
from citycore.language import Language
from hub_api.programme.kit.rendering import WORDS
from participation.surveys import answering
from participation.surveys.counting import APART
from participation.surveys.model import PACKAGE, Channel, Survey

Json = Mapping[str, Any]
#: In which order channels stand.
CHANNELS: Final = (*(one.value for one in Channel), APART)
#: As each language writes it behind a number.
PERCENT: Final[Mapping[Language, str]] = {"ar": "٪", "en": " %"}
_SHARES: Final = {FigureKind.SHARE, FigureKind.SATISFACTION}


@dataclass(frozen=True, slots=True)
class Cell:
    """``value`` is None where nothing is printed; ``between`` is the interval."""

    value: str | None
    between: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Block:
    """A question: what it was, how it was counted, by channel; ``apart`` says where channels differ by more than chance."""

    code: str
    name: str
    kind: str
    channels: Sequence[str]
    rows: Sequence[Row]
    bases: Sequence[int]
    apart: Sequence[str]
    quotes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Results:
    """``document`` is that of the release, as it is published or is to be; ``left_out`` are questions of which nothing is shown."""

    document: Json
    statement: str
    blocks: Sequence[Block]
    left_out: Sequence[str]


def results_of(session: Session, survey: Survey, language: Language) -> Results | None:
    """Of what is published, and for those who publish it of what is counted; None before."""
    document = _document(session, survey)
    if document is None:
        return None
    form = answering.get_form(session, survey).fields
    themes = read(session, survey.survey_id).themes
    quotes = answering.list_quotes(session, survey)
    found = [(one, _block(one, document["figures"], (themes, quotes), language)) for one in form]
    left_out = [
        one.name_ar if language == "ar" else one.name_en
        for one, block in found
        if block is None and one.treatment.counted_as is not None
    ]
    blocks = [block for _, block in found if block is not None]
    return Results(document, document["statement"][language], blocks, left_out if blocks else [])


def channel_label(code: str) -> Label:
    """Of a figure's channel."""
    return Label(PACKAGE, f"channel.{code}")


def _document(session: Session, survey: Survey) -> Json | None:
    if survey.release_id is not None:
        return _read(releases.find(session, survey.release_id).document)
    draft = answering.get_figures(session, survey.survey_id)
    if draft is None:
        return None
    return _read(released(draft, UUID(int=0), session.now(), session.of(StatisticsSettings)).document)


def _read(text: str) -> Json:
    document: Json = json.loads(text)
    return document


def _block(
    asked: FormField,
    figures: Sequence[Json],
    said: tuple[Mapping[str, Sequence[Theme]], Mapping[str, Sequence[str]]],
    language: Language,
) -> Block | None:
    themes, quotes = said
    own = [one for one in figures if one["code"] == asked.code]
    counted = [one for one in own if one["kind"] != FigureKind.DIFFERENCE]
    if all(one["value"] is None for one in counted) and asked.code not in quotes:
        return None
    channels = [code for code in CHANNELS if any(one["channel"] == code for one in counted)]
    names = _names(asked, themes.get(asked.code, ()), language)
    rows = []
    for option in dict.fromkeys(one["option"] for one in counted):
        by_channel = {one["channel"]: one for one in counted if one["option"] == option}
        name = names.get(option, option) if option else ""
        rows.append(Row(name, [_cell(by_channel.get(code), language) for code in channels]))
    bases = [max((one["base"] for one in counted if one["channel"] == code), default=0) for code in channels]
    return Block(
        asked.code,
        asked.name_ar if language == "ar" else asked.name_en,
        counted[0]["kind"] if counted else "",
        [channel_label(code).text(language) for code in channels],
        rows,
        bases,
        list(_differing(own, names, language)),
        quotes.get(asked.code, ()),
    )


def _cell(one: Json | None, language: Language) -> Cell:
    if one is None or one["value"] is None:
        return Cell(None)
    show = percent_text if one["kind"] in _SHARES else _plain
    percent = PERCENT[language] if one["kind"] in _SHARES else ""
    value = f"{show(float(one['value']))}{percent}"
    if one["low"] is None:
        return Cell(value)
    return Cell(value, f"{show(float(one['low']))}–{show(float(one['high']))}")


def _plain(value: float) -> str:
    return f"{Decimal(str(value)):.1f}"


def _differing(own: Iterable[Json], names: Mapping[str, str], language: Language) -> Iterable[str]:
    """Only what chance does not explain."""
    for one in own:
        if one["kind"] != FigureKind.DIFFERENCE or float(one["low"]) <= 0 <= float(one["high"]):
            continue
        first, second = (channel_label(code).text(language) for code in one["channel"].split("-"))
        low, high = sorted(abs(float(one[end])) for end in ("low", "high"))
        more, less = (first, second) if float(one["value"]) > 0 else (second, first)
        key = "surveys.differ" if one["option"] else "surveys.differ_satisfied"
        yield WORDS.text(
            key,
            language,
            option=names.get(one["option"] or "", one["option"] or ""),
            more=more,
            less=less,
            low=percent_text(low),
            high=percent_text(high),
        )


def _names(asked: FormField, themes: Iterable[Theme], language: Language) -> dict[str, str]:
    """What rows are called."""
    known = {one.code: Names(one.name_ar, one.name_en) for one in asked.choices}
    known |= {one.code: one.names for one in themes}
    words = {
        f"_{row}": WORDS.text(f"surveys.row.{row}", language)
        for row in ("blank", "not_applicable", "no_theme")
    }
    points = (
        {}
        if asked.bounds is None
        else {str(one): str(one) for one in range(asked.bounds.least, asked.bounds.most + 1)}
    )
    named = {code: names.shown(language) for code, names in known.items()}
    if asked.bounds is not None:
        named = {code: f"{code} – {name}" for code, name in named.items()}
    return {**points, **named, **words}
