"""What the desk of forms shows of a question: as a card among the others, and in the form in which it is written. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from casework.forms.editing import Questions, question_of
from casework.forms.model import CHOSEN, PACKAGE, FieldKind, FormField
from casework.forms.questionnaires import AGREED, faults_of
from casework.forms.settings import FormSettings
from citycore.language import Language, catalogue
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.question_fields import (
    ROWS_MAX,
    Row,
    conditions_for,
    fields_of,
    rows_of,
    typed_rows,
)
from hub_api.programme.kit.rendering import WORDS

#: What the form of a question says besides the question.
_CARRIED: Final = frozenset({"form_token", "version", "was", "kind", "then"})
_NAMES: Final = {"page": "on_page"}


@dataclass(frozen=True, slots=True)
class Card:
    """A question as the desk shows it; ``asked_if`` is the question that decides whether it is asked, and its answers."""

    field: FormField
    number: int
    name: str
    other_name: str
    choices: Sequence[str]
    asked_if: tuple[str, str] | None
    faults: Sequence[str]


class Decider(NamedTuple):
    """A question of an earlier page, with its answers as (value, name, whether it is ticked)."""

    name: str
    answers: Sequence[tuple[str, str, bool]]


def cards_of(form: Questions, limits: FormSettings, language: Language) -> Iterator[Card]:
    for number, one in enumerate(form, 1):
        own, other = (one.name_ar, one.name_en) if language == "ar" else (one.name_en, one.name_ar)
        yield Card(
            one,
            number,
            own or other,
            other if own else "",
            [_name_of(one, row, language) for row in rows_of(one)],
            _condition(form, one, language),
            faults_told(form, limits, language, one.code),
        )


def _name_of(question: FormField, row: Row, language: Language) -> str:
    name = row.name_ar if language == "ar" else row.name_en
    if question.kind is FieldKind.SCALE:
        return f"{row.code} ({name})" if name else row.code
    return name or row.name_ar or row.name_en or row.code


def _condition(form: Questions, question: FormField, language: Language) -> tuple[str, str] | None:
    condition = question.asked_if
    if condition is None:
        return None
    other = question_of(form, condition.code)
    name, names = condition.code, dict[str, str]()
    if other is not None:
        name, names = _title(other, language), dict(_answers_of(other, language))
    between = WORDS.text("questionnaire.between", language)
    return _apart(name), between.join(_apart(names.get(value, value)) for value in condition.values)


def _title(question: FormField, language: Language) -> str:
    """In the reader's language, or else as it is known so far."""
    both = (question.name_ar, question.name_en)
    return next(filter(None, both if language == "ar" else both[::-1]), question.code)


def _apart(text: str) -> str:
    """Within a line of the other direction."""
    return f"\u2068{text}\u2069"


def _answers_of(question: FormField, language: Language) -> list[tuple[str, str]]:
    """What conditions can look for, and what it is called."""
    if question.kind is FieldKind.CONSENT:
        return [(AGREED, WORDS.text("questionnaire.agreed", language))]
    return [(row.code, _name_of(question, row, language)) for row in rows_of(question)]


def faults_told(form: Questions, limits: FormSettings, language: Language, code: str = "") -> list[str]:
    """What stands against asking a question like this, or against the form as a whole; each once."""
    texts = catalogue(PACKAGE)
    found = [
        texts.text(f"question.{one.fault}", language, limit=one.limit)
        for one in faults_of(form, limits)
        if one.code == code
    ]
    return list(dict.fromkeys(found))


def rows_shown(question: FormField, typed: Form, *, is_new: bool, spare: int) -> list[Row]:
    """A row for each choice and some to spare; none where the list is longer than rows are good for."""
    rows = rows_of(question) if is_new else list(typed_rows(typed))
    if question.kind not in CHOSEN:
        return rows
    if len(rows) > ROWS_MAX or typed.text("pasted_ar"):
        return []
    empty = sum(not (row.name_ar or row.name_en) for row in rows)
    wanted = spare if len(rows) - empty < 2 else min(spare, 2)
    return rows + [Row("", "", "")] * max(0, min(wanted - empty, ROWS_MAX - len(rows)))


def deciders_of(form: Questions, question: FormField, typed: Form, language: Language) -> list[Decider]:
    """What can decide who is asked; what is ticked and no longer there can be unticked."""
    ticked, known = set(typed.all("asked_if")), set[str]()
    found = []
    for one in conditions_for(form, question.page):
        answers = [
            (f"{one.code}={value}", name, f"{one.code}={value}" in ticked)
            for value, name in _answers_of(one, language)
        ]
        known.update(value for value, _, _ in answers)
        found.append(Decider(_title(one, language), answers))
    gone = sorted(ticked - known)
    if gone:
        name = WORDS.text("form_desk.gone", language)
        found.append(Decider(name, [(value, value, True) for value in gone]))
    return found


def differences(
    form: Questions, now: FormField | None, typed: Form, language: Language
) -> list[tuple[str, str]]:
    """What is stored now where something else was typed, each with the text that names it."""
    if now is None:
        return []
    stored, found = fields_of(now), dict[str, str]()
    for name in dict.fromkeys((*stored, *typed.fields)):
        if name not in _CARRIED and stored.get(name, []) != [
            one for one in typed.fields.get(name, []) if one
        ]:
            key = "choices" if name.startswith(("choice_", "pasted_")) else name
            found[key] = "\n".join(stored.get(name, []))
    condition, counted = _condition(form, now, language), now.treatment.counted_as
    words = {
        "choices": "\n".join(_name_of(now, row, language) for row in rows_of(now)),
        "asked_if": "" if condition is None else ": ".join(condition),
        "counted_as": "" if counted is None else counted.label.text(language),
    }
    return [(_NAMES.get(name, name), words.get(name, text)) for name, text in found.items()]
