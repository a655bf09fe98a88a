"""The client stands alone: what it declares, what it imports, and how it is installed."""

from __future__ import annotations

import ast
import importlib.util
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

import falaj_client

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "falaj_client"
PROJECT = tomllib.loads((FOLDER / "pyproject.toml").read_text("utf-8"))["project"]
#: Run where nothing of the repository can be found: imports of the client load nothing heavy and nothing of ours.
LOOK = """
import sys
sys.path.insert(0, sys.argv[1])
import falaj_client
assert falaj_client.__file__.startswith(sys.argv[1]), falaj_client.__file__
with falaj_client.Client(sys.argv[2], language="ar") as client:
    assert client.things(place="seeb").url.endswith("/v1/things?place=seeb")
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    """A copy of the folder outside the repository."""
    shutil.copytree(FOLDER, tmp_path / "falaj_client", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_it_declares_httpx_and_nothing_else() -> None:
    assert [one.partition(">")[0] for one in PROJECT["dependencies"]] == ["httpx"]
    assert set(PROJECT["optional-dependencies"]) == {"pandas", "geo", "arrow", "polars"}
    assert PROJECT["version"] == falaj_client.__version__
    assert (FOLDER / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_it_imports_what_it_declares() -> None:
    allowed = {"httpx", "falaj_client", *sys.stdlib_module_names}
    for file in FOLDER.glob("*.py"):
        tree = ast.parse(file.read_text("utf-8"))
        # Imports for type checkers alone stand in blocks, not at the top level.
        names = {alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
        names |= {str(node.module) for node in tree.body if isinstance(node, ast.ImportFrom)}
        assert {name.partition(".")[0] for name in names} <= allowed, file


@pytest.mark.usefixtures("wire")
def test_it_works_without_the_repository(alone: Path) -> None:
    outcome = subprocess.run(
        [sys.executable, "-I", "-W", "error", "-c", LOOK, str(alone), "http://127.0.0.1:1"],
        cwd=alone, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert outcome.returncode == 0, outcome.stderr
    loaded = set(outcome.stdout.split())
    assert "httpx" in loaded
    ours = {file.parent.name for file in ROOT.glob("*/__init__.py")} - {"falaj_client"}
    assert not loaded & (ours | {"pandas", "pyarrow", "geopandas", "numpy", "fastapi", "streamlit"})


@pytest.mark.usefixtures("wire")
def test_a_wheel_of_it_holds_all_of_it(alone: Path) -> None:
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("building a wheel needs hatchling, which the hub itself does not")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index",
         "--wheel-dir", str(alone), str(alone / "falaj_client")],
        check=True,
    )  # fmt: skip
    (wheel,) = alone.glob("falaj_client-*.whl")
    packed = set(ZipFile(wheel).namelist())
    ours = [
        file
        for pattern in ("*.py", "py.typed", "messages/*.toml")
        for file in (alone / "falaj_client").glob(pattern)
    ]
    assert {str(file.relative_to(alone)) for file in ours} <= packed
