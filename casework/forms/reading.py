"""Answers as a browser sends them, page by page: what each is, and what stands against it. Pure.

Names of inputs: the question's code; ``CODE.na`` for "does not apply"; ``CODE.governorate``, ``CODE.wilayat``,
``CODE.longitude`` and ``CODE.latitude`` of a place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from casework.forms.model import Answers, FieldKind, FormField, Value, WrongAnswer
from casework.forms.rules import is_link
from casework.governorates.model import Governorate
from casework.money.model import DECIMALS
from casework.people.addresses import parse_address
from casework.people.errors import InvalidAddress
from citycore.normalisation import turns_letters

#: What a browser sent, by the name of the input.
Sent = Mapping[str, Sequence[str]]
WILAYAT_CHARACTERS: Final = 60
#: About a metre.
POINT_DECIMALS: Final = 5
#: The decimal separator and the separator of thousands of Arabic numbers.
_ARABIC = str.maketrans({"٫": ".", "٬": ""})
_NUMBER_CHARACTERS: Final = 20


class _Refused(Exception):
    def __init__(self, fault: str, limit: str = "") -> None:
        super().__init__(fault)
        self.fault = fault
        self.limit = limit


def read_answers(asked: Iterable[FormField], sent: Sent) -> tuple[Answers, list[WrongAnswer]]:
    """What was answered to these questions; a refused answer is not among them. What is missing is another question:
    :func:`casework.forms.questionnaires.missing`.
    """
    values: dict[str, Value] = {}
    not_applicable: set[str] = set()
    wrong: list[WrongAnswer] = []
    for field in asked:
        if field.has_na and any(sent.get(f"{field.code}.na", ())):
            not_applicable.add(field.code)
            continue
        try:
            value = _READERS[field.kind](field, sent)
        except _Refused as refused:
            wrong.append(WrongAnswer(field.code, refused.fault, refused.limit))
        else:
            if value is not None:
                values[field.code] = value
    return Answers(values, frozenset(not_applicable)), wrong


def _text(field: FormField, sent: Sent, part: str = "") -> str:
    return next(iter(sent.get(f"{field.code}{part}", ())), "").strip()


def _written(field: FormField, sent: Sent) -> Value | None:
    text = _text(field, sent).replace("\r\n", "\n")
    if len(text) > field.characters_max:
        raise _Refused("characters", f"0–{field.characters_max}")
    if field.kind is FieldKind.LINE and "\n" in text:
        raise _Refused("one_line")
    if turns_letters(text, is_prose=field.kind is FieldKind.TEXT):
        raise _Refused("letters")
    if field.is_email and text and not _is_address(text):
        raise _Refused("email")
    if field.kind is FieldKind.LINK and text and not is_link(text):
        raise _Refused("link", "https://…")
    return text or None


def _is_address(text: str) -> bool:
    try:
        parse_address(text)
    except InvalidAddress:
        return False
    return True


def _number(field: FormField, sent: Sent) -> Value | None:
    number = _decimal(_text(field, sent))
    if number is None:
        return None
    decimals = DECIMALS["OMR"] if field.kind is FieldKind.AMOUNT else 0
    bounds = field.bounds
    if field.kind is FieldKind.AMOUNT and number != round(number, decimals):
        raise _Refused("decimals", str(decimals))
    least = None if bounds is None else Decimal(bounds.least).scaleb(-decimals)
    most = None if bounds is None else Decimal(bounds.most).scaleb(-decimals)
    if least is not None and most is not None and not least <= number <= most:
        raise _Refused("between", f"{least}–{most}")
    return f"{number:.{decimals}f}" if decimals else f"{number.normalize():f}"


def _decimal(text: str) -> Decimal | None:
    """Digits of either script; a comma is refused, since it is a thousand to some and a tenth to others."""
    if not text:
        return None
    try:
        number = Decimal(text.translate(_ARABIC)) if len(text) <= _NUMBER_CHARACTERS else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > _NUMBER_CHARACTERS:
        raise _Refused("number", "1234.5")
    return number


def _date(field: FormField, sent: Sent) -> Value | None:
    text = _text(field, sent)
    try:
        return date.fromisoformat(text).isoformat() if text else None
    except ValueError:
        raise _Refused("date", "2026-11-27") from None


def _one_of(field: FormField, sent: Sent) -> Value | None:
    code = _text(field, sent)
    if code and code not in {choice.code for choice in field.choices}:
        raise _Refused("choice")
    return code or None


def _some_of(field: FormField, sent: Sent) -> Value | None:
    chosen = {code for code in sent.get(field.code, ()) if code}
    if not chosen <= {choice.code for choice in field.choices}:
        raise _Refused("choice")
    return tuple(choice.code for choice in field.choices if choice.code in chosen) or None


def _scale(field: FormField, sent: Sent) -> Value | None:
    text, bounds = _text(field, sent), field.bounds
    if not text:
        return None
    if bounds is None or not (
        text.isdecimal() and len(text) <= 2 and bounds.least <= int(text) <= bounds.most
    ):
        raise _Refused("choice")
    return int(text)


def _place(field: FormField, sent: Sent) -> Value | None:
    parts = {
        name: _text(field, sent, f".{name}") for name in ("governorate", "wilayat", "longitude", "latitude")
    }
    if not any(parts.values()):
        return None
    if parts["governorate"] not in set(Governorate):
        raise _Refused("governorate")
    if len(parts["wilayat"]) > WILAYAT_CHARACTERS:
        raise _Refused("characters", f"0–{WILAYAT_CHARACTERS}")
    if bool(parts["longitude"]) != bool(parts["latitude"]):
        raise _Refused("point")
    for name, most in (("longitude", 180), ("latitude", 90)):
        degrees = _decimal(parts[name])
        if degrees is not None and abs(degrees) > most:
            raise _Refused("between", f"−{most}–{most}")
        parts[name] = "" if degrees is None else f"{round(degrees, POINT_DECIMALS).normalize():f}"
    return {name: text for name, text in parts.items() if text}


def _consent(field: FormField, sent: Sent) -> Value | None:
    return bool(_text(field, sent))


_READERS: Final[Mapping[FieldKind, Callable[[FormField, Sent], Value | None]]] = {
    FieldKind.LINE: _written,
    FieldKind.TEXT: _written,
    FieldKind.LINK: _written,
    FieldKind.NUMBER: _number,
    FieldKind.AMOUNT: _number,
    FieldKind.DATE: _date,
    FieldKind.ONE_OF: _one_of,
    FieldKind.SOME_OF: _some_of,
    FieldKind.SCALE: _scale,
    FieldKind.PLACE: _place,
    FieldKind.CONSENT: _consent,
}
