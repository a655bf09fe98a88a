"""``/v1/innovation/me``: whom a token speaks for, and as what."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from casework.access_tokens.model import TokenScope
from casework.dashboard_access.model import Bearer
from casework.dashboard_access.service import find_bearer
from casework.programme import Session
from citycore.language import Language
from hub_api.programme.open_data.elements import Filled, From
from hub_api.programme.programs.operations import Operations
from hub_api.serving.schemas import Names, Schema

router = APIRouter(prefix="/v1/innovation/me")
OWN = Operations(router, *TokenScope)


class MeElement(Schema):
    person: Annotated[UUID, From("person_id")]
    name: Annotated[Names, Filled("names")]
    language: Language
    roles: list[str] = Field(description="Those that count with this token, anywhere")


@OWN.get("", MeElement)
def me(session: Session) -> Bearer:
    return find_bearer(session)
