"""Numbers, marks and rubrics as forms write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from hackathon.contest.judging.model import NOT_APPLICABLE, Mark
from hackathon.contest.judging.rubric import Criterion, Rubric, Scale
from hackathon.contest.jury.errors import NotANumber
from hackathon.contest.jury.model import Terms
from hub_api.programme.contest.jury.words import mark_text, number_text
from hub_api.programme.kit.forms import Form

#: Digits of any script; few, since a number with a huge exponent costs more than it says.
_NUMBER = re.compile(r"[+-]?\d{1,9}(\.\d{1,6})?")


@dataclass(frozen=True, slots=True)
class Written:
    """A sheet as its judge wants it, by the codes of the criteria."""

    marks: dict[str, Mark]
    comments: dict[str, str]
    remark: str


@dataclass(frozen=True, slots=True)
class Line:
    """A criterion on the sheet: its ``place`` names the fields, the others are what stands in them."""

    place: int
    criterion: Criterion
    mark: str
    is_not_applicable: bool
    comment: str


@dataclass(frozen=True, slots=True)
class Row:
    """A criterion in the form of a rubric, as it was written."""

    place: int
    code: str
    name_ar: str
    name_en: str
    weight: str
    may_be_not_applicable: bool

    @property
    def is_empty(self) -> bool:
        return not (self.code or self.name_ar or self.name_en or self.weight)


def number_of(text: str) -> Decimal:
    """:class:`NotANumber` where it is none, or has more digits than a mark or a weight needs."""
    tidy = text.strip().replace("٫", ".")
    if _NUMBER.fullmatch(tidy) is None:
        raise NotANumber(text=text.strip()[:20])
    return Decimal(tidy)


def written(form: Form, rubric: Rubric) -> Written:
    marks: dict[str, Mark] = {}
    comments: dict[str, str] = {}
    for place, one in enumerate(rubric.criteria, 1):
        text = form.text(f"mark{place}").strip()
        if form.text(f"none{place}") == "1":
            marks[one.code] = NOT_APPLICABLE
        elif text:
            marks[one.code] = number_of(text)
        if comment := form.text(f"comment{place}").strip():
            comments[one.code] = comment
    return Written(marks, comments, form.text("remark").strip())


def lines_of(rubric: Rubric, stored: Written, form: Form) -> Iterator[Line]:
    """What was typed, else what is stored."""
    for place, one in enumerate(rubric.criteria, 1):
        mark = stored.marks.get(one.code)
        if form.fields:
            shown = form.text(f"mark{place}"), form.text(f"none{place}") == "1", form.text(f"comment{place}")
        else:
            shown = mark_text(mark), mark is NOT_APPLICABLE, stored.comments.get(one.code, "")
        yield Line(place, one, *shown)


def terms_of(form: Form, rows_max: int) -> Terms:
    """:class:`InvalidRubric` with everything that is wrong, :class:`NotANumber`."""
    criteria = tuple(
        Criterion(
            code=row.code,
            name_en=row.name_en,
            name_ar=row.name_ar,
            weight=number_of(row.weight or "0"),
            may_be_not_applicable=row.may_be_not_applicable,
        )
        for row in rows_of(form, rows_max)
        if not row.is_empty
    )
    scale = Scale(*(number_of(form.text(name)) for name in ("lowest", "highest", "step")))
    judges = int(number_of(form.text("judges_per_entry")))
    return Terms(Rubric(criteria, scale), judges, form.text("is_by_challenge") == "1")


def rows_of(form: Form, rows_max: int) -> list[Row]:
    return [
        Row(
            place,
            form.text(f"code{place}").strip(),
            form.text(f"name_ar{place}").strip(),
            form.text(f"name_en{place}").strip(),
            form.text(f"weight{place}").strip(),
            form.text(f"may{place}") == "1",
        )
        for place in range(1, rows_max + 1)
    ]


def rows_to_show(written: Sequence[Row], spare: int, rows_max: int) -> list[Row]:
    """Those that say something, and a few empty ones as long as there may be more."""
    filled = [row for row in written if not row.is_empty]
    count = min(rows_max, len(filled) + spare)
    empty = [
        Row(place, "", "", "", "", may_be_not_applicable=False) for place in range(len(filled) + 1, count + 1)
    ]
    return [
        Row(place, row.code, row.name_ar, row.name_en, row.weight, row.may_be_not_applicable)
        for place, row in enumerate(filled, 1)
    ] + empty


def stored_rows(rubric: Rubric) -> list[Row]:
    return [
        Row(place, one.code, one.name_ar, one.name_en, number_text(one.weight), one.may_be_not_applicable)
        for place, one in enumerate(rubric.criteria, 1)
    ]
