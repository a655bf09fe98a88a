"""What stands with every figure, in two languages, made from facts alone."""

from __future__ import annotations

import pytest

from casework.people.model import Names
from casework.statistics.model import Estimate, Interval
from casework.statistics.proportions import share_of
from casework.statistics.statement import (
    Facts,
    Sampling,
    Weighed,
    Weighting,
    chance_text,
    percent_text,
    share_text,
    statement,
    statements,
)
from casework.statistics.themes import confusion

WEB, KIOSK, PHONE = Names("الموقع", "the web"), Names("الأكشاك", "kiosks"), Names("الهاتف", "telephone")


def self_selected(answered: int = 412, **more: object) -> Facts:
    return Facts(sampling=Sampling.SELF_SELECTED, answered=answered, answers_min=30, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answered", "arabic"),
    [
        (1, "أجاب شخص واحد باختياره. هذا رأيه،"),
        (2, "أجاب شخصان باختيارهما. هذا رأيهما،"),
        (7, "أجاب 7 أشخاص باختيارهم. هذه آراؤهم،"),
        (11, "أجاب 11 شخصًا باختيارهم. هذه آراؤهم،"),
        (100, "أجاب 100 شخص باختيارهم. هذه آراؤهم،"),
        (103, "أجاب 103 أشخاص باختيارهم. هذه آراؤهم،"),
        (2_869, "أجاب 2,869 شخصًا باختيارهم. هذه آراؤهم،"),
        (0, "لم يجب أحد."),
    ],
)
def test_people_are_counted_as_arabic_counts_them(answered, arabic):
    assert statement(self_selected(answered), "ar").startswith(arabic)


def test_those_who_came_by_themselves_are_no_sample():
    assert statement(self_selected(), "en") == (
        "412 people chose to answer. This says what they think; it is not a sample of the public."
        " No margin of error for the public is claimed; intervals show chance only."
    )
    assert statement(self_selected(), "ar") == (
        "أجاب 412 شخصًا باختيارهم. هذه آراؤهم، وليست عيّنة تمثّل الجمهور."
        " لا ندّعي هامش خطأ يخص الجمهور؛ فالحدود المذكورة تبيّن أثر المصادفة وحدها."
    )


def test_of_a_roll_it_is_said_how_many_were_asked():
    facts = Facts(sampling=Sampling.ROLL, answered=412, asked=1_030, answers_min=30)
    assert statement(facts, "en") == "412 of 1,030 who were asked answered (40 %)."
    assert statement(facts, "ar") == "أجاب 412 من 1,030 ممن سُئلوا (40٪)."


def test_too_few_is_a_result_and_nothing_else_is_said():
    facts = self_selected(29, has_hidden=True, channels=(WEB, KIOSK))
    assert statement(facts, "en").endswith(
        "Fewer than 30 answered, which is too few to say more; that is the result."
    )
    assert "kiosks" not in statement(facts, "en")
    assert statement(facts, "ar").endswith("وهذه هي النتيجة.")


def test_what_is_hidden_weighed_or_suggested_is_said():
    weighting = Weighting(
        source=Names("تعداد 2020", "the census of 2020"),
        shares={"sex": {"f": "0.5", "m": "0.5"}},
        least=0.2,
        most=5,
        channels=(
            Weighed(channel="web", n=300, effective_n=177, design_effect=1.6934, converged=False, name=WEB),
            Weighed(channel="kiosk", n=40, refused="group_small", name=KIOSK),
        ),
    )
    themes = confusion(["parks"] * 200, ["parks"] * 152 + ["waste"] * 48)
    facts = self_selected(has_hidden=True, channels=(WEB, KIOSK, PHONE), weighting=weighting, themes=themes)
    english, arabic = statement(facts, "en"), statement(facts, "ar")
    for part in (
        "Cells with fewer than 5 answers, and others by which they could be worked out, are not shown.",
        "Answers by the web, kiosks and telephone are shown side by side and not added up.",
        "the weights follow the census of 2020, and none is below 0.2 or above 5.",
        "the web: 300 weighted answers are worth as much as 177 that weigh the same (design effect 1.69).",
        "the web: within these limits",
        "kiosks: not weighted, since fewer than 5 of one of the groups answered.",
        "checked on 200 notes, of which 76 % were right",
    ):
        assert part in english
    for part in (
        "لا تُعرض الخانات التي تقل عن 5 إجابات، ولا ما يُستنتج منه عددها.",
        "ولا تُجمع: الموقع والأكشاك والهاتف.",
        "والأوزان مأخوذة من تعداد 2020",
        "\u20661.69\u2069",
        "وراجع أشخاص 200 ملاحظة منها، وأصاب في 76٪.",
    ):
        assert part in arabic
    assert statements(facts) == Names(arabic, english)
    withheld = statement(self_selected(is_withheld=True, has_hidden=True, is_correction=True), "en")
    assert withheld.startswith("This replaces an earlier release")
    assert "The table is not shown" in withheld
    assert "Cells with fewer" not in withheld


@pytest.mark.parametrize(
    "facts", [{"asked": 5}, {"sampling": Sampling.ROLL}, {"sampling": Sampling.ROLL, "asked": 411}]
)
def test_facts_that_contradict_each_other_are_refused(facts):
    with pytest.raises(ValueError, match=r"asked|answered"):
        Facts(**{"sampling": Sampling.SELF_SELECTED, "answered": 412, "answers_min": 30} | facts)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.5, "50"),
        (0.125, "13"),
        (0.145, "15"),
        (1.0, "100"),
        (0.0, "0"),
        (0.004, "0.4"),
        (0.9966, "99.7"),
        (0.82, "82"),
    ],
)
def test_percent_are_whole_but_never_none_or_all_of_what_is_neither(share, text):
    assert percent_text(share) == text


def test_a_share_stands_beside_its_interval_and_its_base():
    """82 % of a few are something else than 82 % of many."""
    few, many = share_of(41, 50), share_of(820, 1_000)
    assert few is not None
    assert many is not None
    assert share_text(few, "en") == "82 % (95 % interval 69 to 90 %, n = 50)"
    assert share_text(many, "en") == "82 % (95 % interval 79 to 84 %, n = 1,000)"
    assert share_text(few, "ar") == "82٪ (مجال الثقة 95٪ من 69 إلى 90٪، من 50)"
    assert chance_text(few, "en") == "By chance alone the share lies between 69 and 90 %."
    assert share_text(Estimate(0.5, None, 4, 4.0), "en") == "50 % (n = 4)"
    assert Interval(0, 1).overlaps(Interval(1, 2))
    assert 0.5 in Interval(0, 1)


def test_what_is_kept_of_before_the_close_is_said_with_the_operators_number():
    facts = self_selected(may_repeat=True, apart=12, traces_keep_days=30)
    assert "and answer again. What is kept does not show who gave which answer" in statement(facts, "en")
    assert "kept for 30 days at most. 12 answers came in hours" in statement(facts, "en")
    for days, arabic in (
        (1, "من يوم واحد."),
        (2, "من يومين."),
        (7, "من 7 أيام."),
        (30, "من 30 يومًا."),
        (100, "من 100 يوم."),
    ):
        assert arabic in statement(self_selected(traces_keep_days=days), "ar")
    assert "backup" not in statement(self_selected(traces_keep_days=0), "en")
    assert "kept" not in statement(self_selected(), "en")
