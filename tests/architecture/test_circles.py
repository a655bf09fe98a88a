"""No module imports, by whatever detour, what imports it: also not late, and not for types alone."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from grimp import build_graph

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = sorted(file.parent.name for file in ROOT.glob("[a-z]*/__init__.py") if file.parent.name != "tests")


def circle(imports: dict[str, set[str]]) -> list[str]:
    """Modules that form a circle, each imported by the one before it; none where there is no circle."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def test_a_circle_is_seen() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}}) in (
        ["a", "b", "c", "a"],
        ["b", "c", "a", "b"],
        ["c", "a", "b", "c"],
    )


def test_modules_form_no_circle() -> None:
    graph = build_graph(*PACKAGES, cache_dir=None)
    assert circle({name: graph.find_modules_directly_imported_by(name) for name in graph.modules}) == []
