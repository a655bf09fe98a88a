"""The OpenAPI 3.1 document: what the framework knows, with texts in the wanted language, the
limits of this hub, examples that work on it, and problems as they really look.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from citycore.language import Language
from hub_api.developers.changes.rules import deprecation_fields
from hub_api.developers.documentation.choosing import CHOSEN, describe_array, describe_fields
from hub_api.developers.documentation.examples import Names, example_urls
from hub_api.developers.documentation.lists import text_of
from hub_api.developers.documentation.responses import add_responses, components
from hub_api.developers.documentation.tags import TAGGED, tag_of
from hub_api.developers.documentation.values import field_of, value_of
from hub_api.serving.elements import element_keys
from hub_api.serving.paging import Cursors
from hub_api.serving.problems import Problem
from hub_api.serving.routing import single_routes
from hub_api.serving.settings import ServingSettings
from hub_api.serving.texts import TEXTS

Json = dict[str, Any]


def base_document(app: FastAPI) -> Json:
    """The document as the framework makes it, built once."""
    if app.openapi_schema is None:
        # Generators call their package after the title: not as ours, ``falaj_client``.
        app.openapi_schema = get_openapi(title="Falaj open data", version=app.version, routes=app.routes)
        for route in single_routes(app.routes):
            if isinstance(route, APIRoute) and route.include_in_schema and route.response_model is not None:
                for operation in app.openapi_schema["paths"].get(route.path, {}).values():
                    describe_fields(operation, element_keys(route.response_model))
        for path in deprecation_fields(app.state.changes):
            for operation in app.openapi_schema["paths"].get(path, {}).values():
                operation["deprecated"] = True
    return app.openapi_schema


def describe(document: Json, language: Language, names: Names, settings: ServingSettings) -> Json:
    """A copy of the base document, complete and in one language."""
    described = deepcopy(document)
    described["info"]["description"] = TEXTS.text("api.description", language)
    described["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
    described["servers"] = [{"url": "/"}]
    described["tags"] = [{"name": tag, "description": TEXTS.text(f"tag.{tag}", language)} for tag in TAGGED]
    for path, methods in described["paths"].items():
        for operation in methods.values():
            add_responses(path, operation)
            _describe_operation(path, operation, language, names, settings)
    _describe_problems(described["components"]["schemas"])
    described["components"] |= components(language)
    return described


def operations(document: Json) -> Iterator[Json]:
    """Every operation of a document, in its order."""
    for methods in document["paths"].values():
        yield from methods.values()


def _describe_operation(
    path: str, operation: Json, language: Language, names: Names, settings: ServingSettings
) -> None:
    key = operation["operationId"]
    operation["summary"] = text_of(key, "summary", language)
    operation["description"] = text_of(key, "description", language)
    operation["tags"] = [tag_of(key)]
    operation["x-examples"] = example_urls(key, names)
    operation["responses"]["200"]["description"] = operation["summary"]
    cursors = Cursors(settings.cursor_key.get_secret_value().encode())
    for parameter in operation.get("parameters", []):
        _describe_parameter(key, parameter, language, settings)
        describe_array(parameter)
        example = value_of(key, path, parameter, names, cursors)
        if example is not None:
            parameter[field_of(key, parameter["name"])] = example


def _describe_parameter(
    operation: str, parameter: Json, language: Language, settings: ServingSettings
) -> None:
    name, schema = parameter["name"], _without_null(parameter["schema"])
    own = f"parameter_of.{operation}.{name}"
    text = own if own in TEXTS.texts[language] else f"parameter.{name}"
    parameter["description"] = TEXTS.text(text, language)
    if name == "pageSize":  # as CommonGrants calls it
        schema |= {"maximum": settings.page_rows_max}
    if name == "limit":
        most = min(settings.page_rows_max, schema.get("maximum", settings.page_rows_max))
        schema |= {"default": min(settings.page_rows_default, most), "maximum": most}
    parameter["schema"] = schema


def _without_null(schema: Json) -> Json:
    """An absent parameter is absent; no query can say null."""
    if {"type": "null"} not in schema.get("anyOf", []):
        return {key: value for key, value in schema.items() if key != "title"}
    options = [option for option in schema["anyOf"] if option != {"type": "null"}]
    rest = {key: value for key, value in schema.items() if key not in ("anyOf", "title")}
    return {**options[0], **rest} if len(options) == 1 else rest


def _describe_problems(schemas: Json) -> None:
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs")
    schemas["Problem"] = problem
    schemas |= CHOSEN
