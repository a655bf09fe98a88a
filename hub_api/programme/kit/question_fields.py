"""A question as the fields of the form in which an officer writes it, and back. Pure.

Choices stand in rows with their number (``choice_code0``, ``choice_ar0``, ``choice_en0``), or one a line in ``pasted_ar`` and
``pasted_en``. Of what a kind has no use for there are no fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final, NamedTuple

from casework.forms.editing import blank, code_of
from casework.forms.errors import ChoicesUneven, TwoConditions
from casework.forms.model import (
    BOUNDED,
    CHOSEN,
    PACKAGE,
    Bounds,
    Choice,
    Condition,
    CountedAs,
    FieldKind,
    FormField,
    Treatment,
)
from casework.forms.questionnaires import COUNTABLE, Form, possible_values
from casework.forms.settings import FormSettings
from casework.money.model import DECIMALS
from casework.workflow.errors import WrongField
from casework.workflow.wording import Label
from hub_api.programme.kit.errors import FigureUnreadable, FormUnreadable
from hub_api.programme.kit.forms import Form as Sent
from hub_api.programme.kit.numbers import NUMBER_MAX
from hub_api.programme.kit.values import figure

#: Kinds of which the longest answer is asked for.
WRITTEN: Final = frozenset({FieldKind.LINE, FieldKind.TEXT, FieldKind.LINK})
#: Most choices that have a row each; of longer lists each language has one field, a line for each choice.
ROWS_MAX: Final = 60
_TICKS: Final = ("is_required", "has_na", "is_identifying", "is_shuffled")
_BETWEEN: Final = "="


class Row(NamedTuple):
    """A choice as it stands in the fields."""

    code: str
    name_ar: str
    name_en: str


def fields_of(question: FormField) -> dict[str, list[str]]:
    """What stands in the fields; what says nothing is not there."""
    kind, treatment, bounds = question.kind, question.treatment, question.bounds
    found = {
        "code": question.code,
        "name_ar": question.name_ar,
        "name_en": question.name_en,
        "help_ar": question.help_ar,
        "help_en": question.help_en,
        "page": str(question.page),
        "counted_as": "" if treatment.counted_as is None else treatment.counted_as.value,
        "keep_days": "" if treatment.keep_days is None else str(treatment.keep_days),
        "characters_max": str(question.characters_max) if kind in WRITTEN else "",
        "least": "" if bounds is None else _shown(bounds.least, kind),
        "most": "" if bounds is None else _shown(bounds.most, kind),
        "unit": "" if bounds is None else bounds.unit,
        "is_public": "1" if treatment.is_public else "",
        **{name: "1" if getattr(question, name) else "" for name in _TICKS},
        **_lines(rows_of(question)),
    }
    fields = {name: [text] for name, text in found.items() if text}
    condition = question.asked_if
    ticked = [] if condition is None else [f"{condition.code}{_BETWEEN}{one}" for one in condition.values]
    return {**fields, **({"asked_if": ticked} if ticked else {})}


def rows_of(question: FormField) -> list[Row]:
    """Its choices; of a scale, one for each of its points, and the names that belong to none."""
    rows = [Row(*_parts(choice)) for choice in question.choices]
    if question.kind is not FieldKind.SCALE or question.bounds is None:
        return rows
    named = {row.code: row for row in rows}
    most = min(question.bounds.most, question.bounds.least + ROWS_MAX)
    points = [str(point) for point in range(question.bounds.least, most + 1)]
    return [named.pop(point, Row(point, "", "")) for point in points] + list(named.values())


def read_question(sent: Sent, kind: FieldKind, limits: FormSettings) -> FormField:
    """What was written, sound or not. :class:`FigureUnreadable` and :class:`WrongField` name what cannot be kept."""
    texts = {name: _text(sent, name, limits) for name in ("name_ar", "name_en", "help_ar", "help_en")}
    code = code_of(sent.text("code") or texts["name_en"], (), "question")
    return FormField(
        code,
        texts["name_ar"],
        texts["name_en"],
        kind,
        bool(sent.text("is_required")),
        _whole(sent, "characters_max") or blank(kind).characters_max,
        bool(sent.text("is_identifying")),
        texts["help_ar"],
        texts["help_en"],
        max(1, _whole(sent, "page") or 1),
        tuple(_choices(sent, kind, limits)),
        bool(sent.text("is_shuffled")),
        _bounds(sent, kind, limits),
        _condition(sent.all("asked_if")),
        bool(sent.text("has_na")),
        Treatment(bool(sent.text("is_public")), _counted_as(sent, kind), _whole(sent, "keep_days")),
    )


def typed_rows(sent: Sent) -> Iterator[Row]:
    """The rows that were sent, empty ones too."""
    number, parts = 0, ("code", "ar", "en")
    while any(f"choice_{part}{number}" in sent.fields for part in parts):
        yield Row(*(sent.text(f"choice_{part}{number}") for part in parts))
        number += 1


def with_row_raised(sent: Sent, number: int) -> Sent:
    """What was sent, with a choice and the one above it in each other's place; as it is for the first, or for no choice."""
    fields = dict(sent.fields)
    if 0 < number < len(list(typed_rows(sent))):
        for part in ("code", "ar", "en"):
            own, above = f"choice_{part}{number}", f"choice_{part}{number - 1}"
            fields[own], fields[above] = [sent.text(above)], [sent.text(own)]
    return replace(sent, fields=fields)


