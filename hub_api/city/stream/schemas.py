"""The live stream: its parameters."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema

from hub_api.city.stream.rules import POSITION, POSITION_CHARACTERS_MAX, checked_position
from hub_api.serving.parameters import AnyQuery, Name

SECONDS_MAX = 86_400
PositionText = Annotated[
    str,
    StringConstraints(max_length=POSITION_CHARACTERS_MAX),
    AfterValidator(checked_position),
    WithJsonSchema(
        {"type": "string", "maxLength": POSITION_CHARACTERS_MAX, "pattern": f"^{POSITION.pattern}$"}
    ),
]


class StreamParameters(AnyQuery):
    observed_property: Name | None = None
    place: Name | None = None
    thing: Name | None = None
    source: Name | None = None
    last_event_id: PositionText | None = None
    seconds: Annotated[int, Field(ge=1, le=SECONDS_MAX)] | None = None


StreamQuery = Annotated[StreamParameters, Query()]
