"""The shell script, on a tiny checkout of its own whose requirements are empty, so that it needs no network."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

pytestmark = pytest.mark.usefixtures("wire")

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
print(os.getcwd(), os.environ["PYTHONPATH"], *sys.argv[1:])
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copy(ROOT / "falaj", folder)
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-clients.txt"):
        (folder / name).write_text("# nothing\n")
    (folder / "stack").mkdir()
    (folder / "stack" / "__init__.py").touch()
    (folder / "stack" / "__main__.py").write_text(PROGRAM)
    return folder


def run(script: Path, *arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("FALAJ_", "PYTHON"))}
    return subprocess.run(
        [str(script), *arguments],
        cwd=cwd, capture_output=True, text=True, check=False, timeout=120, stdin=subprocess.DEVNULL, process_group=0,
        env={**clean, "FALAJ_PYTHON": sys.executable, **environment},
    )  # fmt: skip


def test_it_prepares_once_and_works_from_anywhere_through_a_link(checkout: Path, tmp_path: Path):
    link = tmp_path / "falaj"
    link.symlink_to(checkout / "falaj")
    first = run(link, "replay", "a b", cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    assert first.stdout.split() == [str(tmp_path), str(checkout), "replay", "a", "b"]
    assert "Preparing" in first.stderr
    assert run(checkout / "falaj", "--help", cwd=checkout).stderr == ""


def test_a_signal_is_not_lost_while_a_command_of_the_script_ends(checkout: Path, tmp_path: Path):
    """Ctrl-C goes to the whole group; bash takes it as seen to by a command that then ends well."""
    run(checkout / "falaj", "--help", cwd=checkout)
    (tmp_path / "cat").write_text(f"#!/bin/sh\ntrap '' INT\nkill -INT 0\nexec {shutil.which('cat')} \"$@\"\n")
    (tmp_path / "cat").chmod(0o755)
    outcome = run(checkout / "falaj", "--help", cwd=checkout, PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (-signal.SIGINT, "", "")


def test_changed_requirements_and_interrupted_installs_are_made_good(checkout: Path):
    script = checkout / "falaj"
    run(script, "--help", cwd=checkout)
    (checkout / "requirements.txt").write_text("# still nothing\n")
    assert "Preparing" in run(script, "--help", cwd=checkout).stderr
    assert run(script, "--help", cwd=checkout).stderr == ""
    (checkout / ".venv" / ".falaj-requirements.txt").unlink()  # what an interruption leaves
    assert "Preparing" in run(script, "--help", cwd=checkout).stderr


def test_a_failed_install_is_one_line_and_not_taken_for_complete(checkout: Path):
    script = checkout / "falaj"
    good = (checkout / "requirements-dev.txt").read_text()
    (checkout / "requirements-dev.txt").write_text("nothing @ file:///nowhere/nothing-1-py3-none-any.whl\n")
    outcome = run(script, "check", cwd=checkout)
    assert outcome.returncode == 1
    assert outcome.stderr.strip().splitlines()[-1].endswith("install.log")
    assert not (checkout / ".venv" / ".falaj-requirements-dev.txt").exists()
    (checkout / "requirements-dev.txt").write_text(good)
    assert run(script, "check", cwd=checkout).returncode == 0


def _make_wheel(folder: Path, name: str, version: str, needs: str = "") -> str:
    """Writes a package without code; returns its line for a requirements file, with its hash."""
    file = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nProvides-Extra: extra\n"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(f"{info}/METADATA", metadata + (f"Requires-Dist: {needs}\n" if needs else ""))
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return f"{name}=={version} --hash=sha256:{sha256(file.read_bytes()).hexdigest()}\n"


def test_a_newer_release_of_a_dependency_with_extras_does_not_stop_the_install(
    checkout: Path, tmp_path: Path
):
    """pip of Python 3.11 looks for ``part[extra]`` anew and takes the newest, whose hash is in no file."""
    pins = _make_wheel(tmp_path, "part", "1") + _make_wheel(tmp_path, "whole", "1", needs="part[extra]>=1")
    _make_wheel(tmp_path, "part", "2")
    (checkout / "requirements.txt").write_text(f"--no-index\n--find-links {tmp_path}\n{pins}")
    outcome = run(checkout / "falaj", "--help", cwd=checkout)
    assert outcome.returncode == 0, (checkout / ".falaj" / "install.log").read_text()


def test_an_interpreter_that_will_not_do_is_refused(checkout: Path):
    (checkout / ".venv" / ".falaj-requirements.txt").unlink(missing_ok=True)
    outcome = run(checkout / "falaj", "--help", cwd=checkout, FALAJ_PYTHON="/bin/false")
    assert outcome.returncode == 1
    assert "FALAJ_PYTHON=/bin/false" in outcome.stderr
    arabic = run(checkout / "falaj", "--help", cwd=checkout, FALAJ_PYTHON="/bin/false", FALAJ_LANGUAGE="ar")
    assert "ليس Python" in arabic.stderr


def test_whoever_may_not_install_is_told_the_exact_command():
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("hiding a package from one process needs root's mount namespace")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        shutil.copy(ROOT / "falaj", folder)
        # The empty file system hides PostgreSQL from this process only; nobody may use sudo.
        steps = (
            'mount -t tmpfs none /usr/lib/postgresql && exec setpriv --reuid 65534 --clear-groups "$0" demo'
        )
        outcome = subprocess.run(
            ["unshare", "--mount", "bash", "-c", steps, f"{folder}/falaj"],
            capture_output=True, text=True, check=False, timeout=60, env={"PATH": os.environ["PATH"]},
        )  # fmt: skip
    if "mount:" in outcome.stderr or "unshare:" in outcome.stderr:
        pytest.skip("this root may not mount")
    assert outcome.returncode == 1
    assert outcome.stderr == "Missing: postgresql-17. As root, run: apt-get install -y postgresql-17\n"
