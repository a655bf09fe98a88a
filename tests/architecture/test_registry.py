"""Every noun is in the registry, with everything that its room has."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import casework
import hackathon
import participation
from casework.following.model import Kind
from casework.noun import Job, Noun
from casework.people.holders import Holder
from casework.workflow.model import Binding, Machine
from programme.registry import NOUNS

ROOT = Path(__file__).resolve().parents[2]
#: Rooms of casework that every noun stands on; they are none themselves.
GROUND = frozenset(
    {
        "access",
        "access_log",
        "attachments",
        "audit",
        "codes",
        "dossiers",
        "files",
        "forms",
        "governorates",
        "incoming_mail",
        "lists",
        "money",
        "outbox",
        "sealing",
        "tasks",
        "taxonomy",
    }
)
#: Rooms of the programme with nothing that goes through all nouns, and why.
QUIET = {"hackathon.contest.interests": "pure statements about who has an interest in what"}


@cache
def modules() -> tuple[ModuleType, ...]:
    return tuple(
        importlib.import_module(found.name)
        for package in (casework, hackathon, participation)
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    )


def all_of(kind: type[Any]) -> Iterator[tuple[str, Any]]:
    """Where a module has a value of this kind, alone or in a tuple."""
    for module in modules():
        for value in vars(module).values():
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, kind):
                    yield module.__name__, one


def rooms() -> set[str]:
    """Folders with code of a noun: those of wings and of participation, and of casework what is no ground."""
    wings = {folder for wing in (ROOT / "hackathon").iterdir() if wing.is_dir() for folder in wing.iterdir()}
    own = {folder for folder in (ROOT / "casework").iterdir() if folder.name not in GROUND}
    own |= set((ROOT / "participation").iterdir())
    return {
        ".".join(folder.relative_to(ROOT).parts)
        for folder in wings | own
        if (folder / "__init__.py").is_file()
    }


def test_every_room_is_a_noun() -> None:
    assert rooms() - {noun.package for noun in NOUNS} == set(QUIET)
    for noun in NOUNS:
        assert noun.name == noun.package.rpartition(".")[2], "codes of mails are made of it"
    assert len(NOUNS.packages) == len(list(NOUNS)), "no two of one name"


def test_every_machine_is_bound_and_every_holder_named() -> None:
    machines = {machine.name for _, machine in all_of(Machine)}
    assert machines == {machine.name for machine in NOUNS.machines}
    bound = {binding.machine.name for _, binding in all_of(Binding)}
    assert bound <= machines
    assert {id(holder) for _, holder in all_of(Holder)} == {id(holder) for holder in NOUNS.holders}


@pytest.mark.parametrize("noun", [noun for noun in NOUNS if noun.holder], ids=lambda noun: noun.name)
def test_a_holder_names_statements_that_there_are(noun: Noun) -> None:
    assert noun.holder is not None
    named = {
        *noun.holder.exports.values(),
        *(erasing.statement for erasing in noun.holder.erases),
        *noun.holder.hinders,
    }
    assert named <= noun.holder.queries.keys()


@pytest.mark.parametrize("noun", list(NOUNS), ids=lambda noun: noun.name)
def test_a_noun_leaves_nothing_out(noun: Noun) -> None:
    of_room = [module for module in modules() if f"{module.__name__}.".startswith(f"{noun.package}.")]
    assert of_room
    names = {module.__name__.removeprefix(noun.package).lstrip(".") for module in of_room}
    assert bool(noun.bindings) == bool(names & {"machine", "machines"})
    if noun.bindings and noun.holder is None:
        assert noun.holds_nothing, "who has a workflow says why it holds nothing about people"
    else:
        assert not noun.holds_nothing
    assert all(machine.package == noun.package for machine in (one.machine for one in noun.bindings))


def test_what_runs_and_what_is_followed_has_a_name_of_its_own() -> None:
    jobs = [job.name for noun in NOUNS for job in (*noun.jobs, *noun.sweeps)]
    assert len(jobs) == len(set(jobs))
    kinds = [kind.name for noun in NOUNS for kind in noun.kinds]
    assert len(kinds) == len(set(kinds))
    # What looks like a job of a noun is in its value: the worker would not run it otherwise.
    due = {
        module.__name__
        for module in modules()
        for name in ("remind_due", "ask_due", "mail_due", "erase_due", "take_in", "mix_due", "sweep", "tidy")
        if getattr(getattr(module, name, None), "__module__", None) == module.__name__
        and "programme" in getattr(module, name).__annotations__
    }
    run = {job.run.__module__ for noun in NOUNS for job in (*noun.jobs, *noun.sweeps)}
    assert due == run
    assert {type(job) for noun in NOUNS for job in noun.jobs} == {Job}
    assert {type(kind) for kind in NOUNS.kinds.values()} == {Kind}


def test_mails_are_written_by_nouns_alone() -> None:
    """A code in the outbox leads back to the texts by the name of a noun."""
    packages = set(NOUNS.packages.values())
    for folder in ("casework", "hackathon", "participation"):
        for file in (ROOT / folder).rglob("messages/en.toml"):
            if "\n[mail." in f"\n{file.read_text('utf-8')}":
                package = ".".join(file.relative_to(ROOT).parts[:-2])
                assert package in packages, package
