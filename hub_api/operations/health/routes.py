"""``/livez``, ``/readyz``, ``/metrics``: for supervisors and Prometheus."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from hub_api.operations.health.figures import Figures
from hub_api.operations.health.schemas import Liveness, Readiness
from hub_api.serving.answers import json_answer
from hub_api.serving.hub import HubHere
from hub_api.serving.limits.rules import is_in, parse_address
from hub_api.serving.metrics import Metrics
from hub_api.serving.parameters import NoParameters
from hub_api.serving.problems import not_ready
from hub_api.serving.texts import language_of

router = APIRouter()


class PlainText(Response):
    media_type = "text/plain"


@router.get("/livez", operation_id="livez", response_model=Liveness)
async def live(_: NoParameters) -> Response:
    return json_answer({"alive": True}, cache_seconds=0)


@router.get("/readyz", operation_id="readyz", response_model=Readiness, responses={503: {"model": Readiness}})
async def ready(request: Request, hub: HubHere, _: NoParameters) -> Response:
    fault = await hub.database.ping()
    reason = None if fault is None else fault.text(language_of(request))
    content = {
        "ready": fault is None,
        "components": {"database": {"ready": fault is None, "reason": reason}},
    }
    answer = json_answer(content, cache_seconds=0)
    return answer if fault is None else not_ready(answer, hub.settings.retry_after_seconds)


@router.get("/metrics", operation_id="metrics", response_class=PlainText)
async def metrics(request: Request, hub: HubHere, _: NoParameters) -> Response:
    """For the operator: whoever else asks is told what they would be of an address that is not there."""
    if not is_in(parse_address(request.client.host if request.client else ""), hub.settings.metrics_networks):
        raise HTTPException(404)
    known: Metrics = request.app.state.metrics
    figures: Figures = request.app.state.figures
    await figures.refresh()
    return Response(generate_latest(known.registry), media_type=CONTENT_TYPE_LATEST)
