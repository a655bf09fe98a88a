"""Batches as multipart/mixed: parts of application/http, and change sets of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from itertools import groupby

from hub_api.standards.sensorthings.writing.batch.model import Answer, Part
from hub_api.standards.sensorthings.writing.errors import EntityInvalid

_BOUNDARY = re.compile(
    r"""multipart/mixed\s*;.*?boundary\s*=\s*(?:"([^"]{1,70})"|([^\s;"]{1,70}))""", re.IGNORECASE
)
_LINE = re.compile(r"(?P<method>[A-Z]{3,7}) (?P<url>\S{1,2000})(?: HTTP/\d(?:\.\d)?)?")
BREAK = "\r\n"
#: What a request is called that has no Content-ID: nobody can refer to it, and none that has one is called so.
_UNNAMED = "part "
#: Of a request that failed because another one did.
_DEPENDENT = 424


def boundary_of(content_type: str) -> str | None:
    found = _BOUNDARY.match(content_type.strip())
    return None if found is None else found[1] or found[2]


def read(body: bytes, boundary: str, parts_max: int) -> list[Part]:
    """:class:`EntityInvalid` where it cannot be read."""
    parts: list[Part] = []
    for number, (headers, content) in enumerate(_pieces(body, boundary)):
        kind = headers.get("content-type", "")
        inner = boundary_of(kind)
        if inner is None:
            parts.append(_part(headers, content, str(number), None))
        else:
            group = f"changeset {number}"
            parts += [
                _part(own, piece, f"{number}.{place}", group)
                for place, (own, piece) in enumerate(_pieces(content, inner))
            ]
        if len(parts) > parts_max:
            raise EntityInvalid("", "batch_too_many", maximum=parts_max)
    return parts


def _pieces(body: bytes, boundary: str) -> Iterator[tuple[dict[str, str], bytes]]:
    """Fields and content between the boundaries."""
    mark = b"--" + boundary.encode("latin-1", "replace")
    pieces = re.split(rb"(?:\A|\r?\n)" + re.escape(mark), body)
    if len(pieces) == 1:
        raise EntityInvalid("", "batch_unreadable", given=f"no boundary {boundary}")
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            return
        yield _split(piece.lstrip(b" \t").removeprefix(b"\r").removeprefix(b"\n"))
    raise EntityInvalid("", "batch_unreadable", given=f"no end --{boundary}--")


def _split(piece: bytes) -> tuple[dict[str, str], bytes]:
    head, _, content = _cut(piece)
    headers: dict[str, str] = {}
    for line in head.decode("latin-1").splitlines():
        name, colon, value = line.partition(":")
        if not colon:
            raise EntityInvalid("", "batch_unreadable", given=line)
        headers[name.strip().lower()] = value.strip()
    return headers, content


def _cut(piece: bytes) -> tuple[bytes, bytes, bytes]:
    """At the first empty line."""
    if piece.startswith((b"\r\n", b"\n")):
        return b"", b"", piece.split(b"\n", 1)[1]
    found = re.search(rb"\r?\n\r?\n", piece)
    if found is None:
        return piece, b"", b""
    return piece[: found.start()], b"", piece[found.end() :]


def _part(around: dict[str, str], content: bytes, number: str, group: str | None) -> Part:
    if around.get("content-type", "").partition(";")[0].strip().lower() != "application/http":
        raise EntityInvalid("", "batch_unreadable", given=f"Content-Type {around.get('content-type')}")
    line, _, rest = content.lstrip(b"\r\n").partition(b"\n")
    found = _LINE.fullmatch(line.decode("latin-1").strip())
    if found is None:
        raise EntityInvalid("", "batch_unreadable", given=line.decode("latin-1"))
    headers, body = _split(rest)
    id_ = around.get("content-id") or headers.get("content-id") or f"{_UNNAMED}{number}"
    return Part(id_.strip("<>"), found["method"], found["url"], headers, body.strip(b"\r\n"), group)


def written(answers: Iterable[Answer], boundary: str) -> bytes:
    """The answers in the order of their requests; those of a change set in a part of its own, or one where it failed."""
    out = bytearray()
    for group, own in groupby(answers, key=lambda answer: answer.group):
        its = list(own)
        if group is None:
            for answer in its:
                out += _written(answer, boundary)
            continue
        failed = [answer for answer in its if not answer.is_good]
        if failed:
            told = next((answer for answer in failed if answer.status != _DEPENDENT), failed[0])
            out += _written(told, boundary)
            continue
        inner = f"{boundary}-{group.replace(' ', '-')}"
        out += f"--{boundary}{BREAK}Content-Type: multipart/mixed; boundary={inner}{BREAK * 2}".encode()
        for answer in its:
            out += _written(answer, inner)
        out += f"--{inner}--{BREAK}".encode()
    return bytes(out) + f"--{boundary}--{BREAK}".encode()


def _written(answer: Answer, boundary: str) -> bytes:
    fields = "".join(f"{name}: {value}{BREAK}" for name, value in answer.headers.items())
    try:
        phrase = HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = "Unknown"
    named = "" if answer.id.startswith(_UNNAMED) else f"Content-ID: {answer.id}{BREAK}"
    head = (
        f"--{boundary}{BREAK}Content-Type: application/http{BREAK}Content-Transfer-Encoding: binary{BREAK}"
        f"{named}{BREAK}HTTP/1.1 {answer.status} {phrase}{BREAK}{fields}"
        f"Content-Length: {len(answer.body)}{BREAK * 2}"
    )
    return head.encode("latin-1", "replace") + answer.body + BREAK.encode()
