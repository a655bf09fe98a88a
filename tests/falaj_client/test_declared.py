"""What the client reads and asks for is what the API declares.

Its values and filters are written by hand; here it shows when they are stale. What the API has and the client leaves
out is named, so that leaving it out is a decision.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from fastapi import FastAPI

from falaj_client import (
    Client,
    Name,
    air_questions,
    forecast_questions,
    market_questions,
    participation_questions,
    presence_questions,
    questions,
    transit_questions,
)
from falaj_client.parsing import without_none
from hub_api.app import ROOMS

Json = Mapping[str, Any]
JSON = "application/json"
NULL = {"type": "null"}
INNOVATION = "/v1/innovation/"
#: Parameters of pages, formats and texts, which no method takes as a filter.
NO_FILTERS = {"fields", "labels", "limit", "cursor", "f", "lang", "bom", "header", "trailer"}
#: Filters of a list that another method takes.
ELSEWHERE = {"forecasts": {"datastream", "thing", "observed_property", "issue"}}
#: Lists that the client does not ask for.
NOT_ASKED_FOR = {"organisations", "deadlines", "ambassadors", "reach"}
#: What it does not read of an element.
NOT_READ = {
    "Dataset.quality_flags",
    "Hackathon.state_reason_name",
    "Challenge.state",
    "Challenge.state_name",
    "Challenge.terms_name",
    "Call.forms",
    "Call.state_reason_name",
    "Need.state_reason_name",
    "Offering.price_band_name",
    "Pilot.state_reason_name",
}
#: What is never None here.
EMPTY_FOR_NULL = {"Forecast.values"}
#: How the document writes a type: its type and its format.
WRITTEN: Mapping[Any, tuple[str, str | None]] = {
    str: ("string", None),
    int: ("integer", None),
    float: ("number", None),
    bool: ("boolean", None),
    Decimal: ("string", None),
    datetime: ("string", "date-time"),
    date: ("string", "date"),
}


def list_questions() -> dict[str, Callable[[], Any]]:
    """Every question whose answer is a list."""
    return {
        name: question
        for module in (questions, air_questions, forecast_questions, market_questions, participation_questions, presence_questions,
                       transit_questions)
        for name, question in vars(module).items()
        if inspect.isfunction(question) and hasattr(Client, name)
        and inspect.signature(question).return_annotation.startswith(("Many[", "Located["))
    }  # fmt: skip


def asked_of(name: str) -> Any:
    """The question as it is asked without filters; of a datastream the first."""
    question = list_questions()[name]
    _, *parameters = inspect.signature(getattr(Client, name)).parameters.values()
    needed = [each for each in parameters if each.default is each.empty]
    return question(*[1 for _ in needed])


def declared_at(document: Json, path: str) -> Json:
    """What the document has of a path, whichever datastream it names."""
    declared: Json = document["paths"][path.replace("/datastreams/1/", "/datastreams/{datastream}/")]["get"]
    return declared


@pytest.fixture(scope="module")
def document() -> Json:
    app = FastAPI(title="Falaj", version="1")
    for room in ROOMS:
        app.include_router(room.router)
    return app.openapi()


class Declared:
    """A schema of the document, behind its references; ``is_optional``: it may be null."""

    def __init__(self, document: Json, schema: Json, *, is_optional: bool = False) -> None:
        while "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        choices = [each for each in schema.get("anyOf", ()) if each != NULL]
        self.document, self.is_optional = document, is_optional or NULL in schema.get("anyOf", ())
        self.schema: Json = Declared(document, choices[0]).schema if len(choices) == 1 else schema

    @property
    def keys(self) -> set[str]:
        return set(self.schema.get("properties", ()))

    @property
    def elements(self) -> Declared:
        return Declared(self.document, self.schema["items"])

    def within(self, *path: str) -> Declared:
        """What stands there; in a list, a list of what stands there in its elements."""
        if not path:
            return self
        if self.schema.get("type") == "array":
            schema = {"type": "array", "items": self.elements.within(*path).schema}
            return Declared(self.document, schema, is_optional=self.is_optional)
        inner = Declared(self.document, self.schema["properties"][path[0]]).within(*path[1:])
        return Declared(self.document, inner.schema, is_optional=self.is_optional or inner.is_optional)


def differences(kind: type, declared: Declared) -> Iterator[str]:
    """Where a dataclass and what is declared do not say the same."""
    name, types, read = kind.__name__, get_type_hints(kind), set[str]()
    for each in fields(kind):
        path = each.metadata.get("path", (each.name,))
        read.add(path[0])
        if path[0] not in declared.keys:
            yield f"{name}.{each.name}: not declared"
        elif each.metadata.get("read") is None:
            hint, there = types[each.name], declared.within(*path)
            if (
                hint != without_none(hint)
            ) != there.is_optional and f"{name}.{each.name}" not in EMPTY_FOR_NULL:
                yield f"{name}.{each.name}: null on one side alone"
            yield from mismatches(f"{name}.{each.name}", without_none(hint), there)
    yield from (f"{name}.{key}: not read" for key in declared.keys - read if f"{name}.{key}" not in NOT_READ)


def mismatches(name: str, hint: Any, declared: Declared) -> Iterator[str]:
    if hint is Name:
        fits = declared.keys == {"en", "ar"}
    elif get_origin(hint) is tuple:
        fits = declared.schema.get("type") == "array"
        if fits and get_args(hint)[-1] is Ellipsis:
            yield from mismatches(name, get_args(hint)[0], declared.elements)
    elif is_dataclass(hint):
        fits = True
        yield from differences(hint, Declared(declared.document, declared.schema))
    else:
        fits = hint not in WRITTEN or WRITTEN[hint] == (
            declared.schema.get("type"),
            declared.schema.get("format"),
        )
    if not fits:
        yield f"{name}: {declared.schema} is not {hint}"


@pytest.mark.parametrize("name", list_questions())
def test_a_method_takes_the_filters_of_its_list(document: Json, name: str) -> None:
    _, *taken = inspect.signature(getattr(Client, name)).parameters
    parameters = declared_at(document, asked_of(name).path)["parameters"]
    declared = {each["name"] for each in parameters if each["in"] in {"query", "path"}} - NO_FILTERS
    assert set(taken) - NO_FILTERS == declared - ELSEWHERE.get(name, set())


@pytest.mark.parametrize("name", sorted(list_questions().keys() - {"places"}))
def test_a_value_has_what_its_element_has(document: Json, name: str) -> None:
    asked = asked_of(name)
    content = declared_at(document, asked.path)["responses"]["200"]["content"][JSON]
    element = Declared(document, content["schema"]).within(asked.rows_key).elements
    assert sorted(differences(asked.element, element)) == []


def test_every_list_of_the_programme_has_a_method(document: Json) -> None:
    asked = {asked_of(name).path for name in list_questions()}
    for path, methods in document["paths"].items():
        if "get" not in methods:
            continue
        content = methods["get"]["responses"]["200"]["content"]
        if not path.startswith(INNOVATION) or "{" in path or JSON not in content:
            continue
        is_list = "next" in Declared(document, content[JSON]["schema"]).keys
        assert not is_list or path in asked or path.removeprefix(INNOVATION) in NOT_ASKED_FOR, path


def test_a_stale_value_is_noticed(document: Json) -> None:
    need = Declared(document, {"$ref": "#/components/schemas/NeedElement"})
    vendor = list_questions()["vendors"]().element
    assert {"Vendor.sme: not declared", "Vendor.budget: not read"} <= set(differences(vendor, need))
