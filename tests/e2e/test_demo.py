"""A stranger's first minute: clone into an empty folder, with an empty home, and see everything work."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from stack.postgres import BINARIES, EXTENSION, reachable_folder

ROOT = Path(__file__).resolve().parents[2]
NEEDED, NEEDED_BY_TESTS = ROOT / "requirements.txt", ROOT / "requirements-dev.txt"
#: What a machine needs to reach its package mirror; everything else of this session stays behind.
PASSED_ON = re.compile(r"PATH|LANG|(PIP|SSL|REQUESTS)_.*|(HTTPS?|NO)_PROXY", re.IGNORECASE)


@pytest.fixture
def empty() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="falaj-clone-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.usefixtures("whole_hub")
@pytest.mark.parametrize(
    "is_installed",
    [
        pytest.param(True, id="with its packages"),
        pytest.param(False, id="installing", marks=pytest.mark.long),
    ],
)
def test_a_fresh_clone_with_an_empty_home_comes_up_and_proves_every_step(empty: Path, is_installed: bool):
    if not (ROOT / ".git").exists():
        pytest.skip("this checkout has no history to clone")
    if not (BINARIES / "postgres").exists() or not EXTENSION.exists():
        pytest.skip("PostgreSQL and TimescaleDB are not installed; ./falaj test installs them")
    home, clone = empty / "home", empty / "falaj"
    home.mkdir()
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True, timeout=60)
    if is_installed:
        link_what_is_needed(clone)
    environment = {name: value for name, value in os.environ.items() if PASSED_ON.fullmatch(name)}
    outcome = subprocess.run(
        [str(clone / "falaj"), "demo", "--check"],
        cwd=home, env={**environment, "HOME": str(home), "LANG": "C.UTF-8"},
        capture_output=True, text=True, check=False, timeout=400, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    said = outcome.stdout + outcome.stderr
    assert outcome.returncode == 0, said
    assert "Traceback" not in said
    assert "FAILED" not in outcome.stdout
    assert outcome.stdout.count("│ ok ") >= 16, said
    assert ("Preparing" in outcome.stderr) is not is_installed
    finished = re.search(r"Every step works, in (\d+) s", outcome.stdout)
    assert finished is not None
    assert int(finished.group(1)) < 300, "the check itself, without the installation"
    left = sorted(file.name for file in (clone / ".falaj").iterdir())
    assert not [name for name in left if name.startswith("check-")]
    assert reachable_folder(clone / ".falaj" / "postgres") == clone / ".falaj" / "postgres"
    assert _processes_in(clone) == []


def test_these_tests_run_with_what_a_clone_installs():
    """So that the packages of this environment, installed by their checksums, stand for those of a clone."""
    by_tests = read_requirements(NEEDED_BY_TESTS)
    needed = read_requirements(NEEDED)
    assert needed
    for requirement, checksums in needed.items():
        assert by_tests[requirement] == checksums
    for requirement in map(Requirement, needed):
        if requirement.marker is None or requirement.marker.evaluate():
            assert requirement.specifier.contains(distribution(requirement.name).version), requirement


def read_requirements(file: Path) -> dict[str, set[str]]:
    """Checksums by requirement, as in ``numpy==2.4.6 ; python_full_version < '3.12'``."""
    found: dict[str, set[str]] = {}
    for line in file.read_text("utf-8").splitlines():
        if line and line[0] not in " #":
            checksums = found.setdefault(line.rstrip("\\ "), set())
        elif "--hash=" in line:
            checksums.add(line.strip("\\ "))
    return found


def link_what_is_needed(clone: Path) -> None:
    """An environment with the packages of ``requirements.txt`` and no other, as an installation leaves it."""
    venv, needed = clone / ".venv", clone / NEEDED.name
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True, timeout=60)
    [site] = venv.glob("lib/python*/site-packages")
    for requirement in map(Requirement, read_requirements(needed)):
        if requirement.marker is not None and not requirement.marker.evaluate():
            continue
        ours = distribution(requirement.name)
        for name in {file.parts[0] for file in ours.files or ()} - {".."}:
            link = site / name
            if not link.is_symlink():  # some share a name space
                link.symlink_to(Path(str(ours.locate_file(name))))
    (venv / ".falaj-requirements.txt").write_text(sha256(needed.read_bytes()).hexdigest() + "\n")


def _processes_in(folder: Path) -> list[str]:
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if entry.name.isdigit() and str(folder) in words:
            found.append(words)
    return found
