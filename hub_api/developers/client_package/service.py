"""The wheel of the client that lies beside this hub's own code, made once a process."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from hub_api.developers.client_package.model import Wheel
from hub_api.developers.client_package.rules import build_wheel

PACKAGE = "falaj_client"
#: What the wheel holds of its folder, as its ``pyproject.toml`` tells other builders.
CONTENTS = ("*.py", "py.typed", "messages/*.toml")


@cache
def client_wheel() -> Wheel:
    """A hundred files at most, read once; nothing of the client is imported."""
    found = find_spec(PACKAGE)
    assert found is not None, "the client is part of the hub's code"
    assert found.origin is not None, "a package with code of its own"
    folder = Path(found.origin).parent
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    package = {
        f"{PACKAGE}/{file.relative_to(folder).as_posix()}": file.read_bytes()
        for pattern in CONTENTS
        for file in folder.glob(pattern)
    }
    return build_wheel(
        project, package, (folder / "README.md").read_text("utf-8"), (folder / "LICENSE").read_bytes()
    )
