"""``/portal/listeners/stop``: no more mail about what somebody wanted to be told of."""

from __future__ import annotations

from fastapi import APIRouter

from casework.listeners import service
from casework.programme import Session
from hub_api.programme.kit.stopping import add_stop_pages

router = APIRouter(prefix="/portal", include_in_schema=False)


def _is_stopped(session: Session, token: str) -> bool:
    service.check_token(session, token)
    return False


add_stop_pages(router, "listeners", _is_stopped, service.stop, has_own=False)
