"""The client as a wheel from the hub: built right, and installed by pip from a running hub."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
import subprocess
import sys
from email.parser import BytesParser
from html import unescape
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx
import pytest

import falaj_client
from hub_api.developers.client_package.rules import build_wheel, normalised
from hub_api.developers.client_package.service import client_wheel
from tests.hub_api.conftest import City, serving_process

FOLDER = Path(falaj_client.__file__).parent
VERSION = falaj_client.__version__
#: Run where nothing of the repository can be found.
LOOK = """
import sys
from importlib.metadata import distribution
sys.path.insert(0, sys.argv[1])
import falaj_client
assert falaj_client.__file__.startswith(sys.argv[1]), falaj_client.__file__
falaj_client.Client("http://127.0.0.1:1", language="ar").close()
found = distribution("falaj-client")
print(found.version, sorted(found.requires), sorted(found.metadata.get_all("Provides-Extra")))
"""


def test_the_wheel_holds_the_whole_package_and_a_true_record() -> None:
    wheel = client_wheel()
    base = f"falaj_client-{VERSION}"
    assert wheel.name == f"{base}-py3-none-any.whl"
    archive = ZipFile(io.BytesIO(wheel.content))
    assert archive.testzip() is None
    names = archive.namelist()
    wanted = [file for pattern in ("*.py", "py.typed", "messages/*.toml") for file in FOLDER.glob(pattern)]
    assert {f"falaj_client/{file.relative_to(FOLDER).as_posix()}" for file in wanted} == {
        name for name in names if ".dist-info/" not in name
    }
    for file in wanted:
        assert archive.read(f"falaj_client/{file.relative_to(FOLDER).as_posix()}") == file.read_bytes()
    recorded = {
        row[0]: row[1:] for row in csv.reader(io.StringIO(archive.read(f"{base}.dist-info/RECORD").decode()))
    }
    assert set(recorded) == set(names)
    for name in names:
        if not name.endswith("/RECORD"):
            body = archive.read(name)
            digest = base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()
            assert recorded[name] == [f"sha256={digest}", str(len(body))]
    told = BytesParser().parsebytes(wheel.metadata)
    assert archive.read(f"{base}.dist-info/METADATA") == wheel.metadata
    assert (told["Name"], told["Version"], told["License-Expression"]) == (
        "falaj-client",
        VERSION,
        "Apache-2.0",
    )
    assert "httpx>=0.27" in told.get_all("Requires-Dist")
    assert told.get_payload() == (FOLDER / "README.md").read_text("utf-8")


def test_the_same_files_are_the_same_bytes() -> None:
    project = {
        "name": "Some.Thing_else", "version": "2", "description": "d", "license": "MIT", "keywords": ["k"],
        "classifiers": [], "requires-python": ">=3", "dependencies": [], "optional-dependencies": {},
    }  # fmt: skip
    one = build_wheel(project, {"a/b.py": b"1", "a/a.py": b"2"}, "readme", b"licence")
    other = build_wheel(project, {"a/a.py": b"2", "a/b.py": b"1"}, "readme", b"licence")
    assert one == other
    assert one.name == "some_thing_else-2-py3-none-any.whl"
    assert one.sha256 == hashlib.sha256(one.content).hexdigest()
    assert normalised("Falaj.._-Client") == "falaj-client"


def test_the_index_is_one_of_pep_503(api: Any) -> None:
    (project,) = re.findall(r'<a href="([^"]+)">([^<]+)</a>', api.get("/simple/").text)
    assert project == ("/simple/falaj-client/", "falaj-client")
    page = api.get(project[0])
    assert page.headers["content-type"].startswith("text/html")
    (attributes, label) = re.findall(r"<a ([^>]+)>([^<]+)</a>", page.text)[0]
    told = dict(re.findall(r'([\w-]+)="([^"]*)"', unescape(attributes)))
    path, _, digest = told["href"].partition("#sha256=")
    wheel = api.get(path)
    assert label == path.rpartition("/")[2] == client_wheel().name
    assert hashlib.sha256(wheel.content).hexdigest() == digest
    assert told["data-requires-python"] == ">=3.11"
    metadata = api.get(f"{path}.metadata").content
    assert told["data-core-metadata"] == f"sha256={hashlib.sha256(metadata).hexdigest()}"
    assert api.get(path, headers={"If-None-Match": wheel.headers["etag"]}).status_code == 304
    assert api.get("/simple/Falaj_Client/").headers["location"] == "/simple/falaj-client/"
    for unknown in (
        "/simple/requests/",
        "/client/falaj_client-0.1-py3-none-any.whl",
        "/client/..%2Fpyproject.toml",
    ):
        assert api.get(unknown).status_code == 404, unknown


def test_the_index_is_told_as_json_to_who_asks_for_it(api: Any) -> None:
    pip = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01"
    answer = api.get("/simple/", headers={"accept": pip})
    assert answer.headers["content-type"] == "application/vnd.pypi.simple.v1+json"
    assert answer.json()["projects"] == [{"name": "falaj-client"}]
    told = api.get("/simple/falaj-client/", headers={"accept": pip}).json()
    assert (told["meta"]["api-version"], told["name"], told["versions"]) == ("1.1", "falaj-client", [VERSION])
    (file,) = told["files"]
    wheel = api.get(file["url"]).content
    assert (file["hashes"]["sha256"], file["size"]) == (hashlib.sha256(wheel).hexdigest(), len(wheel))
    assert file["filename"] == client_wheel().name
    for html in ("", "text/html", "*/*"):
        assert api.get("/simple/", headers={"accept": html}).headers["content-type"].startswith("text/html")


@pytest.fixture
def hub(standing_city: City, tmp_path: Path) -> Any:
    with serving_process(standing_city.database, tmp_path / "api.log") as (url, _):
        yield url


def test_pip_installs_it_as_the_guide_says_and_from_the_index(hub: str, tmp_path: Path) -> None:
    for language in ("en", "ar"):
        page = httpx.get(f"{hub}/docs/guide", params={"lang": language}).text
        ((wanted),) = re.findall(r"<code>pip install '([^']+)'</code>", unescape(page))
        assert wanted == f"falaj-client[pandas,geo,arrow] @ {hub}{client_wheel().path}"
    for target, what in (
        (tmp_path / "direct", [wanted]),
        (tmp_path / "index", ["--index-url", f"{hub}/simple/", f"falaj-client=={VERSION}"]),
    ):
        pip = [sys.executable, "-m", "pip", "install", "--isolated", "--no-deps", "--no-cache-dir", "--quiet"]
        outcome = subprocess.run(
            [*pip, "--disable-pip-version-check", "--target", str(target), *what],
            capture_output=True, text=True, check=False, env={"NO_PROXY": "127.0.0.1", "PATH": ""},
        )  # fmt: skip
        assert outcome.returncode == 0, outcome.stderr
        said = subprocess.run(
            [sys.executable, "-I", "-c", LOOK, str(target)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert said.returncode == 0, said.stderr
        assert said.stdout.startswith(f"{VERSION} ")
        for told in ("'httpx>=0.27'", "extra == 'arrow'", "['arrow', 'geo', 'pandas', 'polars']"):
            assert told in said.stdout.replace('"', "'"), said.stdout
