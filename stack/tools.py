"""``falaj check``, ``test`` and ``bench``: the tools of those who change the hub."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from citycore.errors import InvalidParameter
from stack.processes import ROOT
from stack.texts import text

#: pytest's exit code for "tests ran, and some failed".
TESTS_FAILED = 1
#: What chooses from all tests or tells of them (tests/conftest.py); anything else goes to pytest as it is.
CHOICES = {"--long", "--record", "--durations-table", "--lane", "pure", "store", "wire", "hub"}
#: If more tests fail than these, it is not the machine that was busy, and none is run again.
ALONE_MAX = 5
#: What a process that runs tests takes at most, with its servers and its browser.
PROCESS_BYTES = 3 * 1024**3
CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ruff check", ("-m", "ruff", "check", ".")),
    ("ruff format --check", ("-m", "ruff", "format", "--check", ".")),
    ("mypy", ("-m", "mypy")),
    ("lint-imports", ("-c", "from importlinter.cli import lint_imports_command as run; run()")),
)


def run_checks() -> int:
    """Run every check, all at once, print what the failed ones say, then a table: 0 or 1."""
    console = Console(markup=False, highlight=False, soft_wrap=True)
    table = Table(title=text("tools.title"))
    for name in ("tool", "seconds", "result"):
        table.add_column(text(f"tools.{name}"), justify="right" if name == "seconds" else "left")
    with ThreadPoolExecutor(len(CHECKS)) as pool:
        outcomes = list(pool.map(_check, (words for _, words in CHECKS)))
    for (name, _), (outcome, seconds) in zip(CHECKS, outcomes, strict=True):
        good = outcome.returncode == 0
        if not good:
            console.print(outcome.stdout + outcome.stderr, markup=False)
        told = text(f"tools.{'good' if good else 'bad'}")
        table.add_row(name, f"{seconds:.1f}", told, style="" if good else "red")
    console.print(table)
    return int(any(outcome.returncode for outcome, _ in outcomes))


def _check(words: Sequence[str]) -> tuple[subprocess.CompletedProcess[str], float]:
    """What a check said, and how long it took."""
    began = time.monotonic()
    outcome = subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return outcome, time.monotonic() - began


def run_tests(arguments: Sequence[str]) -> int:
    """All tests, or pytest with the arguments; in the checkout, free of the settings of a hub that may run here.

    Words that choose from all tests, such as ``--lane pure``, stand before all tests in several processes. Of these,
    the few that fail are run once more, alone (decision 0017). pytest's exit code.
    """
    # Compiled once: else pytest and each process of the hub that tests start would compile all modules anew.
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("FALAJ_") and name != "PYTHONDONTWRITEBYTECODE"
    }
    if not set(arguments) <= CHOICES:
        return _run_pytest(arguments, environment)
    processes = str(processes_for(os.cpu_count() or 1, memory_bytes()))
    with TemporaryDirectory(prefix="falaj-tests-") as cache:
        remember = ("-o", f"cache_dir={cache}")
        code = _run_pytest(("-n", processes, "--dist", "loadfile", *remember, *arguments), environment)
        failed = _failed(Path(cache)) if code == TESTS_FAILED else []
        if not 0 < len(failed) <= ALONE_MAX:
            return code
        console = Console(markup=False, highlight=False, soft_wrap=True, stderr=True)
        console.print(text("tools.alone", tests="\n".join(failed)))
        alone = [word for word in arguments if word == "--long"]
        code = _run_pytest((*remember, *alone, *failed), environment)
        console.print(text("tools.failed_twice" if code else "tools.unsteady", tests="\n".join(failed)))
        return code


def processes_for(cores: int, memory: int) -> int:
    """How many run tests at once: two more than there are cores, since most tests wait for a server and not for a core, or one
    more where the memory has no room for that; two at least.
    """
    return max(2, min(cores + 2, max(cores + 1, memory // PROCESS_BYTES)))


def memory_bytes() -> int:
    """Of this machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _run_pytest(arguments: Sequence[str], environment: dict[str, str]) -> int:
    process = subprocess.Popen([sys.executable, "-m", "pytest", *arguments], cwd=ROOT, env=environment)
    before = signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    try:
        while True:
            # Ctrl-C reaches pytest as well, which ends its servers before it ends.
            with suppress(KeyboardInterrupt):
                return process.wait()
    finally:
        signal.signal(signal.SIGTERM, before)


def _failed(cache: Path) -> list[str]:
    file = cache / "v/cache/lastfailed"
    return sorted(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else []


def run_benchmark(name: str, arguments: Sequence[str]) -> int:
    """``benchmarks.NAME.main(arguments)``; :class:`InvalidParameter` lists the names there are."""
    known = sorted(file.stem for file in (ROOT / "benchmarks").glob("[a-z]*.py"))
    if name not in known:
        raise InvalidParameter(parameter=name, reason=text("bench.unknown", known=", ".join(known)))
    return int(import_module(f"benchmarks.{name}").main(list(arguments)))
