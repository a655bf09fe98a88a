"""A form while it is written: questions are added, put elsewhere, copied and taken out. Pure.

A form in writing stands in the order of its pages, which are numbered from 1 without a gap; a code is there once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace

from casework.forms.model import Bounds, CountedAs, FieldKind, FormField, Treatment
from casework.forms.questionnaires import Form, pages_of

Questions = tuple[FormField, ...]
CODE_CHARACTERS = 41
_LENGTHS = {FieldKind.LINE: 200, FieldKind.LINK: 300}
_COUNTED = {
    FieldKind.ONE_OF: CountedAs.SHARE,
    FieldKind.SOME_OF: CountedAs.SHARE,
    FieldKind.SCALE: CountedAs.SHARE,
    FieldKind.NUMBER: CountedAs.MEAN,
    FieldKind.AMOUNT: CountedAs.MEAN,
    FieldKind.TEXT: CountedAs.THEMES,
}


def blank(kind: FieldKind, page: int = 1) -> FormField:
    """A question of which nothing is written yet, as most of its kind are asked."""
    return FormField(
        "",
        "",
        "",
        kind,
        characters_max=_LENGTHS.get(kind, 2_000),
        page=page,
        bounds=Bounds(1, 5) if kind is FieldKind.SCALE else None,
        treatment=Treatment(counted_as=_COUNTED.get(kind)),
    )


def code_of(name: str, taken: Collection[str], stem: str) -> str:
    """A code that says something to whoever reads the answers in a table, and that none of the others has."""
    words = "_".join(re.findall(r"[a-z0-9]+", name.lower())).lstrip("0123456789_")
    first = words if len(words) <= CODE_CHARACTERS else words[:CODE_CHARACTERS].rpartition("_")[0]
    code, number = first or f"{stem}_1", 1
    while code in taken:
        number += 1
        base = (first or stem)[: CODE_CHARACTERS - 1 - len(str(number))]
        code = f"{base}_{number}"
    return code


def placed(questions: Iterable[FormField]) -> Questions:
    """In the order of the pages, which are numbered anew."""
    form = sorted(questions, key=lambda one: one.page)
    numbers = {page: number for number, page in enumerate(pages_of(form), 1)}
    return tuple(replace(one, page=numbers[one.page]) for one in form)


def question_of(form: Form, code: str) -> FormField | None:
    return next((one for one in form if one.code == code), None)


def put(form: Form, code: str | None, question: FormField) -> Questions:
    """With it in place of the question ``code``, or else as the last of its page; what depends on it follows its code."""
    before = None if code is None else question_of(form, code)
    if before is None:
        return placed((*form, question))
    swapped = [question if one is before else _following(one, before.code, question.code) for one in form]
    return placed(swapped) if question.page == before.page else to_page(swapped, question.code, question.page)


def taken_out(form: Form, code: str) -> Questions:
    return placed(one for one in form if one.code != code)


def copied(form: Form, code: str) -> Questions:
    """With the same once more below it, under another code."""
    found: list[FormField] = []
    for one in form:
        found.append(one)
        if one.code == code:
            found.append(replace(one, code=code_of(one.code, {each.code for each in form}, "question")))
    return placed(found)


def raised(form: Form, code: str) -> Questions:
    """One place further up; from the top of a page to the end of the page before."""
    return _moved(placed(form), code, -1)


def lowered(form: Form, code: str) -> Questions:
    """One place further down; from the end of a page to the top of the next one, which may be new."""
    return _moved(placed(form), code, 1)


def to_page(form: Form, code: str, page: int) -> Questions:
    """To the end of another page; one after the last is new."""
    moving = [replace(one, page=page) for one in form if one.code == code]
    return placed([*(one for one in form if one.code != code), *moving])


def _moved(form: Questions, code: str, step: int) -> Questions:
    at = next((number for number, one in enumerate(form) if one.code == code), None)
    if at is None:
        return form
    one, rest = form[at], [*form[:at], *form[at + 1 :]]
    other = form[at + step] if 0 <= at + step < len(form) else None
    if other is not None and other.page == one.page:
        return (*rest[: at + step], one, *rest[at + step :])
    is_alone = all(each.page != one.page for each in rest)
    if other is None and (step < 0 or is_alone):
        return form
    return placed([*rest[:at], replace(one, page=one.page + step), *rest[at:]])


def _following(one: FormField, before: str, after: str) -> FormField:
    condition = one.asked_if
    if condition is None or condition.code != before:
        return one
    return replace(one, asked_if=replace(condition, code=after))
