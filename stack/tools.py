"""``falaj check``, ``test`` and ``bench``: the tools of those who change the hub."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib import import_module

from rich.console import Console
from rich.table import Table

from citycore.errors import InvalidParameter
from stack.processes import ROOT
from stack.texts import text

CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ruff check", ("-m", "ruff", "check", ".")),
    ("ruff format --check", ("-m", "ruff", "format", "--check", ".")),
    ("mypy", ("-m", "mypy")),
    ("lint-imports", ("-c", "from importlinter.cli import lint_imports_command as run; run()")),
)


def run_checks() -> int:
    """Run every check even if one fails, print what the failed ones say, then a table: 0 or 1."""
    console = Console(markup=False, highlight=False, soft_wrap=True)
    table = Table(title=text("tools.title"))
    for name in ("tool", "seconds", "result"):
        table.add_column(text(f"tools.{name}"), justify="right" if name == "seconds" else "left")
    failed = False
    for name, words in CHECKS:
        began = time.monotonic()
        outcome = subprocess.run(
            [sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        good = outcome.returncode == 0
        failed = failed or not good
        if not good:
            console.print(outcome.stdout + outcome.stderr, markup=False)
        seconds = f"{time.monotonic() - began:.1f}"
        table.add_row(name, seconds, text(f"tools.{'good' if good else 'bad'}"), style="" if good else "red")
    console.print(table)
    return int(failed)


def run_tests(arguments: Sequence[str]) -> None:
    """Become pytest, in the checkout, free of the settings of a hub that may run here."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FALAJ_")}
    os.chdir(ROOT)
    # All of them in two processes at least: most tests wait for a server, not for a core.
    processes = str(max(2, os.cpu_count() or 2))
    chosen = arguments or ["-n", processes, "--dist", "loadfile"]
    os.execve(sys.executable, [sys.executable, "-m", "pytest", *chosen], environment)  # noqa: S606 (no shell is the point)


def run_benchmark(name: str, arguments: Sequence[str]) -> int:
    """``benchmarks.NAME.main(arguments)``; :class:`InvalidParameter` lists the names there are."""
    known = sorted(file.stem for file in (ROOT / "benchmarks").glob("[a-z]*.py"))
    if name not in known:
        raise InvalidParameter(parameter=name, reason=text("bench.unknown", known=", ".join(known)))
    return int(import_module(f"benchmarks.{name}").main(list(arguments)))
