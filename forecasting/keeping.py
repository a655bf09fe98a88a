"""Fitted candidates as bytes, and by which code they were written.

A pickle is code: it is loaded only from the table that the worker alone writes, in the process that forecasts, and only
where the code and the libraries are those that wrote it. Everything else is fitted anew.
"""

from __future__ import annotations

import pickle
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, entry_points, version
from pathlib import Path
from typing import Any

from forecasting.candidates.model import Fitted
from forecasting.candidates.registry import GROUP

#: What a fitted candidate may hold objects of.
LIBRARIES = ("numpy", "pandas", "lightgbm", "prophet", "cmdstanpy", "holidays", "scipy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Studied:
    """What a study of a part came to: fitted candidates as bytes, studies as plain JSON values, by datastream."""

    models: Mapping[str, bytes]
    studies: Mapping[int, dict[str, Any]]
    until: datetime
    data_digest: str


@cache
def code_version() -> str:
    """A fingerprint of this package, of the libraries that fit, and of the packages that offer candidates."""
    found = sha256(platform.python_version().encode())
    offering = {entry.dist.name for entry in entry_points(group=GROUP) if entry.dist is not None}
    for name in (*LIBRARIES, *sorted(offering)):
        try:
            found.update(f"{name} {version(name)}\n".encode())
        except PackageNotFoundError:
            found.update(f"{name} none\n".encode())
    package = Path(__file__).parent
    for file in sorted(package.rglob("*.py")):
        found.update(str(file.relative_to(package)).encode() + file.read_bytes())
    return found.hexdigest()[:32]


def packed(fitted: Mapping[str, Fitted]) -> dict[str, bytes]:
    return {name: pickle.dumps(one, protocol=pickle.HIGHEST_PROTOCOL) for name, one in fitted.items()}


def unpacked(models: Mapping[str, bytes]) -> dict[str, Fitted]:
    """``models`` were written by this very code, see :func:`code_version`."""
    return {name: pickle.loads(content) for name, content in models.items()}  # noqa: S301 (the worker's own)
