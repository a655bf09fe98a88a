"""What was counted as pages show it: a table a question, with a column a channel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from casework.admission.model import Channel, channel_names
from casework.counting.asking import Asking
from casework.counting.model import APART
from casework.forms.model import FormField
from casework.people.model import Names
from casework.programme import Session
from casework.statistics.releases.model import FigureKind
from casework.statistics.statement import percent_text
from casework.themes import service as themes
from casework.themes.model import Theme
from citycore.language import Language
from hub_api.programme.kit.rendering import WORDS

Json = Mapping[str, Any]
#: As each language writes it behind a number.
PERCENT: Final[Mapping[Language, str]] = {"ar": "٪", "en": " %"}
_SHARES: Final = {FigureKind.SHARE, FigureKind.SATISFACTION}


@dataclass(frozen=True, slots=True)
class Cell:
    """``value`` is None where nothing is printed; ``between`` is the interval, ``share`` of 100 what a bar shows."""

    value: str | None
    between: str = ""
    share: float | None = None


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


@dataclass(frozen=True, slots=True)
class Said:
    """What figures are called: the questions, what notes are about and which were quoted, and ways of answering by code, in order."""

    form: Sequence[FormField]
    themes: Mapping[str, Sequence[Theme]]
    quotes: Mapping[str, Sequence[str]]
    channels: Mapping[str, Names]


def results_shown(session: Session, asking: Asking[Any], about: Any, language: Language) -> Results | None:
    """Of what is published, and for those who publish it of what is counted; None before."""
    document = asking.find_document(session, about)
    if document is None:
        return None
    said = Said(
        asking.get_form(session, about).fields,
        themes.read(session, asking.of(about).object_id).themes,
        asking.list_quotes(session, about),
        {code: channel_names(code) for code in (*Channel, APART)},
    )
    return results_of(document, said, language)


def results_of(document: Json, said: Said, language: Language) -> Results:
    """Of the document of a release."""
    found = [(one, _block(one, document["figures"], said, language)) for one in said.form]
    left_out = [
        _name_of(one, language)
        for one, block in found
        if block is None and one.treatment.counted_as is not None
    ]
    blocks = [block for _, block in found if block is not None]
    return Results(document, document["statement"][language], blocks, left_out if blocks else [])


def _block(asked: FormField, figures: Sequence[Json], said: Said, language: Language) -> Block | None:
    own = [one for one in figures if one["code"] == asked.code]
    counted = [one for one in own if one["kind"] != FigureKind.DIFFERENCE]
    if all(one["value"] is None for one in counted) and asked.code not in said.quotes:
        return None
    # Weighted figures of a channel stand beside its own.
    columns = [
        (code, is_weighted)
        for code in said.channels
        for is_weighted in (False, True)
        if any((one["channel"], one["weighted"]) == (code, is_weighted) for one in counted)
    ]
    names = _names(asked, said.themes.get(asked.code, ()), language)
    rows = []
    for option in dict.fromkeys(one["option"] for one in counted):
        by_column = {(one["channel"], one["weighted"]): one for one in counted if one["option"] == option}
        name = names.get(option, option) if option else ""
        rows.append(Row(name, [_cell(by_column.get(column), language) for column in columns]))
    bases = [
        max(one["base"] for one in counted if (one["channel"], one["weighted"]) == column)
        for column in columns
    ]
    return Block(
        asked.code,
        _name_of(asked, language),
        counted[0]["kind"] if counted else "",
        [
            _column(said.channels[code].shown(language), is_weighted, language)
            for code, is_weighted in columns
        ],
        rows,
        bases,
        list(_differing(own, names, said.channels, language)),
        said.quotes.get(asked.code, ()),
    )


def _name_of(asked: FormField, language: Language) -> str:
    return Names(asked.name_ar, asked.name_en).shown(language)


def _column(channel: str, is_weighted: bool, language: Language) -> str:
    return WORDS.text("figures.weighted", language, channel=channel) if is_weighted else channel


def _cell(one: Json | None, language: Language) -> Cell:
    if one is None or one["value"] is None:
        return Cell(None)
    show = percent_text if one["kind"] in _SHARES else _plain
    percent = PERCENT[language] if one["kind"] in _SHARES else ""
    value = f"{show(float(one['value']))}{percent}"
    share = 100 * float(one["value"]) if one["kind"] in _SHARES else None
    if one["low"] is None:
        return Cell(value, share=share)
    return Cell(value, f"{show(float(one['low']))}–{show(float(one['high']))}", share)


def _plain(value: float) -> str:
    return f"{Decimal(str(value)):.1f}"


def _differing(
    own: Iterable[Json], names: Mapping[str, str], channels: Mapping[str, Names], language: Language
) -> Iterable[str]:
    """Only what chance does not explain."""
    for one in own:
        if one["kind"] != FigureKind.DIFFERENCE or float(one["low"]) <= 0 <= float(one["high"]):
            continue
        first, second = (channels[code].shown(language) for code in one["channel"].split("-"))
        low, high = sorted(abs(float(one[end])) for end in ("low", "high"))
        more, less = (first, second) if float(one["value"]) > 0 else (second, first)
        key = "figures.differ" if one["option"] else "figures.differ_satisfied"
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
        f"_{row}": WORDS.text(f"figures.row.{row}", language)
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
