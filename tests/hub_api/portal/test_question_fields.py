"""A question as fields and back, and a form while it is written: pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.forms.documents import read_form, write_form
from casework.forms.editing import blank, code_of, copied, lowered, placed, put, raised, taken_out, to_page
from casework.forms.errors import ChoicesUneven, DocumentUnsound, TwoConditions
from casework.forms.model import BOUNDED, CHOSEN, Bounds, Choice, Condition, FieldKind, FormField, Treatment
from casework.forms.questionnaires import COUNTABLE, faults_of, is_code
from casework.forms.settings import FormSettings
from casework.workflow.errors import WrongField
from hub_api.programme.kit.errors import FigureUnreadable, FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.question_fields import ROWS_MAX, WRITTEN, fields_of, read_question

LIMITS = FormSettings()
NAMES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30)
CODES = st.from_regex(r"[a-z][a-z0-9]{0,8}(_[a-z0-9]{1,6})?", fullmatch=True)


@st.composite
def questions(draw: st.DrawFn, kind: FieldKind) -> FormField:
    """Whatever a desk can write of a kind."""
    codes = draw(st.lists(CODES, unique=True, min_size=2, max_size=ROWS_MAX + 2 if kind in CHOSEN else 2))
    least = draw(st.integers(-5_000, 5_000)) if kind is not FieldKind.SCALE else draw(st.integers(0, 3))
    most = least + draw(st.integers(1, 8))
    has_bounds = kind is FieldKind.SCALE or (kind in BOUNDED and draw(st.booleans()))
    named = {FieldKind.SCALE: [str(least), str(most)]}.get(kind, codes if kind in CHOSEN else [])
    counted = draw(st.sampled_from([None, *sorted(COUNTABLE.get(kind, ()))]))
    return FormField(
        draw(CODES), draw(NAMES), draw(NAMES), kind, draw(st.booleans()),
        draw(st.integers(1, 9_000)) if kind in WRITTEN else 2_000,
        draw(st.booleans()), draw(NAMES), draw(NAMES), draw(st.integers(1, 9)),
        tuple(Choice(code, draw(NAMES), draw(NAMES)) for code in named),
        draw(st.booleans()),
        Bounds(least, most, draw(st.sampled_from(["", "min", "%"])) if kind is FieldKind.NUMBER else "") if has_bounds else None,
        draw(st.none() | st.builds(Condition, CODES, st.lists(CODES, unique=True, min_size=1, max_size=3).map(tuple))),
        draw(st.booleans()),
        Treatment(draw(st.booleans()), counted, draw(st.none() | st.integers(1, 900))),
    )  # fmt: skip


@pytest.mark.parametrize("kind", list(FieldKind))
@settings(max_examples=8)
@given(data=st.data())
def test_a_question_comes_back_from_its_fields_and_from_a_file(kind: FieldKind, data: st.DataObject) -> None:
    question = data.draw(questions(kind))
    assert read_question(Form(fields_of(question)), kind, LIMITS) == question
    for written in ("yaml", "json"):
        assert read_form(write_form([question], written), LIMITS) == placed([question])


@pytest.mark.parametrize(
    ("kind", "change", "refusal"),
    [
        ("number", {"least": "one"}, FigureUnreadable),
        ("number", {"least": "1"}, FigureUnreadable),
        ("number", {"least": "1", "most": "9" * 30}, FigureUnreadable),
        ("amount", {"least": "0.0001", "most": "1"}, FigureUnreadable),
        ("line", {"characters_max": "many"}, FigureUnreadable),
        ("line", {"keep_days": "1.5"}, FigureUnreadable),
        ("line", {"name_ar": "ع" * 501}, WrongField),
        ("one_of", {"choice_ar0": "ع" * 501}, WrongField),
        ("one_of", {"pasted_ar": "أ\nب", "pasted_en": "a"}, ChoicesUneven),
        ("one_of", {"counted_as": "nps"}, FormUnreadable),
        ("one_of", {"asked_if": ["a=1", "b=1"]}, TwoConditions),
    ],
)
def test_what_cannot_be_kept_is_named(kind: str, change: dict[str, Any], refusal: type[Exception]) -> None:
    sent = {name: value if isinstance(value, list) else [value] for name, value in change.items()}
    with pytest.raises(refusal):
        read_question(Form(sent), FieldKind(kind), LIMITS)


def test_digits_of_both_scripts_and_codes_out_of_names() -> None:
    sent = {
        "name_en": ["How long?"], "least": ["٠٫٥"], "most": ["12.5"], "asked_if": ["been=yes", "been=no"],
    }  # fmt: skip
    found = read_question(Form(sent), FieldKind.AMOUNT, LIMITS)
    assert (found.code, found.bounds) == ("how_long", Bounds(500, 12_500))
    assert found.asked_if == Condition("been", ("yes", "no"))
    rows = {"choice_ar0": ["نعم"], "choice_en0": ["Yes"], "choice_ar1": [""], "choice_en1": [""]}
    lines = {"pasted_ar": ["لا\nربما"], "pasted_en": ["No\nYes"]}
    found = read_question(Form({**rows, **lines}), FieldKind.ONE_OF, LIMITS)
    assert [one.code for one in found.choices] == ["yes", "no", "yes_2"]


@given(st.text(max_size=80), st.sets(st.text(max_size=80), max_size=5))
def test_a_code_out_of_a_name_is_one_and_new(name: str, taken: set[str]) -> None:
    code = code_of(name, taken, "question")
    assert is_code(code)
    assert code not in taken
    assert code_of(code, (), "question") == code


@pytest.mark.parametrize("kind", list(FieldKind))
def test_a_new_question_lacks_nothing_but_words(kind: FieldKind) -> None:
    choices = tuple(Choice(code, "أ", "a") for code in ("a", "b")) if kind in CHOSEN else ()
    written = replace(blank(kind), code="one", name_ar="أ", name_en="a", choices=choices)
    assert list(faults_of([written], LIMITS)) == []


def of(text: str) -> tuple[FormField, ...]:
    """``ab|c``: the questions a and b on the first page, c on the second."""
    return tuple(
        FormField(code, "", "", page=page) for page, codes in enumerate(text.split("|"), 1) for code in codes
    )


def shown(form: tuple[FormField, ...]) -> str:
    pages = sorted({one.page for one in form})
    assert pages == list(range(1, len(pages) + 1))
    return "|".join("".join(one.code for one in form if one.page == page) for page in pages)


@pytest.mark.parametrize(
    ("before", "work", "after"),
    [
        ("ab|c", lambda form: raised(form, "b"), "ba|c"),
        ("ab|c", lambda form: raised(form, "a"), "ab|c"),
        ("ab|cd", lambda form: raised(form, "c"), "abc|d"),
        ("ab|c|d", lambda form: raised(form, "c"), "abc|d"),
        ("ab|c", lambda form: lowered(form, "a"), "ba|c"),
        ("ab|c", lambda form: lowered(form, "b"), "a|bc"),
        ("ab", lambda form: lowered(form, "b"), "a|b"),
        ("a|b", lambda form: lowered(form, "b"), "a|b"),
        ("a|b", lambda form: lowered(form, "a"), "ab"),
        ("ab|c", lambda form: lowered(form, "x"), "ab|c"),
        ("ab|c", lambda form: to_page(form, "a", 2), "b|ca"),
        ("ab|c", lambda form: to_page(form, "a", 9), "b|c|a"),
        ("a|b|c", lambda form: to_page(form, "b", 1), "ab|c"),
        ("a|b|c", lambda form: taken_out(form, "b"), "a|c"),
        ("ab|c", lambda form: put(form, None, of("x")[0]), "abx|c"),
        ("ab|c", lambda form: put(form, "a", of("x")[0]), "xb|c"),
        ("ab|c", lambda form: put(form, "a", of("|x")[0]), "b|cx"),
    ],
)
def test_questions_move(before: str, work: Any, after: str) -> None:
    assert shown(work(of(before))) == after


def test_conditions_follow_a_code_and_copies_have_their_own() -> None:
    form = (FormField("a", "", ""), FormField("b", "", "", page=2, asked_if=Condition("a", ("yes",))))
    renamed = put(form, "a", replace(form[0], code="z"))
    assert renamed[1].asked_if == Condition("z", ("yes",))
    assert [one.code for one in put(form, None, form[0])] == ["a", "a_2", "b"]
    assert [one.code for one in put(form, "b", form[0])] == ["a", "a_2"]
    assert [one.code for one in copied(copied(form, "b"), "b")] == ["a", "b", "b_3", "b_2"]


@pytest.mark.parametrize(
    ("written", "where"),
    [
        ("", "questions"),
        ("questions: []", "questions"),
        ("questions: [a]", "questions"),
        ("- {code: a, name_ar: b, name_en: c}\n- {code: a, name_ar: b, name_en: c}", "questions[1].code"),
        ("- {code: A b, name_ar: b, name_en: c}", "questions[0].code"),
        ("- {code: a, name_ar: b, nme: c}", "questions[0].nme"),
        ("- {code: a, name_ar: b, name_en: c, bounds: {least: 0, mst: 3}}", "questions[0].bounds.mst"),
        ("- {code: a, name_ar: b, name_en: c, page: x}", "questions[0].page"),
        ("- {code: a, name_ar: b, name_en: c, page: 99999999999}", "questions[0].page"),
        ("- {code: a, name_ar: b, name_en: c, choices: x}", "questions[0].choices"),
        ("a: &x [1]\nb: *x", "2"),
        ("a: 1\na: 2", "2"),
        ("- - [", "1"),
        ("{", "–"),
        ("[" * 4_000, "–"),
        ('[{"code":"a","name_ar":"\\ud800","name_en":"b"}]', "questions[0].name_ar"),
        ('- {code: a, name_ar: "\\0", name_en: b}', "questions[0].name_ar"),
        ("x" * 262_145, "–"),
    ],
)
def test_a_file_that_is_no_form_is_told_where(written: str, where: str) -> None:
    with pytest.raises(DocumentUnsound) as refused:
        read_form(written.encode(), LIMITS)
    assert refused.value.details["where"] == where


def test_plain_words_of_yaml_are_words() -> None:
    (found,) = read_form(
        b"- {code: on, name_ar: x, name_en: no, kind: one_of, is_required: true,"
        b" choices: [{code: yes, name_ar: y, name_en: yes}, {code: no, name_ar: n, name_en: 1}]}",
        LIMITS,
    )
    assert (found.code, found.name_en, found.is_required) == ("on", "no", True)
    assert [one.code for one in found.choices] == ["yes", "no"]
