"""Every page of an object tells whoever has nothing to do there when something comes, whose turn it is, or that it is over."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from casework.access.model import Role
from casework.tasks.outlook import Moment, Outlook, outlook
from casework.workflow.model import NEVER, Machine
from citycore.language import LANGUAGES, catalogue
from hackathon.contest.hackathons.machine import HACKATHON
from hackathon.contest.submissions.machine import SUBMISSION
from hackathon.funding.calls.machine import CALL
from hub_api import programme
from hub_api.programme.kit.rendering import who
from programme.registry import MACHINES, NOUNS

PACKAGE = programme.__name__
FOLDER = Path(programme.__path__[0])
NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)
DAY = timedelta(days=1)
TASKS = [noun.tasks for noun in NOUNS if noun.tasks is not None]
#: What is new is gone with its transaction if its first step is refused.
STATES = [
    pytest.param(machine, state.name, id=f"{machine.name}-{state.name}")
    for machine in MACHINES
    for state in machine.states
    if state.name != "new"
]
#: Of what people see pages; members, seats and invitations are rows of others.
SHOWN = {
    "hackathon", "challenge", "submission", "call", "application", "award", "need", "response", "pilot", "offering",
    "introduction", "certificate", "survey", "dialogue_session", "idea", "decision", "voice", "sheet", "review",
    "organisation",
}  # fmt: skip


def seen(machine: Machine[Any], state: str, *, is_public: bool = False, **planned: datetime) -> Outlook:
    return outlook(TASKS, machine, Moment(state, NOW - DAY, planned, NOW), is_public=is_public)


@pytest.mark.parametrize(("machine", "state"), STATES)
def test_of_every_state_something_is_said_whatever_is_planned(machine: Machine[Any], state: str) -> None:
    past, ahead = dict.fromkeys(machine.deadlines, NOW - DAY), dict.fromkeys(machine.deadlines, NOW + DAY)
    for planned in ({}, past, ahead):
        for is_public in (False, True):
            found = seen(machine, state, is_public=is_public, **planned)
            assert found.says_something
            for language in LANGUAGES:
                assert found.text is None or found.text.text(language).endswith(".")
                for roles in (found.turn, found.others):
                    assert bool(who(language, roles)) == bool(roles)
    assert not seen(machine, state).is_over or machine.state(state).is_terminal


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_nobody_learns_more_than_the_public_name_of_a_state(machine: Machine[Any]) -> None:
    by_name = defaultdict(set)
    for state in machine.states:
        planned = dict.fromkeys(machine.deadlines, NOW + DAY)
        by_name[machine.public_label(state.name).key.rpartition(".")[2]].add(
            seen(machine, state.name, is_public=True, **planned)
        )
    assert {name for name, found in by_name.items() if len(found) > 1} == set()


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_no_sentence_is_about_a_state_that_there_is_not(machine: Machine[Any]) -> None:
    known = {state.name for state in machine.states} | {state.public for state in machine.states}
    for language in LANGUAGES:
        start = f"{machine.name}.outlook."
        texts = {
            key.removeprefix(start)
            for key in catalogue(machine.package).texts[language]
            if key.startswith(start)
        }
        assert texts <= known


def test_the_next_date_is_that_of_the_next_step() -> None:
    dates = {name: NOW + DAY * number for number, name in enumerate(HACKATHON.deadlines, -2)}
    found = seen(HACKATHON, "registration_open", **dates)
    assert found.date == (HACKATHON.label("deadline", "team_formation_closes"), NOW + DAY)
    dates["registration_closes"] = NOW + DAY / 2
    found = seen(HACKATHON, "registration_open", **dates)
    assert found.date == (HACKATHON.label("deadline", "registration_closes"), NOW + DAY / 2)
    submitted = seen(SUBMISSION, "submitted", submissions_close=NOW + 3 * DAY)
    assert submitted.date == (SUBMISSION.label("deadline", "submissions_close"), NOW + 3 * DAY)
    assert seen(SUBMISSION, "submitted", submissions_close=NEVER).date is None, "its clock stands still"
    assert seen(CALL, "open", closes=NOW - DAY).date is None


def test_whose_turn_it_is_and_who_could_change_what_rests() -> None:
    assert seen(SUBMISSION, "frozen").turn == (Role.ORGANISER,)
    assert seen(HACKATHON, "archived") == Outlook(is_over=True, since=NOW - DAY)
    assert seen(HACKATHON, "judging", is_public=True) == seen(HACKATHON, "deliberation", is_public=True)
    certificates = next(machine for machine in MACHINES if machine.name == "account")
    assert seen(certificates, "suspended").others == (Role.ADMINISTRATOR,)


def test_every_noun_that_has_pages_says_it_there() -> None:
    names = {
        getattr(
            import_module(f"{PACKAGE}.{'.'.join(file.relative_to(FOLDER).with_suffix('').parts)}"), name
        ).name
        for file in FOLDER.rglob("*.py")
        for name in re.findall(r"Subject\(\s*([A-Z]+),", file.read_text("utf-8"))
    }
    assert names >= SHOWN
