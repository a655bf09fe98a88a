"""A wheel from the files of a pure Python package (PEP 427) and from what its ``pyproject.toml`` declares (PEP 621).

The same files give the same bytes on every machine: no times, one order, no compression.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from hub_api.developers.client_package.model import Wheel

TAG = "py3-none-any"
#: A zip knows no earlier one.
NO_TIME = (1980, 1, 1, 0, 0, 0)
READABLE_FILE = 0o100644 << 16
UNIX = 3
WHEEL = f"Wheel-Version: 1.0\nGenerator: falaj-hub\nRoot-Is-Purelib: true\nTag: {TAG}\n".encode()

Project = Mapping[str, Any]


def normalised(name: str) -> str:
    """The name of a project as an index spells it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def project_detail(project: str, wheel: Wheel) -> dict[str, Any]:
    """A project with its one wheel, as an index tells it in JSON (PEP 691 and 700)."""
    file = {
        "filename": wheel.name,
        "url": wheel.path,
        "hashes": {"sha256": wheel.sha256},
        "requires-python": wheel.requires_python,
        "core-metadata": {"sha256": wheel.metadata_sha256},
        "size": len(wheel.content),
    }
    return {"name": project, "versions": [wheel.name.split("-")[1]], "files": [file]}


def build_wheel(project: Project, package: Mapping[str, bytes], readme: str, licence: bytes) -> Wheel:
    """``package`` are the files by their path, the name of the package included."""
    base = f"{normalised(project['name']).replace('-', '_')}-{project['version']}"
    metadata = core_metadata(project, readme).encode()
    files = dict(sorted(package.items())) | {
        f"{base}.dist-info/licenses/LICENSE": licence,
        f"{base}.dist-info/METADATA": metadata,
        f"{base}.dist-info/WHEEL": WHEEL,
    }
    record = f"{base}.dist-info/RECORD"
    files[record] = "".join(_recorded(files, record)).encode()
    content = BytesIO()
    with ZipFile(content, "w", ZIP_STORED) as archive:
        for path, body in files.items():
            entry = ZipInfo(path, NO_TIME)
            entry.external_attr, entry.create_system = READABLE_FILE, UNIX
            archive.writestr(entry, body)
    return Wheel(
        name=f"{base}-{TAG}.whl",
        content=content.getvalue(),
        sha256=sha256(content.getvalue()).hexdigest(),
        requires_python=project["requires-python"],
        metadata=metadata,
        metadata_sha256=sha256(metadata).hexdigest(),
    )


def core_metadata(project: Project, readme: str) -> str:
    """The field lines of the metadata (version 2.4), then the README."""
    return "".join(f"{name}: {value}\n" for name, value in _fields(project)) + f"\n{readme}"


def _fields(project: Project) -> Iterator[tuple[str, str]]:
    yield "Metadata-Version", "2.4"
    yield "Name", project["name"]
    yield "Version", project["version"]
    yield "Summary", project["description"]
    yield "License-Expression", project["license"]
    yield "License-File", "LICENSE"
    yield "Keywords", ",".join(project["keywords"])
    for classifier in project["classifiers"]:
        yield "Classifier", classifier
    yield "Requires-Python", project["requires-python"]
    for needed in project["dependencies"]:
        yield "Requires-Dist", needed
    for extra, several in project["optional-dependencies"].items():
        yield "Provides-Extra", extra
        for needed in several:
            yield "Requires-Dist", f"{needed}; extra == '{extra}'"
    yield "Description-Content-Type", "text/markdown"


def _recorded(files: Mapping[str, bytes], record: str) -> Iterator[str]:
    for path, body in files.items():
        digest = urlsafe_b64encode(sha256(body).digest()).rstrip(b"=").decode()
        yield f"{path},sha256={digest},{len(body)}\n"
    yield f"{record},,\n"
