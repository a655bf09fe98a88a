"""Whether there is room for a file more. Pure."""

from __future__ import annotations

from collections.abc import Collection

from casework.attachments.model import StoredFile
from casework.files.errors import FileRefused


def require_room(
    files: Collection[StoredFile], file: StoredFile, files_max: int, bytes_max: int | None = None
) -> None:
    """:class:`FileRefused` if there are as many files, or as many bytes together, as there may be."""
    if len(files) >= files_max:
        raise FileRefused("many", name=file.name, files_max=files_max)
    if bytes_max is not None and sum(one.size_bytes for one in files) + file.size_bytes > bytes_max:
        raise FileRefused("together", name=file.name, bytes_max=bytes_max)
