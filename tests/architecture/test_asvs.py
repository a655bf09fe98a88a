"""The checklist of OWASP ASVS 5.0.0: every requirement is there, and whatever it links exists."""

from __future__ import annotations

import ast
import re
from collections import Counter
from datetime import date
from functools import cache
from itertools import chain

import pytest

from stack import asvs_page, settings_page
from stack.asvs_page import Requirement
from tests.architecture.test_house import ROOT

#: Of each section of the standard its requirements of level 1, and of level 2, as ASVS 5.0.0 numbers them.
SECTIONS: dict[str, tuple[str, str]] = {
    "1.1": ("", "1-2"), "1.2": ("1-5", "6-9"), "1.3": ("1-2", "3-11"), "1.4": ("", "1-3"), "1.5": ("1", "2"),
    "2.1": ("1", "2-3"), "2.2": ("1-2", "3"), "2.3": ("1", "2-4"), "2.4": ("", "1"),
    "3.2": ("1-2", ""), "3.3": ("1", "2-4"), "3.4": ("1-2", "3-6"), "3.5": ("1-3", "4-5"), "3.7": ("", "1-2"),
    "4.1": ("1", "2-3"), "4.2": ("", "1"), "4.3": ("", "1-2"), "4.4": ("1", "2-4"),
    "5.1": ("", "1"), "5.2": ("1-2", "3"), "5.3": ("1-2", ""), "5.4": ("", "1-3"),
    "6.1": ("1", "2-3"), "6.2": ("1-8", "9-12"), "6.3": ("1-2", "3-4"), "6.4": ("1-2", "3-4"), "6.5": ("", "1-5"),
    "6.6": ("", "1-3"), "6.8": ("", "1-4"),
    "7.1": ("", "1-3"), "7.2": ("1-4", ""), "7.3": ("", "1-2"), "7.4": ("1-2", "3-5"), "7.5": ("", "1-2"), "7.6": ("", "1-2"),
    "8.1": ("1", "2"), "8.2": ("1-2", "3"), "8.3": ("1", ""), "8.4": ("", "1"),
    "9.1": ("1-3", ""), "9.2": ("1", "2-4"),
    "10.1": ("", "1-2"), "10.2": ("", "1-2"), "10.3": ("", "1-4"), "10.4": ("1-5", "6-11"), "10.5": ("", "1-5"),
    "10.6": ("", "1-2"), "10.7": ("", "1-3"),
    "11.1": ("", "1-2"), "11.2": ("", "1-3"), "11.3": ("1-2", "3"), "11.4": ("1", "2-4"), "11.5": ("", "1"), "11.6": ("", "1"),
    "12.1": ("1", "2-3"), "12.2": ("1-2", ""), "12.3": ("", "1-4"),
    "13.1": ("", "1"), "13.2": ("", "1-5"), "13.3": ("", "1-2"), "13.4": ("1", "2-5"),
    "14.1": ("", "1-2"), "14.2": ("1", "2-4"), "14.3": ("1", "2-3"),
    "15.1": ("1", "2-3"), "15.2": ("1", "2-3"), "15.3": ("1", "2-7"),
    "16.1": ("", "1"), "16.2": ("", "1-5"), "16.3": ("", "1-4"), "16.4": ("", "1-3"), "16.5": ("", "1-3"),
    "17.1": ("", "1"), "17.2": ("", "1-4"), "17.3": ("", "1-2"),
}  # fmt: skip
REQUIREMENTS = asvs_page.requirements()


def numbers() -> dict[str, int]:
    """The level of every requirement of the standard that is of level 1 or 2."""
    found = {}
    for section, spans in SECTIONS.items():
        for level, span in enumerate(spans, 1):
            if span:
                first, _, last = span.partition("-")
                found |= {
                    f"{section}.{number}": level for number in range(int(first), int(last or first) + 1)
                }
    return found


@cache
def functions_of(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return frozenset(
        node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


@cache
def known_settings() -> frozenset[str]:
    return frozenset(re.findall(r"^\| `(\w+)` \|", settings_page.page(), re.MULTILINE))


@cache
def anchors_of(file: str) -> frozenset[str]:
    heads = re.findall(r"^#+ (.+)$", (ROOT / "docs" / file).read_text("utf-8"), re.MULTILINE)
    return frozenset(re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads)


def test_every_requirement_is_there_once_with_its_level():
    assert Counter(numbers().values()) == {1: 70, 2: 183}, "as the standard counts"
    assert {one.number: one.level for one in REQUIREMENTS} == numbers()


@pytest.mark.parametrize("one", REQUIREMENTS, ids=lambda one: one.number)
def test_whatever_is_linked_exists(one: Requirement):
    for test in one.tests:
        file, _, name = test.partition("::")
        assert name.startswith("test_"), test
        assert name in functions_of(file), test
    assert set(one.settings) <= known_settings()
    for page in one.pages:
        file, _, anchor = page.partition("#")
        assert (ROOT / "docs" / file).is_file(), page
        assert not anchor or anchor in anchors_of(file), page


@pytest.mark.parametrize("one", REQUIREMENTS, ids=lambda one: one.number)
def test_none_is_claimed_without_what_shows_it(one: Requirement):
    assert one.about
    shown = {
        "test": bool(one.tests),
        "configuration": bool(one.says and (one.settings or one.pages)),
        "reason": bool(one.says),
        "exception": bool(one.says and one.date and one.pages),
        "gap": bool(one.says),
        "not applicable": bool(one.says) and not one.tests,
    }
    assert shown[one.how]
    assert "|" not in one.about + one.says, "it would cut the row of the table"
    assert "\n" not in one.about + one.says


def test_exceptions_are_few_reasoned_and_dated():
    found = [one for one in REQUIREMENTS if one.how == "exception"]
    assert {one.level for one in found} <= {2}
    assert len(found) <= 3


def test_what_is_no_requirement_is_refused():
    for said in ({"how": "exception"}, {"how": "reason", "date": date(2026, 11, 28)}):
        with pytest.raises(ValueError, match="a date belongs to an exception"):
            asvs_page._requirement("9.9.9", {"level": 2, "about": "x", "says": "y", **said})
    with pytest.raises(ValueError, match=r"9\.9\.9"):
        asvs_page._requirement("9.9.9", {"level": 1, "about": "x", "how": "hope"})
    with pytest.raises(TypeError):
        asvs_page._requirement("9.9.9", {"level": 1, "about": "x", "how": "gap", "colour": "red"})


def test_the_page_is_that_of_the_data():
    page = (ROOT / "docs" / "security-asvs.md").read_text("utf-8")
    assert page == asvs_page.page(), "run: .venv/bin/python -m stack.asvs_page > docs/security-asvs.md"
    gaps = [one for one in REQUIREMENTS if one.how == "gap"]
    total = next(row for row in page.splitlines() if row.startswith("| all |"))
    assert int(total.split("|")[2 + asvs_page.HOWS.index("gap")]) == len(gaps) == page.count("| **gap** |")


def test_the_subjects_are_our_own_words():
    """The standard's text is under another licence: all of it begins with one word."""
    said = chain.from_iterable((one.about, one.says) for one in REQUIREMENTS)
    assert not [text for text in said if text.startswith("Verify")]
