"""What a hub says that can be asked of it, read from the hub itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
#: The body of an answer; empty where it is none.
Get = Callable[[str], bytes]
ADDRESS = re.compile(rb'href="(/portal[^"#?]*)"')
PAGES_MAX = 60


@dataclass(frozen=True, slots=True)
class Documents:
    """``queryables`` are names and their types, by collection of OGC API."""

    open_data: Json
    queryables: dict[str, dict[str, str]]
    kinds: list[str]
    attributes: list[str]
    pages: list[str]


def read_documents(get: Get, read: Callable[[bytes], Any]) -> Documents:
    """``read`` reads JSON."""
    collections = [one["id"] for one in read(get("/ogc/collections?f=json"))["collections"]]
    queryables = {
        name: {
            title: str(schema.get("type", schema.get("format", "")))
            for title, schema in read(get(f"/ogc/collections/{name}/queryables?f=json"))["properties"].items()
        }
        for name in collections
    }
    kinds = read(get("/ngsi-ld/v1/types"))["typeList"]
    attributes = read(get("/ngsi-ld/v1/attributes"))["attributeList"]
    return Documents(read(get("/openapi.json")), queryables, kinds, attributes, _pages(get))


def _pages(get: Get) -> list[str]:
    """Pages of the portal that its home leads to, and those that they lead to."""
    found: dict[str, None] = {"/portal": None}
    for page in ("/portal", *_linked(get("/portal"))[:PAGES_MAX]):
        found |= dict.fromkeys([page, *_linked(get(page))])
        if len(found) > PAGES_MAX:
            break
    return list(found)[:PAGES_MAX]


def _linked(text: bytes) -> list[str]:
    return [one.decode() for one in ADDRESS.findall(text) if b"sign" not in one and b"language" not in one]
