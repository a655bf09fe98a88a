"""What a version of a dossier is, and what its digest is over. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

from casework.attachments.model import StoredFile
from casework.audit.canonical import canonical
from casework.dossiers.model import NewVersion


def describe_files(files: Iterable[StoredFile]) -> list[dict[str, object]]:
    """Files as they stand in the document of a version: each by its digest."""
    return [
        {
            "file": str(one.file_id),
            "name": one.name,
            "type": one.media_type,
            "bytes": one.size_bytes,
            "sha256": one.digest,
        }
        for one in files
    ]


def read_files(document: Mapping[str, Any]) -> tuple[StoredFile, ...]:
    """What :func:`describe_files` gave."""
    return tuple(
        StoredFile(UUID(one["file"]), one["name"], one["type"], one["bytes"], one["sha256"])
        for one in document["files"]
    )


def record_of(noun: str, object_id: UUID, number: int, document: Mapping[str, object]) -> bytes:
    """The canonical JSON (RFC 8785) of whose a version is, which it is, and what it says."""
    return canonical({noun: str(object_id), "version": number, "content": document})


def digest_of(noun: str, object_id: UUID, number: int, document: Mapping[str, object]) -> bytes:
    """SHA-256 over the record of a version."""
    return sha256(record_of(noun, object_id, number, document)).digest()


def new_version(noun: str, object_id: UUID, number: int, document: Mapping[str, object]) -> NewVersion:
    return NewVersion(number, document, digest_of(noun, object_id, number, document))
