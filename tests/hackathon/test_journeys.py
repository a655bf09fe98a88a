"""What became of something: the walk, and what each reader may see of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.access.model import ANONYMOUS, Actor
from casework.journeys.model import Link, Node
from casework.journeys.rules import walk
from casework.journeys.service import find_journey
from casework.journeys.settings import JourneySettings
from citycore.store.connections import Connection
from programme.registry import NOUNS
from tests.conftest import Database
from tests.hackathon.introduction_stage import PLAN, IntroductionStage

SETTINGS = JourneySettings()


@pytest.fixture
def stage(portal: Connection, programme: Database) -> Iterator[IntroductionStage]:
    with programme.connect() as owner:
        yield IntroductionStage(portal, owner)


def node(number: int) -> Node:
    return Node("need", UUID(int=number))


def walked(edges: Collection[tuple[int, int]], start: int, depth_max: int = 99) -> list[int]:
    links = [Link(node(first), node(second)) for first, second in edges]

    def beginning(nodes: Collection[Node]) -> list[Link]:
        return [one for one in links if one.first in nodes]

    def ending(nodes: Collection[Node]) -> list[Link]:
        return [one for one in links if one.second in nodes]

    return [one.object_id.int for one in walk(node(start), beginning, ending, depth_max)]


def test_what_led_to_it_comes_first_and_nothing_else_that_came_of_that():
    assert walked([(1, 2), (2, 3), (3, 4), (1, 9), (3, 5)], 3) == [1, 2, 3, 4, 5]
    assert walked([(1, 2), (2, 3), (3, 4)], 1, depth_max=2) == [1, 2, 3]
    assert walked([], 7) == [7]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=40), st.integers(0, 9))
def test_a_walk_ends_and_passes_each_thing_once_unless_it_leads_in_a_circle(
    edges: list[tuple[int, int]], start: int
):
    def closure(step: Callable[[tuple[int, int]], tuple[int, int]]) -> set[int]:
        found, waiting = set(), [start]
        while waiting:
            one = waiting.pop()
            more = {second for first, second in map(step, edges) if first == one} - found - {start}
            found |= more
            waiting += more
        return found

    ahead, back = closure(lambda one: one), closure(lambda one: (one[1], one[0]))
    passed = walked(edges, start)
    assert set(passed) == ahead | back | {start}
    assert len(passed) == len(ahead) + len(back) + 1


def kinds(stage: IntroductionStage, actor: Actor, kind: str, object_id: UUID) -> list[str]:
    return [step.node.kind for step in stage.call(actor, find_journey, NOUNS.passages[kind], object_id)]


def test_from_a_need_to_a_pilot_and_its_outcome_for_each_reader(stage: IntroductionStage):
    introduction_id = stage.shared()
    code = f"p{uuid4().hex[:10]}"
    pilot_id = stage.propose(introduction_id, replace(PLAN, code=code))
    inside = ["need", "offering", "introduction", "pilot"]
    for person_id in (stage.officer, stage.vendor, stage.programme):
        assert kinds(stage, stage.actor(person_id), "pilot", pilot_id) == inside
    for outsider in (ANONYMOUS, stage.actor(stage.rival)):
        assert kinds(stage, outsider, "need", stage.need_id) == [], "nothing that they may know of"
        assert kinds(stage, outsider, "pilot", pilot_id) == []
        assert kinds(stage, outsider, "introduction", introduction_id) == []
    stage.pilot_step(pilot_id, "agency_agree", stage.officer)
    stage.pilot_step(pilot_id, "start", stage.officer)
    stage.pilot_step(pilot_id, "complete", stage.officer, "goals_met")
    assert kinds(stage, ANONYMOUS, "need", stage.need_id) == ["need", "pilot"]
    *_, last = stage.call(ANONYMOUS, find_journey, NOUNS.passages["need"], stage.need_id)
    assert last.seen.outcome is not None
    assert last.seen.outcome.text("en") == "its goals were met"
    assert (last.seen.path, last.is_here) == (f"/pilots/{pilot_id}", False)


def test_what_does_not_exist_has_no_journey(stage: IntroductionStage):
    for kind in NOUNS.passages:
        assert kinds(stage, ANONYMOUS, kind, uuid4()) == []


def test_every_passage_is_called_something_and_has_a_place_of_its_own():
    passages = NOUNS.passages.values()
    assert len(passages) == sum(len(noun.passages) for noun in NOUNS)
    assert len({passage.place for passage in passages}) == len(passages)
    for passage in passages:
        assert passage.label.text("en") != passage.label.text("ar")


def test_what_links_name_can_be_passed(programme: Database):
    """The view says from what to what; every kind in it is one that a noun registers."""
    with programme.connect() as owner:
        row = owner.execute("SELECT pg_get_viewdef('innovation.journey_links'::regclass)").fetchone()
    assert row is not None
    named = set(re.findall(r"'(\w+)'::text", row[0]))
    assert named <= set(NOUNS.passages)
    assert len(named) >= 8
