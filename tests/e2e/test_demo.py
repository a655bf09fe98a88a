"""A stranger's first minute: clone into an empty folder, with an empty home, and see everything work."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack.postgres import BINARIES, EXTENSION, reachable_folder

ROOT = Path(__file__).resolve().parents[2]
#: What a machine needs to reach its package mirror; everything else of this session stays behind.
PASSED_ON = re.compile(r"PATH|LANG|(PIP|SSL|REQUESTS)_.*|(HTTPS?|NO)_PROXY", re.IGNORECASE)


@pytest.fixture
def empty() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="falaj-clone-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.usefixtures("whole_hub")
def test_a_fresh_clone_with_an_empty_home_comes_up_and_proves_every_step(empty: Path):
    if not (ROOT / ".git").exists():
        pytest.skip("this checkout has no history to clone")
    if not (BINARIES / "postgres").exists() or not EXTENSION.exists():
        pytest.skip("PostgreSQL and TimescaleDB are not installed; ./falaj test installs them")
    home, clone = empty / "home", empty / "falaj"
    home.mkdir()
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True, timeout=60)
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
    finished = re.search(r"Every step works, in (\d+) s", outcome.stdout)
    assert finished is not None
    assert int(finished.group(1)) < 300, "the check itself, without the installation"
    left = sorted(file.name for file in (clone / ".falaj").iterdir())
    assert not [name for name in left if name.startswith("check-")]
    assert reachable_folder(clone / ".falaj" / "postgres") == clone / ".falaj" / "postgres"
    assert _processes_in(clone) == []


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
