"""Words of two languages made comparable: spelling, stems, meanings, languages that are missing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hackathon.market.matching.model import Texts
from hackathon.market.matching.settings import MatchingSettings
from hackathon.market.matching.text import WHOLE, TextIndex, terms
from tests.hackathon.supply import TEXTS

SETTINGS = MatchingSettings()
OTHERS = [Texts(body_en="Parking for cars"), Texts(body_ar="مواقف للسيارات")]


def said(text: str) -> list[str]:
    return [term for term, _ in terms(text, SETTINGS)]


def shares(asked: Texts, *offered: Texts) -> list[int]:
    return TextIndex.of([*offered, *OTHERS], SETTINGS).shares(asked).tolist()[: len(offered)]


@pytest.mark.parametrize(
    "written",
    [
        ["مدرسة", "المدرسة", "للمدرسة", "بالمدرسة", "والمدرسة", "مَدْرَسَة", "مدرسه", "مـدرسـة"],
        ["إنارة", "انارة", "الإنارة", "إناره", "والانارة"],
        ["مهندسون", "مهندسين", "المهندسون", "مهندس", "لمهندس"],
        ["تقرير", "التقرير", "تقريرًا", "وتقرير"],
        ["المستشفى", "مستشفي", "للمستشفى"],
        ["ماء", "الماء", "والماء", "مياه", "المياه", "ماءً"],
        ["هواء", "الهواء", "هوا", "للهواء"],
        ["city", "cities", "City"],
        ["detect", "detects", "detected", "detecting"],
        ["planning", "planned", "plan", "plans"],
        ["box", "boxes"],
        ["measure", "measures", "measured", "measuring", "sensor", "حساس", "الحساسات"],
        ["lorries", "lorry", "truck", "شاحنة", "الشاحنات"],
    ],
    ids=lambda words: words[0],
)
def test_forms_of_a_word_are_one_term(written):
    assert len({tuple(said(word)) for word in written}) == 1
    assert said(written[0])


def test_other_words_stay_apart():
    apart = [
        "تسرب",
        "ضوضاء",
        "هواء",
        "ماء",
        "شحن",
        "شاحنة",
        "leak",
        "noise",
        "bus",
        "gas",
        "class",
        "car",
        "care",
    ]
    assert len({tuple(said(word)) for word in apart}) == len(apart) - len({"leak", "noise"})


def test_silent_words_are_no_terms():
    assert said("نريد أن يكون في كل من هذا، و on the of") == ["و"]


def test_a_text_is_read_as_far_as_the_limit():
    assert len(terms("pump " * 5_000, SETTINGS)) == SETTINGS.words_max


def test_spelling_costs_nothing():
    plain = Texts(body_ar="نريد حساسات لقياس جودة الهواء في المدرسة")
    with_marks = Texts(body_ar="نُريدُ حسّاساتٍ لقياسِ جَودةِ الهَواءِ في المدرسه")
    without_hamza = Texts(body_ar="نريد حساسات لقياس جوده الهوا فى المدرسة")
    assert len(set(shares(plain, plain, with_marks, without_hamza))) == 1
    assert shares(with_marks, plain) == shares(plain, plain) != [0]


def test_a_missing_language_costs_nothing():
    both = TEXTS
    arabic = Texts(title_ar=TEXTS.title_ar, body_ar=TEXTS.body_ar)
    english = Texts(title_en=TEXTS.title_en, body_en=TEXTS.body_en)
    full = shares(both, both, arabic, english)
    assert full[0] == max(full[1:])
    assert min(full) > 0
    assert shares(arabic, both) == shares(arabic, arabic) != [0]
    assert shares(english, both) == shares(english, english) != [0]


def test_words_of_the_field_are_understood_across_languages():
    asked = Texts(body_ar="نريد كشف تسرب المياه من الأنابيب")
    water, parking = Texts(body_en="Leaking water pipes"), Texts(body_en="Parking for cars")
    near, far = shares(asked, water, parking)
    assert near > far == 0


def test_the_title_says_more_than_the_text():
    asked = Texts(body_en="leak")
    filler = "we work for utilities and towns with own staff"
    titled, buried = shares(
        asked, Texts(title_en="leak", body_en=filler), Texts(title_en=filler, body_en="leak")
    )
    assert titled > buried > 0


def test_a_rare_word_weighs_more_than_one_that_all_use():
    supply = [Texts(body_en=f"pump number {letter}") for letter in "abcdefgh"] + [
        Texts(body_en="pump chlorine")
    ]
    common, rare = (shares(Texts(body_en=f"{word} nowhere chlorine pump"), *supply)[-1] for word in ("", "x"))
    assert common == rare, "what no offering says weighs nothing"
    index = TextIndex.of(supply, SETTINGS)
    assert index.words(Texts(body_en="pump chlorine"), len(supply) - 1) == ["chlorine", "pump"]


@given(st.lists(st.text(max_size=30), max_size=4), st.text(max_size=30))
def test_shares_are_shares_and_one_alone_has_the_same(offered, asked):
    texts = [Texts(title_en=one, body_ar=one) for one in offered]
    index = TextIndex.of(texts, SETTINGS)
    wanted = Texts(title_ar=asked, body_en=asked)
    found = index.shares(wanted)
    assert all(0 <= share <= WHOLE for share in found)
    for row, share in enumerate(found):
        assert index.only(row).shares(wanted).tolist() == [share]
        assert bool(index.words(wanted, row)) == (share > 0)


def test_reasons_are_shown_as_they_were_written():
    asked = Texts(body_ar="نريد توفير «الماء» في المدرسة، والكهرباء.")
    index = TextIndex.of([Texts(body_ar="ماء وكهرباء للمدارس"), *OTHERS], SETTINGS)
    assert set(index.words(asked, 0)) == {"الماء", "المدرسة", "والكهرباء"}