def conditions_for(form: Form, page: int) -> list[FormField]:
    """The questions whose answers can decide whether something on this page is asked."""
    return [one for one in form if one.page < page and possible_values(one)]


def _parts(choice: Choice) -> tuple[str, str, str]:
    return choice.code, choice.name_ar, choice.name_en


def _lines(rows: Sequence[Row]) -> dict[str, str]:
    if len(rows) > ROWS_MAX:
        return {
            f"pasted_{part}": "\n".join(column)
            for part, column in zip(("code", "ar", "en"), zip(*rows, strict=True), strict=True)
        }
    return {
        f"choice_{part}{number}": text
        for number, row in enumerate(rows)
        for part, text in zip(("code", "ar", "en"), row, strict=True)
    }


def _choices(sent: Sent, kind: FieldKind, limits: FormSettings) -> Iterator[Choice]:
    """Those with a name, in their order; a new one gets a code that says something."""
    taken = set[str]()
    if kind not in CHOSEN and kind is not FieldKind.SCALE:
        return
    for row in (*typed_rows(sent), *_pasted(sent)):
        names = row.name_ar.strip(), row.name_en.strip()
        if any(len(name) > limits.name_characters_max for name in names):
            raise _too_long("choices", limits)
        if any(names):
            is_scale = kind is FieldKind.SCALE
            code = row.code.strip() if is_scale else code_of(row.code or names[1], taken, "choice")
            taken.add(code)
            yield Choice(code, *names)


def _pasted(sent: Sent) -> Iterator[Row]:
    """A line for each choice; :class:`ChoicesUneven` where one language has more lines than the other."""
    arabic, english, codes = (
        sent.text(f"pasted_{part}").strip("\n").split("\n") for part in ("ar", "en", "code")
    )
    if len(arabic) != len(english):
        raise ChoicesUneven(arabic=len(arabic), english=len(english))
    codes += [""] * (len(arabic) - len(codes))
    yield from map(Row, codes, arabic, english)


def _bounds(sent: Sent, kind: FieldKind, limits: FormSettings) -> Bounds | None:
    if kind not in BOUNDED or not (sent.text("least").strip() or sent.text("most").strip()):
        return None
    least, most = (_stored(sent, name, kind) for name in ("least", "most"))
    return Bounds(least, most, _text(sent, "unit", limits) if kind is FieldKind.NUMBER else "")


def _counted_as(sent: Sent, kind: FieldKind) -> CountedAs | None:
    text = sent.text("counted_as")
    if not text:
        return None
    found = next((one for one in COUNTABLE.get(kind, ()) if one == text), None)
    if found is None:
        raise FormUnreadable
    return found


def _condition(ticked: Sequence[str]) -> Condition | None:
    """:class:`TwoConditions` where answers to two questions are ticked."""
    pairs = [one.partition(_BETWEEN) for one in ticked]
    codes = list(dict.fromkeys(code for code, _, _ in pairs))
    if len(codes) > 1:
        raise TwoConditions
    return Condition(codes[0], tuple(value for _, _, value in pairs)) if codes else None


def _text(sent: Sent, name: str, limits: FormSettings) -> str:
    text = sent.text(name).strip()
    if len(text) > limits.name_characters_max:
        raise _too_long(name, limits)
    return text


def _too_long(name: str, limits: FormSettings) -> WrongField:
    return WrongField(field=Label(PACKAGE, f"field.{name}"), limit=f"0–{limits.name_characters_max}")


def _whole(sent: Sent, name: str) -> int | None:
    if not sent.text(name).strip():
        return None
    number: int = figure(sent, name, int)
    if abs(number) > NUMBER_MAX:
        raise FigureUnreadable(name)
    return number


def _shown(number: int, kind: FieldKind) -> str:
    """Of an amount in rials, without zeros that say nothing."""
    if kind is not FieldKind.AMOUNT:
        return str(number)
    rials = Decimal(number).scaleb(-DECIMALS["OMR"])
    return str(rials.quantize(1)) if rials == rials.to_integral_value() else str(rials)


def _stored(sent: Sent, name: str, kind: FieldKind) -> int:
    if kind is not FieldKind.AMOUNT:
        return _required(_whole(sent, name), name)
    baisas = figure(sent, name).scaleb(DECIMALS["OMR"])
    if baisas != baisas.to_integral_value() or abs(baisas) > NUMBER_MAX:
        raise FigureUnreadable(name)
    return int(baisas)


def _required(number: int | None, name: str) -> int:
    if number is None:
        raise FigureUnreadable(name)
    return number
