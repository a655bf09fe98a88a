"""Both languages say everything, and say numbers the way people read them."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from citycore.vocabulary import observed_properties
from dashboards.language import Words, catalogue, number_text, percent_text, plural

ROOM = Path(__file__).resolve().parents[2] / "dashboards"
EN, AR = Words("en"), Words("ar")
FIELD = re.compile(r"\{(\w+)(?::[^}]*)?\}")


def plain(text: str) -> str:
    return re.sub("[\u2066-\u2069]", "", text)


def test_both_languages_have_the_same_keys():
    texts = catalogue().texts
    assert set(texts["en"]) == set(texts["ar"])


def test_translations_use_the_fields_of_the_english_text():
    texts = catalogue().texts
    counted = {"one", "two", "zero"}  # Arabic says "two days" in one word
    for key, text in texts["en"].items():
        if key.rsplit(".", 1)[-1] not in counted:
            assert set(FIELD.findall(text)) == set(FIELD.findall(texts["ar"][key])), key


def test_every_arabic_text_is_arabic():
    letters = re.compile("[\u0600-\u06ff]")
    latin = {
        "download_csv",
        "download_png",
        "download_svg",
        "none",
        "time_line.line",
        "attribution",
        "date",
        "unit.%",
        "unit.1",
        "unit.{#}",
        "unit.deg",
    }
    texts = catalogue().texts["ar"].items()
    silent = {key for key, text in texts if not letters.search(text) and FIELD.sub("", text).strip(" –:.")}
    assert silent <= latin


def literal_keys() -> set[str]:
    """The keys that the room's code names in full: ``words("…")`` and its relatives."""
    found = set()
    for file in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = (
                    node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                )
                key = node.args[0].value
                if name in {"words", "self", "Claim"} and isinstance(key, str):
                    found.add(key)
                elif name in {"counted", "Counted"}:
                    found |= {f"{key}.{form}" for form in ("zero", "one", "two", "few", "many", "other")}
    return found


def test_every_key_the_code_names_exists():
    keys = literal_keys()
    assert len(keys) > 40
    assert keys <= set(catalogue().texts["en"])


def test_every_unit_of_the_vocabulary_has_a_text():
    units = {f"unit.{known.unit}" for known in observed_properties().values()}
    assert units <= set(catalogue().texts["ar"])


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (0.254, "0.25"),
        (-0.001, "0"),
        (9.999, "10"),
        (12.34, "12.3"),
        (100.4, "100"),
        (12345.6, "12,346"),
        (-3.5, "−3.5"),
        (999_999_999_999, "999,999,999,999"),
        (1e12, "1 × 10¹²"),
        (-9.999e99, "−1 × 10¹⁰⁰"),
    ],
)
def test_numbers_keep_three_digits_that_matter(number, text):
    assert number_text(number) == text


@pytest.mark.parametrize(
    ("count", "form"),
    [
        (0, "zero"),
        (1, "one"),
        (2, "two"),
        (3, "few"),
        (10, "few"),
        (11, "many"),
        (99, "many"),
        (100, "other"),
        (103, "few"),
        (111, "many"),
    ],
)
def test_arabic_counts_take_the_forms_of_cldr(count, form):
    assert plural("ar", count) == form


@pytest.mark.parametrize(
    ("age", "english", "arabic"),
    [
        (timedelta(seconds=40), "40 seconds ago", "قبل 40 ثانية"),
        (timedelta(seconds=61), "1 minute ago", "قبل دقيقة واحدة"),
        (timedelta(minutes=119), "1 hour ago", "قبل ساعة واحدة"),
        (timedelta(hours=2), "2 hours ago", "قبل ساعتين"),
        (timedelta(hours=47), "47 hours ago", "قبل 47 ساعة"),
        (timedelta(days=3), "3 days ago", "قبل 3 أيام"),
        (timedelta(seconds=-5), "just now", "الآن"),
    ],
)
def test_ages_are_said_in_the_largest_unit_that_fits(age, english, arabic):
    assert plain(EN.ago(age)) == english
    assert plain(AR.ago(age)) == arabic


def test_instants_are_muscat_time():
    moment = datetime(2026, 11, 24, 21, 40, tzinfo=UTC)
    assert plain(EN.instant(moment)) == "Wed 25 Nov 2026, 01:40"
    assert plain(AR.instant(moment)) == "الأربعاء 25 نوفمبر 2026، 01:40"


def test_numbers_in_arabic_text_are_isolated():
    assert AR.value(-1.2, "Cel") == "\u2066−1.2\u2069 °م"
    assert percent_text(-0.123) == "\u206612%\u2069"
    assert percent_text(1e98) == "\u20661 × 10¹⁰⁰%\u2069"


def test_a_unit_without_a_text_is_shown_as_it_is():
    assert plain(AR.unit("GW.h")) == "GW.h"
    assert EN.unit("µg/m³") == "µg/m³"
