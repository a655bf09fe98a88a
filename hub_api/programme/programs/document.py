"""The OpenAPI document of the programme's interface for programs. It is a document of its own: what is open data
needs no token, and whoever reads about it is not to wade through this.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from citycore.language import Catalogue, Language, catalogue
from hub_api.programme.programs.operations import VERSION_MAX, Operation
from hub_api.programme.programs.values import Limits, told_by
from hub_api.serving.problems import MEDIA_TYPE, Problem
from hub_api.serving.texts import TEXTS

Json = dict[str, Any]
WORDS = Catalogue("hub_api.programme.programs")
#: Of no object.
IDENTIFIER = "00000000-0000-4000-8000-000000000000"
REF = "#/components/schemas/{model}"
#: That any operation may answer with, those with a body, and those that change something with a version.
ALWAYS = ("401", "403", "404", "422", "429", "500", "503")
WITH_BODY = ("413",)
WITH_CHANGE = ("409", "412", "428")
#: By its codes: that of a hackathon, as the open data name it, and that of a link; all else are identifiers.
NAMED = {
    "hackathon": {"type": "string", "minLength": 1, "maxLength": 63, "pattern": r"^[^\x00-\x1f\x7f]*$"},
    "link": {"type": "string", "minLength": 32, "maxLength": 32, "pattern": "^[0-9a-f]{32}$"},
}
EXAMPLES = {"hackathon": "heat", "link": "0" * 32}
UUID_SCHEMA = {"type": "string", "format": "uuid"}


def document(operations: Sequence[Operation], language: Language, version: str, limits: Limits) -> Json:
    """OpenAPI 3.1 in one language, with the limits of this hub."""
    paths: dict[str, Json] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _described(operation, language)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": _say("document.title", language),
            "version": version,
            "description": _say("document.description", language),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": _schemas(operations, limits),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": _say("document.token", language)}
            },
        },
    }


def _described(operation: Operation, language: Language) -> Json:
    scopes = sorted(operation.scopes)
    described: Json = {
        "operationId": operation.name,
        "summary": _summary(operation, language),
        "description": _say(
            "document.scope" if scopes else "document.open", language, scopes=", ".join(scopes)
        ),
        "x-scopes": scopes,
        "parameters": list(_parameters(operation, language)),
        "responses": dict(_responses(operation, language)),
    }
    if not scopes:
        described["security"] = []
    if operation.body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _ref(operation.body), "example": operation.example}},
        }
    return described


def _summary(operation: Operation, language: Language) -> str:
    """Among the texts here, or in those of the noun under ``own``."""
    key = f"operation.{operation.name}"
    if key in WORDS.texts[language]:
        return _say(key, language)
    package = operation.work.__module__.rpartition(".")[0]
    return catalogue(package).text(f"own.{operation.name}", language)


def _parameters(operation: Operation, language: Language) -> Iterator[Json]:
    for name in operation.names:
        schema = NAMED.get(name, UUID_SCHEMA)
        example = EXAMPLES.get(name, IDENTIFIER)
        yield {"name": name, "in": "path", "required": True, "schema": schema, "example": example}
    if operation.is_change:
        # Whether a version is the present one no description can say: named here it is a conflict if it is not (409),
        # and as the precondition that HTTP has for it, which a program may send instead, 412.
        yield {
            "name": "version",
            "in": "query",
            "required": True,
            "example": 3,
            "description": _say("document.version", language),
            "schema": {"type": "integer", "minimum": 0, "maximum": VERSION_MAX},
        }
    if operation.has_pages:
        yield {"name": "after", "in": "query", "schema": UUID_SCHEMA, "example": IDENTIFIER}
    yield {"name": "lang", "in": "query", "schema": {"type": "string", "enum": ["en", "ar"]}, "example": "ar"}


def _responses(operation: Operation, language: Language) -> Iterator[tuple[str, Json]]:
    element = _ref(operation.element)
    content: Json = {"type": "object", "required": ["data"], "properties": {"data": element}}
    if (operation.shown_by or operation).is_list:
        content = {
            "type": "object",
            "required": ["data", "next"],
            "properties": {
                "data": {"type": "array", "items": element},
                "next": {"anyOf": [UUID_SCHEMA, {"type": "null"}]},
            },
        }
    answer: Json = {
        "description": operation.element.__name__,
        "content": {"application/json": {"schema": content}},
    }
    if operation.is_change:
        answer["headers"] = {
            "ETag": {"description": _say("document.etag", language), "schema": {"type": "string"}}
        }
    yield "200", answer
    always = [one for one in ALWAYS if operation.scopes or one not in {"401", "403"}]
    statuses = [*always, *(WITH_BODY if operation.body else ())]
    # Beginning and planning have no version to see, but may come at the wrong time.
    statuses += WITH_CHANGE if operation.is_change else ("409",)
    for status in sorted(statuses):
        yield (
            status,
            {
                "description": f"{TEXTS.text(f'of_status.{status}', language)}. {_say('document.problem', language)}",
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        )


def _schemas(operations: Sequence[Operation], limits: Limits) -> Json:
    answers = {operation.element for operation in operations}
    bodies = {operation.body for operation in operations if operation.body is not None}
    with told_by(limits):
        _, found = models_json_schema(
            sorted(
                [*((kind, "serialization") for kind in answers), *((kind, "validation") for kind in bodies)],
                key=lambda pair: pair[0].__name__,
            ),
            ref_template=REF,
        )
    problem = Problem.model_json_schema(ref_template=REF)
    own = problem.pop("$defs", {})
    return {**_closed(found["$defs"]), **own, "Problem": problem}


def _closed(schema: Any) -> Any:
    """Names that do not fit the pattern of a mapping are refused, which the framework does not say."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(each) for name, each in schema.items()}
    return {**closed, "additionalProperties": False} if "patternProperties" in schema else closed


def _ref(kind: type[BaseModel]) -> Json:
    return {"$ref": REF.format(model=kind.__name__)}


def _say(key: str, language: Language, **fields: object) -> str:
    return WORDS.text(key, language, **fields)
