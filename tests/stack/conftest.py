"""Command lines without a process of their own, which takes longer to start than most of them to run."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from stack import boundary


@dataclass(frozen=True, slots=True)
class Ended:
    """What :class:`subprocess.CompletedProcess` says of a process."""

    returncode: int
    stdout: str
    stderr: str


Command = Callable[..., Ended]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run one with these settings alone, and with nothing of a hub that may run here."""

    def run(*words: str, **environment: str) -> Ended:
        capsys.readouterr()
        with monkeypatch.context() as here:
            for name in [name for name in os.environ if name.startswith("FALAJ_")]:
                here.delenv(name)
            for name, value in environment.items():
                here.setenv(name, value)
            code = boundary.run(words)
        return Ended(code, *capsys.readouterr())

    return run
