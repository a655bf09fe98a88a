"""What the pages load besides themselves: a style sheet, an icon and a script, under names that change with them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256, sha384
from importlib.resources import files

from hub_api.serving.operator.settings import OperatorSettings, operator

DIGEST_CHARACTERS = 12
_MARKS = (".svg", ".png")
MEDIA_TYPES = {"css": "text/css", "svg": "image/svg+xml", "js": "text/javascript", "png": "image/png"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file. ``path`` holds a digest of its content, so that a cache may keep it for ever."""

    path: str
    content: bytes
    media_type: str

    @property
    def integrity(self) -> str:
        """What a browser compares it with before it runs it."""
        return f"sha384-{b64encode(sha384(self.content).digest()).decode()}"


def read_assets() -> Mapping[str, Asset]:
    """The files of ``hub_api/serving/pages/assets`` by their names."""
    folder = files("hub_api.serving.pages") / "assets"
    shipped = {file.name: _asset(file.name, file.read_bytes()) for file in folder.iterdir()}
    return {**shipped, **_mark(operator())}


def _mark(settings: OperatorSettings) -> Mapping[str, Asset]:
    """The operator's mark, if it has one; ``ValueError`` for a file that cannot be it."""
    file = settings.mark
    if file is None:
        return {}
    content = file.read_bytes()
    if file.suffix not in _MARKS or len(content) > settings.mark_bytes_max:
        raise ValueError(
            f"FALAJ_OPERATOR_MARK: {file} is no SVG or PNG of at most {settings.mark_bytes_max} bytes"
        )
    return {"mark": _asset(f"mark{file.suffix}", content)}


def _asset(name: str, content: bytes) -> Asset:
    stem, _, extension = name.rpartition(".")
    digest = sha256(content).hexdigest()[:DIGEST_CHARACTERS]
    return Asset(f"/assets/{stem}.{digest}.{extension}", content, MEDIA_TYPES[extension])


ASSETS = read_assets()
