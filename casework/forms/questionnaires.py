"""Forms of several pages with questions of every kind: which are sound, who is asked what, and what is an answer. Pure.

Conditions look at earlier pages only, so that the server decides which page comes next and no script is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256

from casework.audit.canonical import canonical
from casework.forms.model import (
    BOUNDED,
    CHOSEN,
    Answers,
    Choice,
    Condition,
    CountedAs,
    FieldKind,
    FormField,
    Value,
    WrongAnswer,
)
from casework.forms.rules import document_of
from casework.forms.settings import FormSettings

Form = Sequence[FormField]
_CODE = re.compile(r"[a-z][a-z0-9_]{0,40}")
#: Sets of one code that are kept.
_CODES_KEPT = 10_000
#: The code of what was agreed to, in conditions.
AGREED = "yes"
#: Which figures can be made of which kinds.
COUNTABLE = {
    FieldKind.ONE_OF: {CountedAs.SHARE},
    FieldKind.SOME_OF: {CountedAs.SHARE},
    FieldKind.SCALE: {CountedAs.SHARE, CountedAs.TOP_TWO, CountedAs.NPS, CountedAs.MEAN},
    FieldKind.NUMBER: {CountedAs.MEAN},
    FieldKind.AMOUNT: {CountedAs.MEAN},
    FieldKind.TEXT: {CountedAs.THEMES},
    FieldKind.LINE: {CountedAs.THEMES},
}


def faults_of(form: Form, limits: FormSettings) -> Iterator[WrongAnswer]:
    """What stands against asking like this, by question; "" is the form as a whole."""
    codes = [field.code for field in form]
    if not 1 <= len(form) <= limits.fields_max:
        yield WrongAnswer("", "questions", f"1–{limits.fields_max}")
    pages = sorted({field.page for field in form})
    if pages != list(range(1, len(pages) + 1)) or len(pages) > limits.pages_max:
        yield WrongAnswer("", "pages", f"1–{limits.pages_max}")
    known = {field.code: field for field in form}
    for field in form:
        if not is_code(field.code) or codes.count(field.code) > 1:
            yield WrongAnswer(field.code, "code", "a–z 0–9 _")
        if not (field.name_ar.strip() and field.name_en.strip()):
            yield WrongAnswer(field.code, "both_languages")
        if bool(field.help_ar.strip()) != bool(field.help_en.strip()):
            yield WrongAnswer(field.code, "both_languages")
        if not 1 <= field.characters_max <= limits.characters_max:
            yield WrongAnswer(field.code, "characters", f"1–{limits.characters_max}")
        yield from _wrong_choices(field, limits)
        yield from _wrong_bounds(field, limits)
        yield from _wrong_treatment(field)
        if field.asked_if is not None:
            yield from _wrong_condition(field, field.asked_if, known)


def is_code(text: str) -> bool:
    """Whether a question or a choice can be called like this in tables of answers."""
    return _CODE.fullmatch(text) is not None


def pages_of(form: Form) -> list[int]:
    return sorted({field.page for field in form})


def is_asked(field: FormField, answers: Answers) -> bool:
    """Whether the question is put to somebody who answered like this on earlier pages."""
    condition = field.asked_if
    return condition is None or not codes_of(answers.values.get(condition.code)).isdisjoint(condition.values)


def asked_on(form: Form, page: int, answers: Answers) -> list[FormField]:
    return [field for field in form if field.page == page and is_asked(field, answers)]


def kept_of(form: Form, answers: Answers) -> Answers:
    """What was answered to an earlier version and is an answer to this one too: the rest is asked anew."""
    known = {field.code: field for field in form}
    values = {
        code: value
        for code, value in answers.values.items()
        if code in known and _is_still_answer(known[code], value)
    }
    return Answers(values, answers.not_applicable & known.keys(), answers.not_asked & known.keys())


def _is_still_answer(field: FormField, value: Value) -> bool:
    if field.kind in CHOSEN:
        return codes_of(value) <= {choice.code for choice in field.choices}
    return not isinstance(value, str) or len(value) <= field.characters_max


def next_page(form: Form, answers: Answers, after: int = 0) -> int | None:
    """The first page after this one on which anything is asked; None at the end."""
    return next((page for page in pages_of(form) if page > after and asked_on(form, page, answers)), None)


def previous_page(form: Form, answers: Answers, before: int) -> int | None:
    """The last page before this one on which anything was asked; None on the first."""
    earlier = [page for page in pages_of(form) if page < before and asked_on(form, page, answers)]
    return earlier[-1] if earlier else None


def put(answers: Answers, page: Iterable[FormField], given: Answers) -> Answers:
    """With what was answered on a page in place of what was answered there before."""
    codes = {field.code for field in page}
    kept = {code: value for code, value in answers.values.items() if code not in codes}
    return Answers({**kept, **given.values}, (answers.not_applicable - codes) | given.not_applicable)


def settle(form: Form, answers: Answers) -> Answers:
    """As it is stored: without answers to questions that the later answers no longer lead to."""
    values: dict[str, Value] = {}
    not_applicable: set[str] = set()
    not_asked: set[str] = set()
    for field in sorted(form, key=lambda field: field.page):
        if not is_asked(field, Answers(values)):
            not_asked.add(field.code)
        elif field.code in answers.not_applicable:
            not_applicable.add(field.code)
        elif field.code in answers.values:
            values[field.code] = answers.values[field.code]
    return Answers(values, frozenset(not_applicable), frozenset(not_asked))


def missing(asked: Iterable[FormField], answers: Answers) -> Iterator[WrongAnswer]:
    """Required questions without an answer."""
    for field in asked:
        if field.is_required and field.code not in answers.not_applicable:
            value = answers.values.get(field.code)
            if value is None or (field.kind is FieldKind.CONSENT and value is not True):
                yield WrongAnswer(field.code, "consent" if field.kind is FieldKind.CONSENT else "required")


def in_order(field: FormField, seed: int) -> tuple[Choice, ...]:
    """The choices as somebody with this seed sees them."""
    if not field.is_shuffled:
        return field.choices
    return tuple(
        sorted(
            field.choices, key=lambda choice: sha256(f"{seed}:{field.code}:{choice.code}".encode()).digest()
        )
    )


def codes_of(value: Value | None) -> frozenset[str]:
    """An answer as conditions and counts compare it."""
    if isinstance(value, str):
        return _alone(value)
    if isinstance(value, bool):
        return frozenset({AGREED} if value else ())
    if isinstance(value, tuple):
        return frozenset(value)
    return frozenset((str(value),) if isinstance(value, int) else ())


@lru_cache(maxsize=_CODES_KEPT)
def _alone(code: str) -> frozenset[str]:
    """The same set for the same code: of a hundred thousand answers there are a few."""
    return frozenset((code,))


def digest_of(form: Form) -> bytes:
    """SHA-256 over the canonical JSON (RFC 8785) of a form: what people were asked, word by word."""
    return sha256(canonical(document_of(form))).digest()


def is_erratum(before: Form, after: Form) -> bool:
    """Whether only words differ, so that answers to both can be counted together once somebody says that they mean the same."""
    return digest_of(before) != digest_of(after) and _wordless(before) == _wordless(after)


def without(form: Form, answers: Answers, *, identifying: bool) -> Answers:
    """Answers that reach those who must not know who answered (``identifying``), or everybody (not ``identifying``)."""
    kept = {
        field.code
        for field in form
        if (not field.is_identifying if identifying else field.treatment.is_public)
    }
    return Answers(
        {code: value for code, value in answers.values.items() if code in kept},
        answers.not_applicable & kept,
        answers.not_asked & kept,
    )


def base_of(field: FormField, all_answers: Iterable[Answers]) -> int:
    """How many were asked the question."""
    return sum(field.code not in answers.not_asked for answers in all_answers)


def _wrong_choices(field: FormField, limits: FormSettings) -> Iterator[WrongAnswer]:
    codes = [choice.code for choice in field.choices]
    if field.kind in CHOSEN and not 2 <= len(codes) <= limits.choices_max:
        yield WrongAnswer(field.code, "choices", f"2–{limits.choices_max}")
    if field.kind not in CHOSEN and field.kind is not FieldKind.SCALE and codes:
        yield WrongAnswer(field.code, "choices", "0")
    if len(set(codes)) < len(codes):
        yield WrongAnswer(field.code, "choice_twice")
    for choice in field.choices:
        if field.kind in CHOSEN and not is_code(choice.code):
            yield WrongAnswer(field.code, "code", "a–z 0–9 _")
        if not (choice.name_ar.strip() and choice.name_en.strip()):
            yield WrongAnswer(field.code, "both_languages")


def _wrong_bounds(field: FormField, limits: FormSettings) -> Iterator[WrongAnswer]:
    bounds = field.bounds
    if bounds is None:
        if field.kind is FieldKind.SCALE:
            yield WrongAnswer(field.code, "scale_points", f"2–{limits.scale_points_max}")
        return
    if field.kind not in BOUNDED or bounds.least > bounds.most:
        yield WrongAnswer(field.code, "bounds")
    if field.kind is FieldKind.SCALE:
        points = bounds.most - bounds.least + 1
        if not 2 <= points <= limits.scale_points_max:
            yield WrongAnswer(field.code, "scale_points", f"2–{limits.scale_points_max}")
        elif not {choice.code for choice in field.choices} <= {
            str(point) for point in range(bounds.least, bounds.most + 1)
        }:
            yield WrongAnswer(field.code, "scale_names", f"{bounds.least}–{bounds.most}")


def _wrong_treatment(field: FormField) -> Iterator[WrongAnswer]:
    treatment = field.treatment
    if treatment.counted_as is not None and treatment.counted_as not in COUNTABLE.get(field.kind, set()):
        yield WrongAnswer(field.code, "counted_as")
    if treatment.counted_as is CountedAs.NPS and (
        field.bounds is None or (field.bounds.least, field.bounds.most) != (0, 10)
    ):
        yield WrongAnswer(field.code, "scale_points", "0–10")
    if field.is_identifying and (treatment.is_public or treatment.counted_as is not None):
        yield WrongAnswer(field.code, "identifying")
    if treatment.keep_days is not None and treatment.keep_days < 1:
        yield WrongAnswer(field.code, "keep_days", "1–")


def _wrong_condition(
    field: FormField, condition: Condition, known: Mapping[str, FormField]
) -> Iterator[WrongAnswer]:
    other = known.get(condition.code)
    if other is None or other.page >= field.page:
        yield WrongAnswer(field.code, "condition_page", str(field.page - 1))
    elif not set(condition.values) <= possible_values(other) or not condition.values:
        yield WrongAnswer(field.code, "condition_values", ", ".join(sorted(possible_values(other))))


def possible_values(field: FormField) -> set[str]:
    """What conditions can look for among the answers to a question; nothing for what is written."""
    if field.kind is FieldKind.CONSENT:
        return {AGREED}
    if field.kind is FieldKind.SCALE and field.bounds is not None:
        return {str(point) for point in range(field.bounds.least, field.bounds.most + 1)}
    return {choice.code for choice in field.choices}


def _wordless(form: Form) -> list[FormField]:
    return [
        replace(
            field,
            name_ar="",
            name_en="",
            help_ar="",
            help_en="",
            choices=tuple(Choice(choice.code, "", "") for choice in field.choices),
        )
        for field in form
    ]
