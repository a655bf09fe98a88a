"""A long form in parts, each on a page of its own and saved when it is left, whichever way.

A part is a few fields of the value; the others stay as they are stored. Which part comes next, the button says that was pressed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.values import ValueForm

Value = TypeVar("Value")
#: The field of the buttons, and what the one sends that leaves the parts.
GO, DONE = "go", "done"


class Progress(NamedTuple):
    """Where somebody is: ``number`` of ``all``, and which part each of the others is."""

    part: str
    number: int
    parts: Sequence[str]
    #: What comes after it.
    next: str


@dataclass(frozen=True)
class Parts(Generic[Value]):
    """``parts`` are the fields of each, as the form calls them; a row of fields with numbers is named without its number."""

    form: ValueForm[Value]
    parts: Mapping[str, tuple[str, ...]]

    def progress(self, part: str) -> Progress:
        """:class:`FormUnreadable` for what is no part."""
        if part not in self.parts:
            raise FormUnreadable
        names = list(self.parts)
        number = names.index(part)
        return Progress(part, number + 1, names, names[number + 1] if number + 1 < len(names) else DONE)

    def read(self, part: str, sent: Form, known: Value) -> Value:
        """The value with what was sent of a part instead of what was known of it."""
        kept = {name: texts for name, texts in self.form.write(known).items() if not self._is_of(part, name)}
        said = {name: texts for name, texts in sent.fields.items() if self._is_of(part, name)}
        return self.form(Form({**kept, **said}, sent.language))

    def fill(self, known: Value, typed: Form) -> Form:
        """What a part shows: what was just sent or typed before, else what is known; nothing may be ticked in what was sent."""
        return typed if typed.fields else Form(self.form.write(known))

    def next_of(self, sent: Form) -> str:
        """The part that the button leads to, or that the parts are done; :class:`FormUnreadable`."""
        go = sent.text(GO)
        if go != DONE and go not in self.parts:
            raise FormUnreadable
        return go

    def _is_of(self, part: str, name: str) -> bool:
        return name.rstrip("0123456789") in self.parts[part]
