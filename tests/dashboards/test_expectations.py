"""``docs/planner-expectations.md`` has all that planners expect, and the tests that it names exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "planner-expectations.md").read_text("utf-8")
ROWS = [line.strip("|").split("|") for line in PAGE.splitlines() if re.match(r"\| \d", line)]
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)


def test_all_29_stand_in_their_order_and_each_is_shown_by_a_test():
    assert [int(row[0]) for row in ROWS] == list(range(1, 30))
    assert [row[0] for row in ROWS if "::" not in row[3]] == []


@pytest.mark.parametrize(("path", "name"), NAMED, ids=[name for _, name in NAMED])
def test_a_test_that_is_named_exists(path, name):
    parsed = ast.parse((ROOT / path).read_text("utf-8"))
    assert name in {
        one.name for one in parsed.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
    }
