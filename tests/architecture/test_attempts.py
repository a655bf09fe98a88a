"""What was tried against the hub: every group is on the page once, with tests that exist."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

from tests.architecture.test_asvs import anchors_of, functions_of
from tests.architecture.test_house import ROOT

PAGE = (ROOT / "docs" / "security-attempts.md").read_text("utf-8")
GROUPS_COUNT = 76
_TEST = re.compile(r"\[(test_\w+)\]\(\.\./(tests/[\w/]+\.py)\)")


class Row(NamedTuple):
    number: str
    tried: str
    does: str
    shown: str


def rows() -> list[Row]:
    found = (line.strip("| ").split(" | ") for line in PAGE.splitlines())
    return [Row(*cells) for cells in found if re.fullmatch(r"[A-Z]?\d+", cells[0])]


ROWS = rows()


def test_every_group_is_there_once() -> None:
    numbers = [row.number for row in ROWS if row.number.isdigit()]
    assert numbers == [str(number) for number in range(1, GROUPS_COUNT + 1)]
    assert len({row.number for row in ROWS}) == len(ROWS)
    lines = [line for line in PAGE.splitlines() if re.match(r"\| *[A-Z]?\d", line)]
    assert len(lines) == len(ROWS), "a row has another number of cells"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.number)
def test_what_holds_it_exists(row: Row) -> None:
    assert row.tried
    assert row.does
    links = _TEST.findall(row.shown)
    assert links, "no test holds it"
    assert len(links) == row.shown.count("](")
    for name, file in links:
        assert name in functions_of(file), f"{file}::{name}"


def test_pages_that_it_leads_to_are_there() -> None:
    for page, anchor in re.findall(r"\]\(([\w.-]+\.md)#?([\w-]*)\)", PAGE):
        assert (ROOT / "docs" / page).is_file(), page
        assert not anchor or anchor in anchors_of(page), f"{page}#{anchor}"
