"""Every error says what kind it is, so that no answer calls a reader's mistake ours."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

from citycore.errors import FalajError, Kind
from hub_api.serving.kinds import STATUS

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = sorted(file.parent.name for file in ROOT.glob("[a-z]*/__init__.py"))
#: Whatever is below the children of the root has the kind of one of them.
CHILD = re.compile(r"^class \w+\([^)]*\bFalajError\b", re.MULTILINE)
MAKERS = sorted(
    file
    for package in PACKAGES
    for file in (ROOT / package).rglob("*.py")
    if CHILD.search(file.read_text("utf-8"))
)


def classes(parent: type[FalajError] = FalajError) -> Iterator[type[FalajError]]:
    for child in parent.__subclasses__():
        yield child
        yield from classes(child)


def states_kind(error: type[FalajError]) -> bool:
    """Itself or by a parent, but not by the root of all."""
    return any("kind" in vars(one) for one in error.__mro__ if one is not FalajError)


def test_every_error_has_a_kind() -> None:
    for file in MAKERS:
        importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
    known = [one for one in classes() if one.__module__.partition(".")[0] in PACKAGES]
    assert len(known) > len(MAKERS) > 10
    assert [f"{one.__module__}.{one.__qualname__}" for one in known if not states_kind(one)] == []


def test_every_kind_has_a_status_of_its_own() -> None:
    assert STATUS.keys() == set(Kind)
    assert len(set(STATUS.values())) == len(Kind)
    assert all(400 <= status < 600 for status in STATUS.values())
