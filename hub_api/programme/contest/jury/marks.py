"""Numbers, marks and rubrics as forms write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from hackathon.contest.judging.model import NOT_APPLICABLE, Mark
from hackathon.contest.judging.rubric import Criterion, Rubric, Scale
from hackathon.contest.jury.errors import NotANumber
from hackathon.contest.jury.model import Marking, Terms
from hub_api.programme.contest.jury.words import mark_text, number_text
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.values import Special, ValueForm, rows

#: Digits of any script; few, since a number with a huge exponent costs more than it says.
_NUMBER = re.compile(r"[+-]?\d{1,9}(\.\d{1,6})?")
_SCALE = ("lowest", "highest", "step")
#: What a new rubric begins with.
_NEW = {"lowest": ["0"], "highest": ["10"], "step": ["0.5"], "judges_per_entry": ["3"]}


def number_of(text: str) -> Decimal:
    """:class:`NotANumber` where it is none, or has more digits than a mark or a weight needs."""
    tidy = text.strip().replace("٫", ".")
    if _NUMBER.fullmatch(tidy) is None:
        raise NotANumber(text=text.strip()[:20])
    return Decimal(tidy)


#: What a row says that is a criterion; what says nothing of it is none.
CRITERIA = ("code", "name_ar", "name_en", "weight")
_CRITERION = ValueForm(
    Criterion,
    names={"may_be_not_applicable": "may"},
    special={
        "weight": Special(
            lambda form: number_of(form.text("weight") or "0"),
            lambda weight: {"weight": [number_text(weight)]},
        )
    },
)
_ROWS = rows(_CRITERION, "code", CRITERIA)


def terms_of(form: Form) -> Terms:
    """:class:`JudgingRubricInvalid` with everything that is wrong, :class:`NotANumber`."""
    criteria, scale = _ROWS.read(form), Scale(*(number_of(form.text(name)) for name in _SCALE))
    judges = int(number_of(form.text("judges_per_entry")))
    return Terms(Rubric(criteria, scale), judges, form.text("is_by_challenge") == "1")


def form_of(terms: Terms | None, typed: Form) -> Form:
    """What was typed, else what is stored, else what a rubric begins with."""
    if typed.fields:
        return typed
    if terms is None:
        return Form(_NEW)
    scale = {name: [number_text(getattr(terms.rubric.scale, name))] for name in _SCALE}
    judges = {"judges_per_entry": [str(terms.judges_per_entry)]}
    by_challenge = {"is_by_challenge": ["1"]} if terms.is_by_challenge else {}
    return Form({**_ROWS.write(terms.rubric.criteria), **scale, **judges, **by_challenge})


@dataclass(frozen=True, slots=True)
class Line:
    """A criterion on the sheet: its ``place`` names the fields, the others are what stands in them."""

    place: int
    criterion: Criterion
    mark: str
    is_not_applicable: bool
    comment: str


def written(form: Form, rubric: Rubric) -> Marking:
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
    return Marking(marks, comments, form.text("remark").strip())


def lines_of(rubric: Rubric, stored: Marking, typed: Form | None) -> Iterator[Line]:
    """What was typed, else what is stored."""
    for place, one in enumerate(rubric.criteria, 1):
        if typed is None:
            mark = stored.marks.get(one.code)
            shown = mark_text(mark), mark is NOT_APPLICABLE, stored.comments.get(one.code, "")
        else:
            shown = (
                typed.text(f"mark{place}"),
                typed.text(f"none{place}") == "1",
                typed.text(f"comment{place}"),
            )
        yield Line(place, one, *shown)
