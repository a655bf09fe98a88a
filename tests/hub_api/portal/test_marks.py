"""How states look: every one of every machine is of a kind, and kinds differ in colour and sign."""

from __future__ import annotations

import re
from typing import Any

import pytest

from casework.workflow.model import Machine
from hub_api.programme.kit.marks import KINDS, Kind, public_mark, state_mark
from hub_api.serving.pages.assets import ASSETS
from programme.registry import MACHINES

STYLE = re.sub(r"/\*.*?\*/", "", ASSETS["style.css"].content.decode(), flags=re.DOTALL)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_every_state_has_a_look(machine: Machine[Any]):
    assert set(KINDS[machine.name]) == {state.name for state in machine.states}
    for state in machine.states:
        assert state_mark(machine.name, state.name) in set(Kind)
    ends = {state_mark(machine.name, state.name) for state in machine.states if state.is_terminal}
    assert ends <= {"is-good-end", "is-bad-end"}, "an end never looks as if it went on"


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_the_look_tells_no_more_than_the_name_does(machine: Machine[Any]):
    looks: dict[str, set[str]] = {}
    for state in machine.states:
        looks.setdefault(state.public or state.name, set()).add(public_mark(machine.name, state.name))
    assert [name for name, found in looks.items() if len(found) > 1] == []


@pytest.mark.parametrize(
    ("machine", "states"),
    [
        ("hackathon", ("draft", "registration_open", "judging", "archived", "cancelled", "postponed")),
        ("need", ("draft", "published", "evaluating", "awarded", "cancelled", "suspended")),
    ],
)
def test_states_far_apart_look_different(machine: str, states: tuple[str, ...]):
    assert len({state_mark(machine, state) for state in states}) == len(states)


def luminance(colour: str) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_kind_can_be_read_and_differs_in_colour_and_sign(scheme: int):
    known = re.findall(r"--page:.*?--quiet: #[0-9a-f]{6};", STYLE, re.DOTALL)
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", known[scheme]))
    looks = {}
    for kind in Kind:
        rule = re.search(rf"(?m)^\.{kind.value} \{{(.*?)\}}", STYLE)
        sign = re.search(rf'\.mark\.{kind.value}::before \{{ content: "(.)"; \}}', STYLE)
        assert rule is not None
        assert sign is not None
        of = dict(re.findall(r"(?<!-)(color|background): var\(--(\w+)\)", rule.group(1)))
        front, back = colours[of["color"]], colours[of.get("background", "page")]
        assert contrast(front, back) >= 4.5, kind
        looks[kind] = (front, back, sign.group(1))
    assert len({look[:2] for look in looks.values()}) == len(Kind)
    assert len({look[2] for look in looks.values()}) == len(Kind)
