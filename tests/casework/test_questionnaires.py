"""Forms of several pages: which are sound, who is asked what, what is an answer, and what goes from page to page."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.forms.carrying import Carried, answers_of, carry, document_of, read_carried
from casework.forms.errors import AnswersExpired, AnswersTooLong, AnswersUnreadable
from casework.forms.model import (
    Answers,
    Bounds,
    Choice,
    Condition,
    CountedAs,
    FieldKind,
    FormField,
    Treatment,
)
from casework.forms.questionnaires import (
    base_of,
    digest_of,
    faults_of,
    in_order,
    is_erratum,
    missing,
    next_page,
    previous_page,
    put,
    settle,
    without,
)
from casework.forms.reading import read_answers
from casework.forms.rules import document_of as stored
from casework.forms.rules import form_of, why_wrong_form
from casework.forms.settings import FormSettings
from citycore.language import catalogue

LIMITS = FormSettings()
NOW = datetime(2026, 11, 27, 8, tzinfo=UTC)
KEY = b"k" * 32
OFFICES = (
    Choice("muscat", "مسقط", "Muscat"),
    Choice("sohar", "صحار", "Sohar"),
    Choice("nizwa", "نزوى", "Nizwa"),
)


def asks(code: str, kind: FieldKind = FieldKind.LINE, **more: object) -> FormField:
    return replace(FormField(code, "سؤال", "Question", kind), **more)  # type: ignore[arg-type]


OFFICE = asks("office", FieldKind.ONE_OF, choices=OFFICES, is_required=True, is_shuffled=True)
SCALE = asks("rating", FieldKind.SCALE, bounds=Bounds(1, 5), page=2, has_na=True, is_required=True)
WHY = asks("why", FieldKind.TEXT, page=3, is_required=True, asked_if=Condition("rating", ("1", "2")))
NAME = asks("name", page=4, is_identifying=True)
FORM = (OFFICE, SCALE, WHY, NAME)

UNSOUND = [
    ("nothing is asked", (), "", "questions"),
    ("a page is left out", (asks("a"), asks("b", page=3)), "", "pages"),
    ("a code stands twice", (asks("a"), asks("a")), "a", "code"),
    ("a code of another alphabet", (asks("سؤال"),), "سؤال", "code"),
    ("one language", (replace(asks("a"), name_ar=" "),), "a", "both_languages"),
    ("help in one language", (asks("a", help_en="Why we ask"),), "a", "both_languages"),
    ("a longer answer than any", (asks("a", characters_max=10_001),), "a", "characters"),
    ("one choice", (asks("a", FieldKind.ONE_OF, choices=OFFICES[:1]),), "a", "choices"),
    ("choices of a text", (asks("a", choices=OFFICES),), "a", "choices"),
    ("a choice twice", (asks("a", FieldKind.SOME_OF, choices=OFFICES * 2),), "a", "choice_twice"),
    ("a scale without ends", (asks("a", FieldKind.SCALE),), "a", "scale_points"),
    ("a scale of a hundred", (asks("a", FieldKind.SCALE, bounds=Bounds(0, 99)),), "a", "scale_points"),
    (
        "a name beyond the scale",
        (asks("a", FieldKind.SCALE, bounds=Bounds(1, 5), choices=(Choice("6", "ستة", "Six"),)),),
        "a",
        "scale_names",
    ),
    ("bounds upside down", (asks("a", FieldKind.NUMBER, bounds=Bounds(5, 1)),), "a", "bounds"),
    ("a mean of texts", (asks("a", treatment=Treatment(counted_as=CountedAs.MEAN)),), "a", "counted_as"),
    (
        "promoters on five points",
        (asks("a", FieldKind.SCALE, bounds=Bounds(1, 5), treatment=Treatment(counted_as=CountedAs.NPS)),),
        "a",
        "scale_points",
    ),
    (
        "a published name",
        (asks("a", is_identifying=True, treatment=Treatment(is_public=True)),),
        "a",
        "identifying",
    ),
    ("kept for no day", (asks("a", treatment=Treatment(keep_days=0)),), "a", "keep_days"),
    (
        "a condition on its own page",
        (OFFICE, asks("b", asked_if=Condition("office", ("sohar",)))),
        "b",
        "condition_page",
    ),
    (
        "a condition on what nobody can answer",
        (OFFICE, asks("b", page=2, asked_if=Condition("office", ("salalah",)))),
        "b",
        "condition_values",
    ),
]


@pytest.mark.parametrize(
    ("form", "code", "fault"), [case[1:] for case in UNSOUND], ids=[case[0] for case in UNSOUND]
)
def test_an_unsound_form_is_refused_at_the_question(
    form: tuple[FormField, ...], code: str, fault: str
) -> None:
    assert (code, fault) in {(found.code, found.fault) for found in faults_of(form, LIMITS)}


def test_a_sound_form_has_no_faults_and_comes_back_as_it_was_stored() -> None:
    assert list(faults_of(FORM, LIMITS)) == []
    assert form_of(stored(FORM)) == FORM
    assert form_of([{"code": "a", "name_ar": "ا", "name_en": "A", "kind": "text"}]) == (
        FormField("a", "ا", "A"),
    )


def test_forms_of_applications_ask_for_writing_only() -> None:
    refused = why_wrong_form([OFFICE], 10, 2_000)
    assert refused is not None
    assert (refused.name, refused.limit) == ("form_field", "line, text, link")


PLACE = asks("where", FieldKind.PLACE)
READ = [
    (asks("a"), {"a": ["  Sohar "]}, "Sohar"),
    (asks("a"), {"a": ["  "]}, None),
    (asks("a"), {}, None),
    (asks("a", FieldKind.TEXT), {"a": ["one\r\ntwo"]}, "one\ntwo"),
    (asks("a", FieldKind.LINK), {"a": ["https://example.om/x"]}, "https://example.om/x"),
    (asks("a", FieldKind.NUMBER), {"a": ["١٬٢٥٠٫٥"]}, "1250.5"),
    (asks("a", FieldKind.NUMBER), {"a": ["1e3"]}, "1000"),
    (asks("a", FieldKind.NUMBER, bounds=Bounds(0, 10)), {"a": ["10"]}, "10"),
    (asks("a", FieldKind.AMOUNT), {"a": ["12.5"]}, "12.500"),
    (asks("a", FieldKind.AMOUNT, bounds=Bounds(0, 12_500)), {"a": ["12.5"]}, "12.500"),
    (asks("a", FieldKind.DATE), {"a": ["2026-02-28"]}, "2026-02-28"),
    (OFFICE, {"office": ["sohar"]}, "sohar"),
    (asks("a", FieldKind.SOME_OF, choices=OFFICES), {"a": ["nizwa", "muscat", "nizwa"]}, ("muscat", "nizwa")),
    (SCALE, {"rating": ["5"]}, 5),
    (SCALE, {"rating": ["٥"]}, 5),
    (
        PLACE,
        {"where.governorate": ["OM-BS"], "where.longitude": ["56.7091234567"], "where.latitude": ["24.3"]},
        {"governorate": "OM-BS", "longitude": "56.70912", "latitude": "24.3"},
    ),
    (asks("a", FieldKind.CONSENT), {"a": ["1"]}, True),
    (asks("a", FieldKind.CONSENT), {}, False),
]


@pytest.mark.parametrize(("field", "sent", "value"), READ)
def test_an_answer_is_read(field: FormField, sent: dict[str, list[str]], value: object) -> None:
    answers, wrong = read_answers([field], sent)
    assert (answers.values.get(field.code), wrong) == (value, [])


REFUSED = [
    (asks("a", characters_max=3), {"a": ["four"]}, "characters"),
    (asks("a"), {"a": ["one\ntwo"]}, "one_line"),
    (replace(asks("a"), is_email=True), {"a": ["somebody@nowhere"]}, "email"),
    (asks("a", FieldKind.LINK), {"a": ["javascript:alert(1)"]}, "link"),
    *(
        (asks("a", FieldKind.NUMBER), {"a": [text]}, "number")
        for text in ("1,250", "NaN", "Infinity", "1e400", "x", "9" * 30)
    ),
    (asks("a", FieldKind.NUMBER, bounds=Bounds(0, 10)), {"a": ["10.01"]}, "between"),
    (asks("a", FieldKind.AMOUNT), {"a": ["1.0005"]}, "decimals"),
    (asks("a", FieldKind.AMOUNT, bounds=Bounds(0, 12_500)), {"a": ["12.501"]}, "between"),
    (asks("a", FieldKind.DATE), {"a": ["2026-02-30"]}, "date"),
    (OFFICE, {"office": ["salalah"]}, "choice"),
    (asks("a", FieldKind.SOME_OF, choices=OFFICES), {"a": ["nizwa", "salalah"]}, "choice"),
    *((SCALE, {"rating": [text]}, "choice") for text in ("0", "6", "3.5", "-1", "²", "9" * 5000)),
    (PLACE, {"where.wilayat": ["Sohar"]}, "governorate"),
    (PLACE, {"where.governorate": ["OM-BS"], "where.longitude": ["56"]}, "point"),
    (PLACE, {"where.governorate": ["OM-BS"], "where.longitude": ["181"], "where.latitude": ["1"]}, "between"),
]


@pytest.mark.parametrize(("field", "sent", "fault"), REFUSED)
def test_a_wrong_answer_is_refused_with_what_it_may_be(
    field: FormField, sent: dict[str, list[str]], fault: str
) -> None:
    answers, wrong = read_answers([field], sent)
    assert [(found.code, found.fault) for found in wrong] == [(field.code, fault)]
    assert answers == Answers()


@given(
    st.dictionaries(
        st.sampled_from(["a", "a.na", "a.governorate", "a.longitude"]), st.lists(st.text(), max_size=2)
    ),
    st.sampled_from(FieldKind),
)
def test_whatever_a_browser_sends_is_an_answer_or_refused(
    sent: dict[str, list[str]], kind: FieldKind
) -> None:
    field = asks("a", kind, choices=OFFICES, bounds=Bounds(1, 5), has_na=True)
    answers, wrong = read_answers([field], sent)
    assert len(answers.values) + len(answers.not_applicable) + len(wrong) <= 1
    assert answers_of(document_of(answers)) == answers


def test_every_fault_has_its_sentence_in_both_languages() -> None:
    kinds = [("question", found) for case in UNSOUND for found in faults_of(case[1], LIMITS)]
    kinds += [("answer", found) for field, sent, _ in REFUSED for found in read_answers([field], sent)[1]]
    kinds += [
        ("answer", found)
        for found in missing([OFFICE, asks("c", FieldKind.CONSENT, is_required=True)], Answers())
    ]
    for table, found in kinds:
        for language in ("ar", "en"):
            assert found.limit in catalogue("casework.forms").text(
                f"{table}.{found.fault}", language, limit=found.limit
            )  # type: ignore[arg-type]


def test_the_next_page_follows_from_earlier_answers() -> None:
    pleased = Answers({"office": "sohar", "rating": 5})
    assert [next_page(FORM, pleased, page) for page in range(5)] == [1, 2, 4, 4, None]
    cross = Answers({"office": "sohar", "rating": 2})
    assert [next_page(FORM, cross, page) for page in range(5)] == [1, 2, 3, 4, None]
    assert (
        previous_page(FORM, pleased, 4),
        previous_page(FORM, cross, 4),
        previous_page(FORM, cross, 1),
    ) == (2, 3, None)


def test_what_was_not_asked_is_not_what_was_left_blank() -> None:
    changed = put(
        Answers({"office": "sohar", "rating": 2, "why": "The queue"}), [SCALE], Answers({"rating": 5})
    )
    settled = settle(FORM, changed)
    assert settled == Answers({"office": "sohar", "rating": 5}, not_asked=frozenset({"why"}))
    not_rated = settle(FORM, put(settled, [SCALE], Answers(not_applicable=frozenset({"rating"}))))
    assert (not_rated.not_applicable, not_rated.not_asked) == ({"rating"}, {"why"})
    cross = settle(FORM, Answers({"office": "sohar", "rating": 1}))
    assert [found.code for found in missing(FORM, cross)] == ["why"]
    assert [base_of(field, [settled, not_rated, cross]) for field in FORM] == [3, 3, 1, 3]


def test_choices_have_an_order_for_each_and_the_same_again() -> None:
    orders = {in_order(OFFICE, seed) for seed in range(50)}
    assert len(orders) == 6
    assert in_order(OFFICE, 7) == in_order(OFFICE, 7)
    assert in_order(replace(OFFICE, is_shuffled=False), 7) == OFFICES


def test_a_form_is_known_by_its_words_and_an_erratum_changes_nothing_else() -> None:
    mended = (replace(OFFICE, name_en="Which office?"), *FORM[1:])
    assert digest_of(FORM) != digest_of(mended)
    assert is_erratum(FORM, mended)
    assert not is_erratum(FORM, FORM)
    assert not is_erratum(FORM, (replace(OFFICE, choices=OFFICES[:2]), *FORM[1:]))
    assert not is_erratum(FORM, (replace(OFFICE, treatment=Treatment(is_public=True)), *FORM[1:]))


def test_whoever_must_not_know_sees_no_identifying_answer_and_the_public_only_public_ones() -> None:
    answers = Answers({"office": "sohar", "rating": 4, "name": "Salma"}, not_asked=frozenset({"why"}))
    assert set(without(FORM, answers, identifying=True).values) == {"office", "rating"}
    form = (replace(OFFICE, treatment=Treatment(is_public=True)), *FORM[1:])
    assert without(form, answers, identifying=False) == Answers({"office": "sohar"})


CARRIED = Carried(Answers({"office": "صحار", "some": ("a", "b"), "agreed": True}, frozenset({"rating"})), 42)


def test_answers_go_from_page_to_page_and_nothing_else_does() -> None:
    digest = digest_of(FORM)
    text = carry(KEY, digest, CARRIED, NOW, LIMITS)
    assert read_carried(KEY, digest, text, NOW + timedelta(hours=3, minutes=59), LIMITS) == CARRIED
    with pytest.raises(AnswersExpired):
        read_carried(KEY, digest, text, NOW + timedelta(hours=4), LIMITS)
    mended = digest_of((replace(OFFICE, name_en="Which office?"), *FORM[1:]))
    flipped = text[:60] + ("A" if text[60] != "A" else "B") + text[61:]
    for key, other, sent in (
        (b"x" * 32, digest, text),
        (KEY, mended, text),
        (KEY, digest, flipped),
        (KEY, digest, "ä"),
        (KEY, digest, ""),
        (KEY, digest, "A" * 70_000),
    ):
        with pytest.raises(AnswersUnreadable):
            read_carried(key, other, sent, NOW, LIMITS)


def test_answers_have_a_length_at_which_they_are_refused_before_they_are_sent() -> None:
    with pytest.raises(AnswersTooLong):
        carry(KEY, digest_of(FORM), Carried(Answers({"why": "ش" * 40_000}), 1), NOW, LIMITS)
