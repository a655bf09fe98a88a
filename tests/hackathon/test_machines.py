"""Every workflow of the programme, against its table and the real database."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.access.model import Actor, Grant, Role
from casework.audit.service import verify
from casework.programme import Session
from casework.workflow import errors
from casework.workflow.clockwork import system_steps
from casework.workflow.model import Binding, Machine, Moved, Transition, faults, reachable
from citycore.language import LANGUAGES
from citycore.store.connections import Connection
from programme.registry import BINDINGS, MACHINES
from tests.conftest import Database
from tests.hackathon.calling import programme_for
from tests.hackathon.machines import (
    NOON,
    SPECIMENS,
    Specimen,
    close_window,
    open_window,
    put_into,
    standing_of,
    take,
    whoever_may,
)

EACH = pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda one: one.binding.machine.name)
STEPS = [
    pytest.param(specimen, step, id=f"{specimen.binding.machine.name}-{step.source}-{step.event}")
    for specimen in SPECIMENS
    for step in specimen.binding.machine.transitions
]
#: What the engine itself says, apart from what a guard does.
ENGINES_OWN = {
    one.slug for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.Refusal)
}


@pytest.fixture(scope="module")
def portal(programme: Database) -> Iterator[Connection]:
    """All steps on one connection, since a new one costs more than they do."""
    with programme.connect("portal") as connection:
        yield connection


@pytest.fixture(scope="module")
def owner(programme: Database) -> Iterator[Connection]:
    with programme.connect() as connection:
        yield connection


def test_every_machine_has_a_specimen():
    assert set(BINDINGS) <= {specimen.binding for specimen in SPECIMENS}
    assert len({machine.name for machine in MACHINES}) == len(MACHINES)


@EACH
def test_a_table_holds_together_and_every_word_exists_in_both_languages(specimen: Specimen):
    machine = specimen.binding.machine
    assert faults(machine) == []
    assert missing_texts(machine) == []
    ends = {state.name for state in machine.states if state.is_terminal}
    assert all(reachable(machine, state.name) & ends for state in machine.states)


@EACH
def test_the_clockwork_can_find_what_is_due(specimen: Specimen):
    assert specimen.binding.due is not None or not system_steps(specimen.binding)


@pytest.mark.parametrize(("specimen", "step"), STEPS)
def test_each_step_is_taken_by_its_roles_in_its_time_only(
    portal: Connection, owner: Connection, specimen: Specimen, step: Transition[Any]
):
    binding = specimen.binding
    nobody = Actor(None, tuple(Grant(role) for role in Role if role not in step.roles | step.prepared_by))
    object_id = specimen.store(owner)
    version = put_into(owner, binding, object_id, step.source)
    open_window(owner, binding, object_id, step)
    with pytest.raises(errors.NotAllowed):
        programme_for(portal, lambda: NOON).call(
            only_roles_of_no(binding, step, nobody),
            Session.apply,
            binding,
            object_id,
            step.event,
            version,
        )
    if step.window.from_ or step.window.until:
        close_window(owner, binding, object_id, step)
        with pytest.raises((errors.TooEarly, errors.TooLate)):
            take(portal, binding, object_id, step, version)
        open_window(owner, binding, object_id, step)
    outcome = tried(portal, binding, object_id, step, version)
    if isinstance(outcome, Moved):
        assert standing_of(portal, binding, object_id) == (step.target, version + 1)
        assert (outcome.target, outcome.version) == (step.target, version + 1)
    else:
        assert step.guards
        assert outcome.slug not in ENGINES_OWN, "only a guard may stand in the way"


def tried(
    portal: Connection, binding: Binding[Any], object_id: UUID, step: Transition[Any], version: int
) -> Moved | errors.Refusal:
    try:
        return take(portal, binding, object_id, step, version)
    except errors.Refusal as refusal:
        return refusal


def only_roles_of_no(binding: Binding[Any], step: Transition[Any], nobody: Actor) -> Actor:
    """Somebody with every role but those that the event has from any state."""
    taken = {role for other in binding.machine.steps_by(step.event) for role in other.roles}
    return Actor(None, tuple(grant for grant in nobody.grants if grant.role not in taken | {Role.VISITOR}))


@EACH
def test_no_walk_leaves_the_table(portal: Connection, owner: Connection, specimen: Specimen, is_long: bool):
    """Steps from here or from anywhere, one after the other: what happens is what the table says, or nothing."""

    @settings(max_examples=100 if is_long else 6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(choices=st.lists(st.tuples(st.integers(0, 999), st.booleans()), max_size=14))
    def walk(choices: list[tuple[int, bool]]) -> None:
        binding, machine = specimen.binding, specimen.binding.machine
        object_id = specimen.store(owner)
        state, version = standing_of(owner, binding, object_id)
        assert state == machine.initial.name
        for number, is_wild in choices:
            offered = [one for one in machine.transitions if is_wild or one.source == state]
            if not offered:
                assert machine.state(state).is_terminal or is_wild
                break
            step = offered[number % len(offered)]
            open_window(owner, binding, object_id, step)
            actual = machine.step(state, step.event)
            outcome = tried(portal, binding, object_id, step, version)
            if isinstance(outcome, Moved):
                assert actual is not None
                assert (outcome.source, outcome.target) == (state, actual.target)
                assert not machine.state(outcome.target).reasons or outcome.reason is not None
                state, version = outcome.target, version + 1
            else:
                assert actual != step or outcome.slug not in ENGINES_OWN
            assert standing_of(portal, binding, object_id) == (state, version)

    walk()


@EACH
def test_two_who_press_at_once_get_one_result(programme: Database, owner: Connection, specimen: Specimen):
    binding = specimen.binding
    step = next(one for one in binding.machine.transitions if not one.prepared_by)
    object_id = specimen.store(owner)
    version = put_into(owner, binding, object_id, step.source)
    open_window(owner, binding, object_id, step)
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def press() -> None:
        with programme.connect("portal") as portal:
            together.wait(60)
            outcome = tried(portal, binding, object_id, step, version)
            outcomes.append(outcome.target if isinstance(outcome, Moved) else outcome.slug)

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Counter(outcomes) == {step.target: 1, "changed_meanwhile": 1}


@EACH
def test_a_stranger_is_offered_nothing(portal: Connection, owner: Connection, specimen: Specimen):
    object_id = specimen.store(owner)
    assert (
        programme_for(portal, lambda: NOON).call(Actor(None), Session.steps, specimen.binding, object_id)
        == []
    )
    first = specimen.binding.machine.transitions[0]
    offers = programme_for(portal, lambda: NOON).call(
        whoever_may(first.roles), Session.steps, specimen.binding, object_id
    )
    events = {offer.step.event for offer in offers}
    assert first.event in events


@pytest.mark.usefixtures("owner")  # as those whose lines it reads, so that it runs where they do
def test_what_all_of_them_logged_is_whole(portal: Connection):
    verdict = verify(portal)
    assert verdict.lines > 0
    assert verdict.findings == ()
    logged = {row[0] for row in portal.execute("SELECT DISTINCT machine FROM innovation.audit").fetchall()}
    machines = [specimen.binding.machine for specimen in SPECIMENS]
    assert logged == {machine.name for machine in machines if not machine.is_secret}


def missing_texts(machine: Machine[Any]) -> list[str]:
    """Labels that a machine names and a language does not have."""
    labels = [
        *[machine.label("state", state.name) for state in machine.states],
        *[machine.public_label(state.name) for state in machine.states],
        *[machine.label("reason", reason) for state in machine.states for reason in state.reasons],
        *[machine.label("event", step.event) for step in machine.transitions],
        *[machine.label("deadline", name) for name in machine.deadlines],
    ]
    missing = []
    for label in labels:
        for language in LANGUAGES:
            try:
                label.text(language)
            except KeyError:
                missing.append(f"{language}: {label.key}")
    return missing
