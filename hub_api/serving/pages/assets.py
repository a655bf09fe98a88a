"""What the pages load besides themselves: a style sheet and an icon, under names that change with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

DIGEST_CHARACTERS = 12
MEDIA_TYPES = {"css": "text/css", "svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file. ``path`` holds a digest of its content, so that a cache may keep it for ever."""

    path: str
    content: bytes
    media_type: str


def read_assets() -> Mapping[str, Asset]:
    """The files of ``hub_api/serving/pages/assets`` by their names."""
    folder = files("hub_api.serving.pages") / "assets"
    return {file.name: _asset(file.name, file.read_bytes()) for file in folder.iterdir()}


def _asset(name: str, content: bytes) -> Asset:
    stem, _, extension = name.rpartition(".")
    digest = sha256(content).hexdigest()[:DIGEST_CHARACTERS]
    return Asset(f"/assets/{stem}.{digest}.{extension}", content, MEDIA_TYPES[extension])


ASSETS = read_assets()
