"""``docs/adding-a-noun.md`` is followed in a copy of the repository, and what comes of it is checked like any noun."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from tests.architecture.noun_page import Block, NounPage, read_page
from tests.architecture.test_house import ROOT, tracked

FILES_MADE_MAX, FILES_TOUCHED_MAX, LINES_MAX = 30, 8, 2_600
#: Of each check that goes through all nouns, what is about this one, or about all at once; and all tests of its own.
CHOSEN = (
    "loan",
    "equipment",
    "test_registry",
    "test_errors",
    "test_diagram",
    "test_read_role",
    "test_contract",
    "every_setting",
    "every_error",
    "every_route",
    "every_operation",
    # Of the lists beside its own: what the others show is the same as without it.
    "(every_example and innovation)",
    "every_kind",
    "have_subjects",
    "shipped_changes",
    "has_a_holder",
)
#: In one run, since a second one with servers of its own costs more than it saves.
TESTS = (
    "tests/architecture/test_errors.py",
    "tests/architecture/test_house.py",
    "tests/architecture/test_registry.py",
    "tests/hackathon/people/test_leaving.py",
    "tests/hackathon/test_diagram.py",
    "tests/hackathon/test_machines.py",
    "tests/hackathon/test_tasks.py",
    "tests/hub_api/hostile/test_read_role.py",
    "tests/hub_api/participation/test_participation_matrix.py",
    "tests/hub_api/portal/test_access_matrix.py",
    "tests/hub_api/portal/test_asking.py",
    "tests/hub_api/portal/test_equipment.py",
    "tests/hub_api/portal/test_marks.py",
    "tests/hub_api/portal/test_tasks.py",
    "tests/hub_api/test_changes.py",
    "tests/hub_api/test_contract.py",
    "tests/hub_api/test_documentation.py",
)


@pytest.fixture(scope="module")
def page() -> NounPage:
    return read_page()


def test_it_keeps_to_the_price_of_a_noun(page: NounPage) -> None:
    made, touched = len(page.made), len(page.touched)
    assert f"You make {made} files and touch {touched}" in (ROOT / "docs" / "adding-a-noun.md").read_text(
        "utf-8"
    )
    assert made <= FILES_MADE_MAX
    assert touched <= FILES_TOUCHED_MAX
    assert page.lines <= LINES_MAX


@pytest.mark.parametrize(
    ("block", "fault"),
    [
        (Block("a.py", None, "x"), "there already"),
        (Block("a.py", "two", "x"), "0 lines"),
        (Block("a.py", "one", "x"), "2 lines"),
    ],
)
def test_a_block_that_has_no_place_is_refused(tmp_path: Path, block: Block, fault: str) -> None:
    (tmp_path / "a.py").write_text("one\n    one more\n", "utf-8")
    with pytest.raises(ValueError, match=fault):
        block.apply(tmp_path)


@pytest.mark.usefixtures("wire")
def test_whoever_follows_it_has_a_noun(page: NounPage, tmp_path: Path) -> None:
    """All checks at once, each with servers of its own if it needs any."""
    copy = copied(tmp_path / "falaj")
    for block in page.blocks:
        block.apply(copy)
    code = sorted(path for path in (*page.made, *page.touched) if path.endswith(".py"))
    packages = sorted({name_of(path) for path in page.made if path.endswith("/__init__.py")})
    assert packages
    checks = obey(page.commands, copy)
    checks |= {
        "tests": start(
            copy, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-k", " or ".join(CHOSEN), *TESTS
        ),
        "style": start(copy, "-m", "ruff", "check", "--no-cache", *code),
        "format": start(copy, "-m", "ruff", "format", "--no-cache", "--check", *code),
        "types": start(copy, "-m", "mypy", *(word for name in packages for word in ("-p", name))),
        "imports": start(copy, "-c", "from importlinter.cli import lint_imports_command as run; run()"),
    }
    said = {name: check.communicate()[0] for name, check in checks.items()}
    wrong = {name: said[name] for name, check in checks.items() if check.returncode}
    assert not wrong, "\n".join(f"{name}:\n{text}" for name, text in wrong.items())


def copied(folder: Path) -> Path:
    """What belongs to the project, with what is known of it already: compiled modules, and what mypy found."""
    for file in tracked():
        target = folder / file.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, target)
        if file.suffix == ".py" and (compiled := Path(cache_from_source(str(file)))).exists():
            kept = Path(cache_from_source(str(target)))
            kept.parent.mkdir(exist_ok=True)
            shutil.copy2(compiled, kept)
    if (ROOT / ".mypy_cache").is_dir():
        shutil.copytree(ROOT / ".mypy_cache", folder / ".mypy_cache")
    return folder


def obey(commands: Iterable[str], folder: Path) -> dict[str, subprocess.Popen[str]]:
    """Lines of the page, such as ``.venv/bin/python -m stack.schema``, all at once.

    Those that say where their output goes are done; the others, of which the chosen tests read nothing, go on.
    """
    begun = {}
    for command in commands:
        interpreter, *words = command.partition(" > ")[0].split()
        assert interpreter == ".venv/bin/python"
        begun[command] = start(folder, *words)
    for command in [one for one in begun if " > " in one]:
        done = begun.pop(command)
        said = done.communicate()[0]
        assert done.returncode == 0, f"{command}: {said}"
        (folder / command.partition(" > ")[2]).write_text(said, "utf-8")
    return begun


def start(folder: Path, *words: str) -> subprocess.Popen[str]:
    """With the code of the copy alone; what is compiled of it is kept for the others."""
    known = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.Popen(
        [sys.executable, *words],
        cwd=folder,
        env={**known, "PYTHONPATH": str(folder), "PYTHONUTF8": "1"},
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def name_of(path: str) -> str:
    return path.rpartition("/")[0].replace("/", ".")
