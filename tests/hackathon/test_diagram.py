"""The drawn workflows are those that are applied."""

from __future__ import annotations

from pathlib import Path

from casework.workflow.diagram import mermaid, page
from programme.registry import MACHINES
from tests.hackathon.permits import MACHINE

FILE = Path(__file__).resolve().parents[2] / "docs" / "machines.md"


def test_the_page_is_that_of_the_machines():
    assert FILE.read_text("utf-8") == page(MACHINES), "python -m programme.registry > docs/machines.md"


def test_every_state_and_step_is_drawn_in_both_languages():
    drawn = list(mermaid(MACHINE))
    assert '    state "Draft · مسودة" as draft' in drawn
    assert "    draft --> submitted : Submit · تقديم" in drawn
    assert "    rejected --> [*]" in drawn
    assert sum("-->" in line for line in drawn) == 1 + len(MACHINE.transitions) + 4


def test_the_tables_say_who_when_and_if():
    text = page([MACHINE])
    assert (
        "| `draft` | `submit` Submit · تقديم | `submitted` | Person | from `opens` until `closes` | has pages |"
        in text
    )
    assert "Organiser<br>prepared by Reviewer" in text
    assert (
        "| `rejected` | Rejected | مرفوض | Closed · مغلق | Incomplete · غير مكتمل<br>Out of scope · خارج النطاق |"
        in text
    )
