"""What the reference shows, from the described OpenAPI document: values for its template."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from citycore.language import Language, isolate
from hub_api.developers.documentation.problems import DOCUMENTED
from hub_api.serving.texts import TEXTS

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ShownParameter:
    """``limits`` is a sentence about numbers; without it ``accepted`` lists values."""

    name: str
    description: str
    limits: str | None
    accepted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownOperation:
    name: str
    path: str
    summary: str
    description: str
    is_deprecated: bool
    parameters: tuple[ShownParameter, ...]
    examples: tuple[str, ...]


def shown_operations(document: Json, language: Language) -> Iterator[ShownOperation]:
    """Every operation of a described document, in its order."""
    for path, methods in document["paths"].items():
        for operation in methods.values():
            yield ShownOperation(
                name=operation["operationId"],
                path=path,
                summary=operation["summary"],
                description=operation["description"],
                is_deprecated=operation.get("deprecated", False),
                parameters=tuple(_parameter(one, language) for one in operation.get("parameters", [])),
                examples=tuple(operation["x-examples"]),
            )


def shown_rules(language: Language) -> list[str]:
    """What holds for every answer, one sentence each."""
    return TEXTS.text("docs.rules", language).strip().splitlines()


def shown_problems(language: Language) -> list[tuple[str, str]]:
    """Codes and titles of all problems."""
    return [(code, TEXTS.text(f"problem.{code}.title", language)) for code in DOCUMENTED]


def _parameter(parameter: Json, language: Language) -> ShownParameter:
    schema = parameter["schema"]
    limits = None
    accepted: tuple[str, ...] = (schema.get("format", schema.get("type", "")),)
    if "enum" in schema:
        accepted = tuple(str(value) for value in schema["enum"])
    elif "maximum" in schema and "default" in schema:
        span = isolate(f"{schema.get('minimum', 0)}–{schema['maximum']}")
        limits = TEXTS.text("docs.range", language, limits=span, default=schema["default"])
    elif schema.get("type") == "boolean":
        accepted = ("true", "false")
    elif (example := parameter.get("example", parameter.get("x-example"))) is not None:
        accepted = (",".join(map(str, example)) if isinstance(example, list) else str(example),)
    return ShownParameter(parameter["name"], parameter["description"], limits, accepted)
