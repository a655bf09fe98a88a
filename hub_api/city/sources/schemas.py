"""Sources: documented answers."""

from __future__ import annotations

from citycore.model import SourceKind
from hub_api.serving.schemas import List, Names, Schema


class SourceElement(Schema):
    source: str
    kind: SourceKind
    simulated: bool
    name: Names
    licence: str | None
    attribution: str | None


class SourceList(List):
    data: list[SourceElement]
