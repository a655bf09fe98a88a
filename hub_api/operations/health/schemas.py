"""Health: documented answers."""

from __future__ import annotations

from hub_api.serving.schemas import Schema


class Liveness(Schema):
    alive: bool


class Component(Schema):
    ready: bool
    reason: str | None


class Readiness(Schema):
    ready: bool
    components: dict[str, Component]
