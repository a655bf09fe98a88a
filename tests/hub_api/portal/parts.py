"""Files as browsers send them."""

from __future__ import annotations

import mimetypes
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was chosen."""

    name: str
    content: bytes
    media_type: str

    @classmethod
    def of(cls, given: Any) -> Upload:
        """Of a path, or of what would be given to Playwright."""
        if isinstance(given, dict):
            return cls(given["name"], given["buffer"], given["mimeType"])
        path = Path(given)
        guessed = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return cls(path.name, path.read_bytes(), guessed)


def in_parts(entries: list[tuple[str, str | Upload]]) -> tuple[str, bytes]:
    """``multipart/form-data``: its media type, and the body."""
    mark = f"----Reader{secrets.token_hex(12)}"
    body = bytearray()
    for name, one in entries:
        body += f'--{mark}\r\nContent-Disposition: form-data; name="{_quoted(name)}"'.encode()
        if isinstance(one, Upload):
            body += f'; filename="{_quoted(one.name)}"\r\nContent-Type: {one.media_type}\r\n\r\n'.encode()
            body += one.content + b"\r\n"
        else:
            body += f"\r\n\r\n{one}\r\n".encode()
    return f"multipart/form-data; boundary={mark}", bytes(body) + f"--{mark}--\r\n".encode()


def _quoted(text: str) -> str:
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
