"""The OpenAPI document of the programme's interface for programs. It is a document of its own: what is open data
needs no token, and whoever reads about it is not to wade through this.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.routing import BaseRoute

from citycore.language import Catalogue, Language, catalogue
from hub_api.programme.programs.examples import BODIES, IDENTIFIER
from hub_api.serving.problems import MEDIA_TYPE, Problem
from hub_api.serving.texts import TEXTS

Json = dict[str, Any]
WORDS = Catalogue("hub_api.programme.programs")
REF = "#/components/schemas/{model}"
#: That any operation may answer with, those with a body, and those that change something with a version.
ALWAYS = ("401", "403", "404", "422", "429", "500", "503")
WITH_BODY = ("413",)
WITH_CHANGE = ("409", "412", "428")
#: By its codes: that of a hackathon, as the open data name it; all else are identifiers.
NAMED = {"hackathon": {"type": "string", "minLength": 1, "maxLength": 63, "pattern": r"^[^\x00-\x1f\x7f]*$"}}
UUID_SCHEMA = {"type": "string", "format": "uuid"}


def reads(kind: type[BaseModel], *, is_list: bool = False, has_pages: bool = False) -> Json:
    """What an operation answers, for its route."""
    return {"answer": kind, "is_list": is_list, "has_pages": has_pages}


def changes(kind: type[BaseModel]) -> Json:
    """What it answers, and that it asks for the version that was seen."""
    return {**reads(kind), "is_change": True}


def sends(kind: type[BaseModel]) -> Json:
    """What is to be sent."""
    return {"body": kind}


def document(routes: Iterable[BaseRoute], language: Language, version: str) -> Json:
    """OpenAPI 3.1 in one language."""
    known = [route for route in routes if isinstance(route, APIRoute)]
    paths: dict[str, Json] = {}
    for route in known:
        for method in route.methods or ():
            paths.setdefault(route.path, {})[method.lower()] = _operation(route, language)
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
            "schemas": _schemas(known),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": _say("document.token", language)}
            },
        },
    }


def _operation(route: APIRoute, language: Language) -> Json:
    extra = route.openapi_extra or {}
    name = str(route.operation_id)
    scopes = ", ".join(sorted(accepted_scopes(route)))
    described: Json = {
        "operationId": name,
        "summary": _summary(route, name, language),
        "description": _say("document.scope", language, scopes=scopes),
        "x-scopes": sorted(accepted_scopes(route)),
        "parameters": list(_parameters(route, extra, language)),
        "responses": dict(_responses(extra, language)),
    }
    if "body" in extra:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _ref(extra["body"]), "example": BODIES[name]}},
        }
    return described


def _summary(route: APIRoute, name: str, language: Language) -> str:
    """Among the texts here, or in those of the noun under ``own``."""
    key = f"operation.{name}"
    if key in WORDS.texts[language]:
        return _say(key, language)
    return catalogue(route.endpoint.__module__.rpartition(".")[0]).text(f"own.{name}", language)


def accepted_scopes(route: APIRoute) -> list[str]:
    """Of which a token needs one."""
    return [
        scope.value
        for dependency in route.dependant.dependencies
        for scope in getattr(dependency.call, "accepted", ())
    ]


def _parameters(route: APIRoute, extra: Json, language: Language) -> Iterator[Json]:
    for name in re.findall(r"{(\w+)}", route.path):
        schema = NAMED.get(name, UUID_SCHEMA)
        example = "heat" if name in NAMED else IDENTIFIER
        yield {"name": name, "in": "path", "required": True, "schema": schema, "example": example}
    if extra.get("is_change"):
        yield {
            "name": "If-Match",
            "in": "header",
            "required": True,
            "example": '"3"',
            "description": _say("document.if_match", language),
            "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
        }
    if extra.get("has_pages"):
        yield {"name": "after", "in": "query", "schema": UUID_SCHEMA, "example": IDENTIFIER}
    yield {"name": "lang", "in": "query", "schema": {"type": "string", "enum": ["en", "ar"]}, "example": "ar"}


def _responses(extra: Json, language: Language) -> Iterator[tuple[str, Json]]:
    element = _ref(extra["answer"])
    content: Json = {"type": "object", "required": ["data"], "properties": {"data": element}}
    if extra["is_list"]:
        content = {
            "type": "object",
            "required": ["data", "next"],
            "properties": {
                "data": {"type": "array", "items": element},
                "next": {"anyOf": [UUID_SCHEMA, {"type": "null"}]},
            },
        }
    answer: Json = {
        "description": extra["answer"].__name__,
        "content": {"application/json": {"schema": content}},
    }
    if extra.get("is_change"):
        answer["headers"] = {
            "ETag": {"description": _say("document.etag", language), "schema": {"type": "string"}}
        }
    yield "200", answer
    statuses = [*ALWAYS, *(WITH_BODY if "body" in extra else ())]
    # Beginning and planning have no version to see, but may come at the wrong time.
    statuses += WITH_CHANGE if extra.get("is_change") else ("409",)
    for status in sorted(statuses):
        yield (
            status,
            {
                "description": f"{TEXTS.text(f'of_status.{status}', language)}. {_say('document.problem', language)}",
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        )


def _schemas(routes: list[APIRoute]) -> Json:
    extras = [route.openapi_extra or {} for route in routes]
    answers = {extra["answer"] for extra in extras}
    bodies = {extra["body"] for extra in extras if "body" in extra}
    _, found = models_json_schema(
        sorted(
            [*((kind, "serialization") for kind in answers), *((kind, "validation") for kind in bodies)],
            key=lambda pair: pair[0].__name__,
        ),
        ref_template=REF,
    )
    problem = Problem.model_json_schema(ref_template=REF)
    own = problem.pop("$defs", {})
    return {**found["$defs"], **own, "Problem": problem}


def _ref(kind: type[BaseModel]) -> Json:
    return {"$ref": REF.format(model=kind.__name__)}


def _say(key: str, language: Language, **fields: object) -> str:
    return WORDS.text(key, language, **fields)
