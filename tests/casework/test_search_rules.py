"""How texts become words of the index and questions are asked of it, without a database."""

from __future__ import annotations

from html import escape

import pytest

from casework.people.model import Names
from casework.search.model import Asked, Findable, Known, Row, Thing
from casework.search.rules import (
    asked_of,
    distance,
    entry_of,
    extract,
    governorates_in,
    near,
    plan_for,
    stems_of,
)
from casework.search.settings import FindSettings

SETTINGS = FindSettings()
IDEA = Findable("idea", "participation.ideas")


def row(**said: object) -> Row:
    fields: dict[str, object] = {
        "key": "1",
        "titles": Names("الأودية", "Valleys"),
        "texts": Names("طرق مقطوعة", "Roads that are cut"),
        "codes": (),
        "governorates": (),
        "places": (),
        "at": None,
        "path": "/portal/ideas/1",
    }
    return Row(Thing(**(fields | said)), "d")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("إنارةُ الشوارعِ", "اناره شوارع"),
        ("الأوديــة", "اوديه"),
        ("مستشفى ٢٠٢٦", "المستشفي 2026"),
        ("وبالحافلات", "الحافلات"),
        ("Leases", "leased"),
        ("Café", "cafe"),
    ],
)
def test_what_people_type_meets_what_others_wrote(written: str, typed: str) -> None:
    assert set(stems_of(written, SETTINGS)) == set(stems_of(typed, SETTINGS))


def test_words_with_which_people_ask_count_only_alone() -> None:
    assert stems_of("كيف أعرف متى تصل الحافلة؟", SETTINGS) == stems_of("تصل حافلة", SETTINGS)
    assert stems_of("how", SETTINGS) == ["how"]
    assert stems_of(" . ؟ ", SETTINGS) == []


def test_an_entry_has_titles_twice_and_the_names_of_its_kind_and_governorate() -> None:
    entry = entry_of(IDEA, row(governorates=("OM-ZU",)), SETTINGS)
    assert "'=valley':" in entry.terms
    assert "'valley':" in entry.terms
    assert "'road':" in entry.terms
    assert "'=road':" not in entry.terms
    assert "'dhofar':" in entry.terms
    assert "'idea':" in entry.terms
    assert entry.title_words == 1
    assert "'dhofar':" not in entry_of(IDEA, row(), SETTINGS).terms
    assert entry_of(IDEA, row(governorates=("OM-ZU",)), SETTINGS) == entry


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("في صلالة وما حولها", ("OM-ZU",)),
        ("Al Amarat. Nizwa", ("OM-DA", "OM-MA")),
        ("من مسقطية", ()),
        ("Muscat Governorate", ("OM-MA",)),
        ("", ()),
    ],
)
def test_places_belong_to_their_governorates(text: str, codes: tuple[str, ...]) -> None:
    assert governorates_in(text) == codes


@pytest.mark.parametrize(
    ("first", "second", "most", "slips"),
    [
        ("hackathon", "hackathon", 2, 0),
        ("hackaton", "hackathon", 2, 1),
        ("مسطق", "مسقط", 1, 1),
        ("bouy", "buoy", 1, 1),
        ("ab", "abcdef", 2, 3),
        ("kitten", "sitting", 2, 3),
    ],
)
def test_slips_are_letters_left_out_added_changed_or_exchanged(
    first: str, second: str, most: int, slips: int
) -> None:
    assert distance(first, second, most) == slips


def test_of_what_resembles_a_word_the_nearest_stands_for_it() -> None:
    candidates = [Known("chargers", 9), Known("charger", 3), Known("شاحن", 2), Known("changer", 1)]
    assert near("chargr", candidates) == [Known("charger", 3)]
    assert near("zzzz", candidates) == []
    asked = asked_of(["water", "chargr", "zzzz"], {"water": 7}, {"chargr": candidates})
    assert [set(one.stems) for one in asked] == [{"water"}, {"charger"}]


@pytest.mark.parametrize(
    ("typed", "known"), [("bus", "buse"), ("buses", "bus"), ("wadi", "wadis"), ("wadis", "wadi")]
)
def test_one_and_many_meet_in_english(typed: str, known: str) -> None:
    [one] = asked_of(stems_of(typed, SETTINGS), {known: 5}, {})
    assert (set(one.stems), one.number) == ({known}, 5)


def test_rare_words_lead_and_common_ones_only_together() -> None:
    common, rare = Asked({"water": 1.0}, 90_000), Asked({"qanat": 1.0}, 3)
    plan = plan_for([common, rare], 100_000, SETTINGS)
    assert plan is not None
    assert (plan.rare, plan.together) == ("'qanat'", "('water') & ('qanat')")
    assert plan.titled == "('=water') & ('=qanat')"
    assert plan.weights[1] > 10 * plan.weights[0]
    assert plan_for([], 100_000, SETTINGS) is None


def test_an_extract_is_where_the_words_are_and_nobody_writes_html_into_it() -> None:
    text = "<script>alert(1)</script> " + "كلام آخر " * 60 + "ثم تُغلَق الأودية & الطرق." + " نهاية" * 90
    stems = frozenset(stems_of("اوديه طرق", SETTINGS))
    shown = extract(text, stems, lambda word: f"<b>{escape(word)}</b>", escape)
    assert "<b>الأودية</b> &amp; <b>الطرق</b>" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert extract("<i>a</i>", frozenset(), str, escape) == "&lt;i&gt;a&lt;/i&gt;"
    assert len(extract("ط" * 5_000, stems, str, escape)) < 400
