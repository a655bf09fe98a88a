"""Answers of GeoReport v2, as JSON or XML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

import orjson
from starlette.responses import Response

from hub_api.programme.participation.open311.model import Answer
from hub_api.serving.pages.layout import SECURITY

FORMATS: Final = ("json", "xml")
#: What one of a list is called in XML, by the list.
_ITEMS: Final = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
#: XML 1.0 has no room for these.
_REFUSED: Final = {code: None for code in range(32) if code not in {9, 10, 13}}


class Asked(NamedTuple):
    """In which format somebody asks, and under which name XML answers."""

    format: str
    root: str


def answer(content: Answer, asked: Asked, status: int = 200, language: str | None = None) -> Response:
    headers = {**SECURITY, "Cache-Control": "no-cache", "Vary": "Accept-Language"}
    if language is not None:
        headers["Content-Language"] = language
    if asked.format == "json":
        return Response(orjson.dumps(content), status, headers, "application/json; charset=utf-8")
    body = tostring(_element(asked.root, content), encoding="utf-8", xml_declaration=True)
    return Response(body, status, headers, "text/xml; charset=utf-8")


def _element(name: str, content: Any) -> Element:
    element = Element(name)
    _fill(element, content)
    return element


def _fill(element: Element, content: Any) -> None:
    if isinstance(content, Mapping):
        for name, value in content.items():
            _fill(SubElement(element, name), value)
    elif isinstance(content, Sequence) and not isinstance(content, str):
        for one in content:
            _fill(SubElement(element, _ITEMS[element.tag]), one)
    elif content is not None:
        written = str(content).lower() if isinstance(content, bool) else str(content)
        element.text = written.translate(_REFUSED)
