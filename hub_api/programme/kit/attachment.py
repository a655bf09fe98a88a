"""Files of people as a browser gets them: to be saved, never shown as a page of ours."""

from __future__ import annotations

from pathlib import Path

from starlette.responses import FileResponse

from casework.files.errors import FileAway

_POLICY = "default-src 'none'; sandbox"


def attachment(path: Path, name: str, media_type: str) -> FileResponse:
    """Streamed, also in parts; :class:`FileAway` if the bytes are not where they should be."""
    if not path.is_file():
        raise FileAway(name=name)
    fields = {
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return FileResponse(path, media_type=media_type, filename=name, headers=fields)
