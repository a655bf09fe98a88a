"""Rows of a form that somebody makes up, such as questions: each in fields with its number, which begins at 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from casework.forms.model import WRITTEN, FormField
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.request import PortalRequest

#: Of a question whose length nobody chose.
ANSWER_CHARACTERS = 2_000
NO_QUESTION = FormField("", "", "", characters_max=ANSWER_CHARACTERS)
Row = TypeVar("Row")


class Named(Protocol):
    """What a row says has a name in both languages."""

    @property
    def name_ar(self) -> str: ...
    @property
    def name_en(self) -> str: ...


def is_named(row: Named) -> bool:
    """Whether anything was typed into a row; what is left blank is not there."""
    return bool(row.name_ar or row.name_en)


def with_spare(request: PortalRequest, rows: Sequence[Row], blank: Row, most: int) -> list[Row]:
    """Empty rows below what is there already."""
    spare = min(request.office.settings.portal.rows_spare, most - len(rows))
    return [*rows, *[blank] * max(0, spare)]


def numbers_in(form: Form, most: int) -> list[int]:
    """The rows that were sent."""
    return [number for number in range(1, most + 1) if f"name_en{number}" in form.fields]


def names_in(form: Form, number: int) -> tuple[str, str]:
    """What a row is called in Arabic and in English."""
    return form.text(f"name_ar{number}").strip(), form.text(f"name_en{number}").strip()


def codes_in(form: Form, stem: str, most: int) -> dict[int, str]:
    """The code of each row: its own, or one that none of the others has."""
    known = {form.text(f"code{number}") for number in range(1, most + 1)}
    free = (code for number in range(1, 2 * most + 2) if (code := f"{stem}_{number}") not in known)
    return {number: form.text(f"code{number}") or next(free) for number in range(1, most + 1)}


def questions_in(form: Form, most: int) -> list[FormField]:
    """What a form asks; a new question gets a code that none of the others has."""
    codes = codes_in(form, "question", most)
    rows: list[FormField] = []
    for number in numbers_in(form, most):
        kind = next((one for one in WRITTEN if one == form.text(f"kind{number}")), None)
        if kind is None:
            raise FormUnreadable
        length = form.text(f"characters_max{number}").strip()
        rows.append(
            FormField(
                codes[number],
                *names_in(form, number),
                kind,
                form.text(f"is_required{number}") == "1",
                form.number(f"characters_max{number}") if length else ANSWER_CHARACTERS,
                form.text(f"is_identifying{number}") == "1",
            )
        )
    return rows
