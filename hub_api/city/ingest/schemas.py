"""A message that was sent by HTTP: documented answers."""

from __future__ import annotations

from pydantic import Field

from hub_api.serving.problems import RefusedValue
from hub_api.serving.schemas import Schema


class Outcome(Schema):
    received: int = Field(description="Values that the message held")
    stored: int
    duplicate: int = Field(description="Were there already, with the same result")
    conflicting: int = Field(description="Were there already, with another result")
    quarantined: int = Field(description="Wait as a dead letter; refused says why")
    refused: list[RefusedValue]


class OutcomeAnswer(Schema):
    data: Outcome
