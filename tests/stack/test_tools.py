"""The whole suite's second look at the few tests that failed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from stack import tools
from stack.waiting import wait_until

pytestmark = pytest.mark.usefixtures("wire")

STEADY = "def test_steady(): pass\n"
BROKEN = "def test_broken(): assert False, 'for good'\n"
#: Fails unless it has run before.
UNSTEADY = """
from pathlib import Path

def test_unsteady():
    mark = Path(__file__).with_suffix(".mark")
    ran_before, _ = mark.exists(), mark.touch()
    assert ran_before
"""


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A checkout whose tests are these files; what :func:`tools.run_tests` ends with."""
    monkeypatch.setattr(tools, "ROOT", tmp_path)
    monkeypatch.setattr(tools.os, "cpu_count", lambda: 1)
    monkeypatch.setenv("FALAJ_LANGUAGE", "en")
    # A run within a run would take itself for one of its processes.
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_CURRENT_TEST", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    # Only what these files need: the plugins of the hub's own tests take seconds to load.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "xdist.plugin")

    def run(**files: str) -> int:
        for name, text in files.items():
            (tmp_path / f"test_{name}.py").write_text(text, encoding="utf-8")
        return tools.run_tests([])

    return run


@pytest.mark.parametrize(
    ("cores", "gibibytes", "processes"),
    [(1, 2, 2), (1, 16, 3), (2, 7, 3), (2, 16, 4), (4, 16, 5), (4, 32, 6), (64, 128, 65), (64, 512, 66)],
)
def test_how_many_processes_run_tests(cores: int, gibibytes: int, processes: int) -> None:
    assert tools.processes_for(cores, gibibytes * 1024**3) == processes
    assert tools.memory_bytes() > 1024**3


def test_all_that_pass_run_once(suite: Any, capfd: pytest.CaptureFixture[str]) -> None:
    assert suite(steady=STEADY) == 0
    assert "once more" not in capfd.readouterr().err


def test_what_passes_alone_is_named_and_stops_nothing(suite: Any, capfd: pytest.CaptureFixture[str]) -> None:
    assert suite(steady=STEADY, unsteady=UNSTEADY) == 0
    told = capfd.readouterr()
    assert "assert ran_before" in told.out, "why it failed stays to be read"
    assert told.err.count("test_unsteady.py::test_unsteady") == 2
    assert "1 passed" in told.out, "the one alone"


def test_what_fails_twice_fails_the_run(suite: Any, capfd: pytest.CaptureFixture[str]) -> None:
    assert suite(steady=STEADY, broken=BROKEN, unsteady=UNSTEADY) == 1
    assert "They failed twice" in capfd.readouterr().err


def test_many_that_fail_are_not_run_again(suite: Any, capfd: pytest.CaptureFixture[str]) -> None:
    broken = {f"unsteady{number}": UNSTEADY for number in range(tools.ALONE_MAX + 1)}
    assert suite(**broken) == 1
    assert "once more" not in capfd.readouterr().err


def test_words_that_choose_from_all_tests_are_passed_on_and_few_that_fail_run_again(
    suite: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    option = "def pytest_addoption(parser):\n    parser.addoption('--long', action='store_true')\n"
    (tmp_path / "conftest.py").write_text(option, encoding="utf-8")
    chosen = "def test_chosen(request): assert request.config.getoption('long')\n"
    assert suite(chosen=chosen) == 1
    (tmp_path / "test_unsteady.py").write_text(UNSTEADY, encoding="utf-8")
    capfd.readouterr()
    assert tools.run_tests(["--long"]) == 0
    assert "test_unsteady.py::test_unsteady" in capfd.readouterr().err


def test_a_file_that_cannot_be_read_fails_twice(suite: Any) -> None:
    assert suite(steady=STEADY, wrong="import nothing_of_this_name\n") != 0


def test_arguments_go_to_the_tests_as_they_are(suite: Any) -> None:
    suite(steady=STEADY, broken=BROKEN)
    assert tools.run_tests(["test_steady.py", "-q"]) == 0
    assert tools.run_tests(["test_broken.py", "-q"]) == 1


def test_whoever_ends_the_run_ends_the_tests_too(tmp_path: Path) -> None:
    program = f"from pathlib import Path; from stack import tools; tools.ROOT = Path({str(tmp_path)!r}); "
    lasting = "from pathlib import Path\nfrom time import sleep\ndef test_it():\n    Path('begun').touch()\n    sleep(60)\n"
    (tmp_path / "test_lasting.py").write_text(lasting, encoding="utf-8")
    run = subprocess.Popen(
        [sys.executable, "-c", program + "raise SystemExit(tools.run_tests(['test_lasting.py']))"],
        cwd=Path(__file__).resolve().parents[2], stdin=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert wait_until((tmp_path / "begun").exists, 60, alive=lambda: run.poll() is None)
        (tests,) = psutil.Process(run.pid).children()
        run.terminate()
        assert run.wait(30) != 0
        assert not tests.is_running()
    finally:
        run.kill()
        run.wait()
