"""No module of tests reads the clock while it is imported: midnight may fall between that and the test."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
READINGS = (
    "date.today",
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "system_clock",
    "time.localtime",
    "time.time",
)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    """What is run as soon as the module is: not the bodies of functions, but their decorators and defaults."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, FUNCTIONS):
            parts: list[ast.AST] = [*child.decorator_list, child.args]
        elif isinstance(child, ast.Lambda):
            parts = [child.args]
        elif isinstance(child, ast.If) and ast.unparse(child.test) == "__name__ == '__main__'":
            parts = list(child.orelse)
        else:
            parts = [child]
        for part in parts:
            yield part
            yield from run_at_import(part)


def readings_of(text: str) -> list[int]:
    """Lines at which the clock is read at import."""
    return [
        node.lineno
        for node in run_at_import(ast.parse(text))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in READINGS
    ]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("NOW = datetime.now(UTC)", [1]),
        ("class A:\n    at = system_clock()", [2]),
        ("@mark(date.today())\ndef test(): pass", [1]),
        ("def a(at=time.time()): pass", [1]),
        ("def a():\n    return datetime.now(UTC)", []),
        ("if __name__ == '__main__':\n    run(datetime.now(UTC))", []),
        ("LATER = lambda: system_clock()", []),
        ("NOW = datetime(2026, 11, 30)", []),
    ],
)
def test_a_reading_at_import_is_seen(text: str, lines: list[int]) -> None:
    assert readings_of(text) == lines


def test_no_module_of_tests_reads_the_clock_at_import() -> None:
    found = [
        f"{file.relative_to(TESTS)}:{line}"
        for file in sorted(TESTS.rglob("*.py"))
        for line in readings_of(file.read_text("utf-8"))
    ]
    assert found == []
