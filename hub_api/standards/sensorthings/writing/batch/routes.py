"""``POST /sta/v1.1/$batch``."""

from __future__ import annotations

from uuid import uuid4

from fastapi import Request, Response

from hub_api.standards.sensorthings.writing.batch import json_batch, multipart
from hub_api.standards.sensorthings.writing.batch.service import Batch
from hub_api.standards.sensorthings.writing.bodies import body_of
from hub_api.standards.sensorthings.writing.errors import EntityInvalid
from hub_api.standards.sensorthings.writing.rules import read_json
from hub_api.standards.sensorthings.writing.service import Writing

JSON = "application/json"


async def answer_batch(request: Request, writing: Writing) -> Response:
    """All requests of a batch; whoever sends it needs what each of them needs."""
    settings = writing.settings
    kind = request.headers.get("content-type", "")
    boundary = multipart.boundary_of(kind)
    is_json = kind.partition(";")[0].strip().lower() == JSON
    if boundary is None and not is_json:
        raise EntityInvalid("Content-Type", "batch_content_type")
    body = await body_of(request, settings.batch_bytes_max)
    if boundary is None:
        parts = json_batch.read(read_json(body), settings.batch_parts_max)
    else:
        parts = multipart.read(body, boundary, settings.batch_parts_max)
    answers = await Batch(request, writing).run(parts)
    fixed = {"Cache-Control": "no-store"}
    if boundary is None:
        return Response(json_batch.written(answers), media_type=JSON, headers=fixed)
    own = f"batch-{uuid4().hex}"
    return Response(
        multipart.written(answers, own), headers={**fixed, "Content-Type": f"multipart/mixed; boundary={own}"}
    )
