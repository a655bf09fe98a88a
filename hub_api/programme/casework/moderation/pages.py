"""The page of the rules by which texts are held back, of limits, and of what moderators did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter

from casework.moderation.model import Rule
from casework.moderation.service import list_log
from casework.moderation.settings import ModerationSettings
from casework.programme import Session
from hub_api.programme.kit.pages import Page, anybody
from hub_api.programme.kit.request import PortalRequest


def moderation_page(
    router: APIRouter, path: str, here: str, limits: Callable[[Session, PortalRequest], Mapping[str, Any]]
) -> None:
    """``limits`` gives the noun's ``lead``, and its own limits ``before`` and ``after`` those of moderation, as sentences."""

    def look(session: Session, request: PortalRequest) -> dict[str, Any]:
        """The rules, and how often each was used on which day."""
        return {
            "rules": list(Rule),
            "log": list_log(session),
            "moderation": session.of(ModerationSettings),
            **limits(session, request),
        }

    Page(
        router,
        path,
        "casework/moderation/rules.html",
        look,
        guard=anybody,
        title="moderation.title",
        here=here,
    )
