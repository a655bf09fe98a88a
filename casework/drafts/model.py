"""Drafts as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

PACKAGE: Final = "casework.drafts"
#: What stands in the fields of a form, by their names, as a browser sends it.
Typed = Mapping[str, list[str]]


class Place(NamedTuple):
    """A form of a page: ``page`` is its address without the mount, ``form`` which of its forms it is."""

    page: str
    form: str


@dataclass(frozen=True, slots=True)
class Draft:
    """``base`` is a digest of what the form showed by itself when somebody began to type; ``number`` counts how often it was
    kept. ``fields`` is None once it was sent or discarded: what was on its way then is told from what is new by the number.
    """

    page: str
    form: str
    fields: Typed | None
    base: str
    number: int
    saved_at: datetime

    @property
    def place(self) -> Place:
        return Place(self.page, self.form)


@dataclass(frozen=True, slots=True)
class NewDraft:
    """What is to be kept, over the draft of number ``seen``; 0 where its page knew of none."""

    place: Place
    fields: Typed
    base: str
    seen: int
