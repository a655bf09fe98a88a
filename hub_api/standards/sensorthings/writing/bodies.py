"""The body of a request, and never more of it in memory than may be."""

from __future__ import annotations

from fastapi import Request

from hub_api.standards.sensorthings.writing.errors import BodyTooLarge


async def body_of(request: Request, bytes_max: int) -> bytes:
    """:class:`BodyTooLarge` before more of it is read."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > bytes_max:
            raise BodyTooLarge("too_large", maximum=bytes_max)
    return bytes(body)
