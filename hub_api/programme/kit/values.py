"""Values as forms send them and show them: a field of a form for each field of the value, read by its type.

What cannot be read is either what no page of ours sends (:class:`FormUnreadable`), or what somebody typed
(:class:`DateUnreadable`, :class:`FigureUnreadable`, which name the field). What may be written is the noun's own rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cached_property, partial
from math import isfinite
from types import NoneType, UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec

from casework.workflow.errors import Refusal, RowWrong
from citycore.clock import CITY_ZONE
from hub_api.programme.kit.errors import FieldUnreadable, FigureUnreadable, FormUnreadable, field_of
from hub_api.programme.kit.forms import Form

Value = TypeVar("Value")
#: What stands in the fields of a form, by their names.
Fields = Mapping[str, list[str]]
_COLLECTIONS = (tuple, frozenset)


@dataclass(frozen=True, slots=True)
class Special:
    """A field that its type does not say enough of: ``write`` gives the fields of the form that ``read`` reads."""

    read: Callable[[Form], Any]
    write: Callable[[Any], Fields]


@dataclass(frozen=True)
class ValueForm(Generic[Value]):
    """The form of a dataclass, or of a struct of msgspec. ``names`` are those of fields that the form calls otherwise."""

    kind: type[Value]
    names: Mapping[str, str] = field(default_factory=dict)
    special: Mapping[str, Special] = field(default_factory=dict)

    def __call__(self, form: Form) -> Value:
        """What was sent."""
        return self.kind(**{name: read(form) for name, read in self._reads.items()})

    def fill(self, value: Value | None, sent: Form) -> Form:
        """What the form shows: what was just sent, else the value, else what a new one begins with."""
        return sent if any(name in sent.fields for name in self.form_names) else Form(self.write(value))

    def write(self, value: Value | None) -> dict[str, list[str]]:
        """The fields of the form as the value fills them; those that say nothing are not there."""
        found: dict[str, list[str]] = {}
        for name, default in self._defaults.items():
            said = default if value is None else getattr(value, name)
            if said is MISSING:
                continue
            known = self.special.get(name)
            found.update({self.names.get(name, name): _texts(said)} if known is None else known.write(said))
        return {name: texts for name, texts in found.items() if texts}

    @cached_property
    def form_names(self) -> list[str]:
        return [self.names.get(name, name) for name in self._reads]

    @cached_property
    def _reads(self) -> dict[str, Callable[[Form], Any]]:
        hints = get_type_hints(self.kind)
        own = {name: partial(_read, hints[name], self.names.get(name, name)) for name in self._defaults}
        return {**own, **{name: special.read for name, special in self.special.items()}}

    @cached_property
    def _defaults(self) -> dict[str, Any]:
        if issubclass(self.kind, msgspec.Struct):
            return {each.name: _default_of(each) for each in msgspec.structs.fields(self.kind)}
        return {each.name: each.default for each in fields(self.kind)}  # type: ignore[arg-type]


def _default_of(each: msgspec.structs.FieldInfo) -> Any:
    """Of a field of a struct, as dataclasses say it."""
    if each.default_factory is not msgspec.NODEFAULT:
        return each.default_factory()
    return MISSING if each.default is msgspec.NODEFAULT else each.default


def rows(of: ValueForm[Value], sent: str, said: Iterable[str]) -> Special:
    """Several values of a kind, each in fields with its number behind their names.

    A row is there if ``sent`` is; one that says nothing in the fields ``said`` was emptied, and is gone.
    """

    def read(form: Form) -> tuple[Value, ...]:
        found, number = [], 0
        while f"{sent}{number}" in form.fields:
            row = Form({name: form.fields.get(f"{name}{number}", [""]) for name in of.form_names})
            if any(row.text(name).strip() for name in said):
                try:
                    found.append(of(row))
                except (FieldUnreadable, Refusal) as error:
                    field = field_of(error)
                    raise RowWrong(number + 1, error, field and f"{field}{number}") from error
            number += 1
        return tuple(found)

    def write(values: Iterable[Value]) -> Fields:
        rows_of = [(number, of.write(value)) for number, value in enumerate(values)]
        return {f"{name}{number}": texts for number, row in rows_of for name, texts in row.items()}

    return Special(read, write)


def figure(form: Form, name: str, kind: Callable[[str], Any] = Decimal) -> Any:
    """A number that somebody typed, of either script; :class:`FigureUnreadable`."""
    text = form.text(name).strip().removesuffix("%").replace("٫", ".")
    try:
        found = kind(text)
        is_figure = isfinite(found)
    except (ValueError, OverflowError, InvalidOperation) as error:
        raise FigureUnreadable(name) from error
    if not is_figure:
        raise FigureUnreadable(name)
    return found


def _read(kind: Any, name: str, form: Form) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in _COLLECTIONS:
        return origin(dict.fromkeys(_chosen(arguments[0], text) for text in form.all(name)))
    if origin in {UnionType, Union}:
        (known,) = (one for one in arguments if one is not NoneType)
        return _read(known, name, form) if form.text(name).strip() else None
    read = _READS.get(kind)
    return _chosen(kind, form.text(name)) if read is None else read(form, name)


def _chosen(kind: Any, text: str) -> Any:
    """One of the choices of a page; :class:`FormUnreadable`."""
    choices = get_args(kind) or list(kind)
    for choice in choices:
        if str(choice.value if isinstance(choice, Enum) else choice) == text:
            return choice
    raise FormUnreadable


def _texts(said: Any) -> list[str]:
    if said is None or said is False:
        return []
    if isinstance(said, _COLLECTIONS):
        return [text for one in said for text in _texts(one)]
    if isinstance(said, datetime):
        return [f"{said.astimezone(CITY_ZONE):%Y-%m-%dT%H:%M}"]
    if isinstance(said, float) and said.is_integer():
        return [str(int(said))]
    return ["1" if said is True else str(said.value if isinstance(said, Enum) else said)]


_READS: Mapping[Any, Callable[[Form, str], Any]] = {
    str: lambda form, name: form.text(name).strip(),
    bool: lambda form, name: bool(form.text(name)),
    int: Form.number,
    float: partial(figure, kind=float),
    Decimal: figure,
    date: Form.chosen_day,
    datetime: Form.chosen_instant,
    UUID: Form.id,
}
