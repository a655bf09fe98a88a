"""Every answer but 200 that an operation may give, as OpenAPI describes it, and the keys it takes.

There is no ``default``: an answer of any other status would be a fault of the document or of the hub.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from citycore.language import LANGUAGES, Language
from hub_api.developers.documentation.lists import NOUNS, list_of
from hub_api.developers.documentation.problems import example_name, problem_examples
from hub_api.developers.documentation.tags import CATALOGUE
from hub_api.serving.limits.rules import is_free
from hub_api.serving.problems import MEDIA_TYPE
from hub_api.serving.texts import TEXTS

Json = dict[str, Any]
PROBLEM = {"$ref": "#/components/schemas/Problem"}
#: The name of each answer in the document, and the problems that it may be.
PROBLEMS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "401": ("Unauthorized", ("api_key_unknown", "api_key_expired", "api_key_revoked")),
    "404": ("NotFound", ("not_found", "no_such_path")),
    "409": ("Contradictory", ("contradictory_parameters",)),
    "412": ("PreconditionFailed", ("precondition_failed",)),
    "413": ("TooDear", ("query_too_dear",)),
    "421": ("Misdirected", ("unknown_host",)),
    "416": ("RangeNotSatisfiable", ("range_not_satisfiable",)),
    "422": ("Unprocessable", ("invalid_parameter",)),
    "429": ("Limited", ("limit_reached", "too_many_exports", "too_many_questions", "too_many_streams")),
    "500": ("Internal", ("internal",)),
    "503": (
        "Unavailable",
        (
            "store_unavailable",
            "query_too_long",
            "too_many_requests",
            "exports_busy",
            "too_many_listeners",
            "bulk_file_away",
        ),
    ),
}
#: The same of the operation that takes data in, where its answers are others.
SENDING: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "401": ("CredentialUnknown", ("credential_unknown", *PROBLEMS["401"][1])),
    "413": ("MessageTooLarge", ("message_too_large",)),
    "409": ("MessageRefused", ("message_refused",)),
    "503": ("IngestBusy", ("ingest_busy", "too_many_requests")),
    "504": ("OutcomeUnknown", ("outcome_unknown",)),
}
INGEST = "ingest"
STREAM = "stream"
#: What a reader of events finds in each; other readers have the whole as text.
EVENT: Json = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "required": ["event", "data"],
            "properties": {
                "event": {"type": "string", "enum": ["observations", "heartbeat", "gap", "end"]},
                "data": {"type": "string", "contentMediaType": "application/json"},
                "id": {"type": "string"},
                "retry": {"type": "integer"},
            },
        },
    ]
}
#: Parameters whose names may exist nowhere.
NAMES = NOUNS | {
    "thing",
    "datastream",
    "observed_property",
    "place",
    "source",
    "dataset",
    "country",
    "sector",
    "organisation",
    "opportunity",
}
#: Parameters that may contradict others, or what the same question was before.
CONTRADICTING = frozenset(
    {
        "at",
        "bbox",
        "cursor",
        "datastream",
        "end",
        "f",
        "first_date",
        "last_date",
        "last_event_id",
        "observed_property",
        "start",
    }
)
#: Operations whose answers have a version, beside those of open lists, and those that may be refused for what they
#: would cost.
VERSIONED = frozenset(
    {
        "things",
        "datastreams",
        "latest",
        "observations",
        "forecasts",
        "forecast_exceedance",
        "forecast_skill",
        "forecast_scenario",
        "datasets",
        "dataset",
        "bulk",
        "dataset_bulk",
        "bulk_file",
        "gtfs_realtime_vehicle_positions",
        "gtfs_realtime_trip_updates",
        "gtfs_realtime_alerts",
        *CATALOGUE,
        "organisations",
        "deadlines",
        "calendar",
        "ambassadors",
        "places",
        "opportunities",
        "opportunity",
        "grants",
    }
)
COSTLY = frozenset({"observations", "grants"})
HEADERS: Mapping[str, tuple[str, ...]] = {
    "401": ("WWW-Authenticate",),
    "429": ("Retry-After",),
    "503": ("Retry-After",),
}
SECURITY: Mapping[str, Json] = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "x_api_key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}


def add_responses(path: str, operation: Json) -> None:
    """Document the problems of one operation, and that a key is possible but not needed."""
    responses = operation["responses"]
    responses.pop("422", None)
    name = operation["operationId"]
    if name in VERSIONED or list_of(name) is not None:
        responses["304"] = {"$ref": "#/components/responses/NotModified"}
    if name == STREAM:
        responses["200"]["content"] = {"text/event-stream": {"schema": EVENT}}
    problems = {**PROBLEMS, **SENDING} if name == INGEST else PROBLEMS
    for status in sorted(_statuses(path, operation) - responses.keys()):
        responses[status] = {"$ref": f"#/components/responses/{problems[status][0]}"}
    if name == INGEST:
        operation["security"] = [{"source": []}]
    elif not is_free(path):
        operation["security"] = [{}, *({name: []} for name in SECURITY)]


def _statuses(path: str, operation: Json) -> set[str]:
    statuses = {"421", "422", "500"}
    if not is_free(path):
        statuses |= {"401", "429", "503"}
    if any(parameter["name"] in NAMES for parameter in operation.get("parameters", [])):
        statuses.add("404")
    if any(parameter["name"] in CONTRADICTING for parameter in operation.get("parameters", [])):
        statuses.add("409")
    if operation["operationId"] == "bulk_file" or _has_formats(operation):
        statuses |= {"412", "416"}
    if operation["operationId"] == INGEST:
        statuses |= SENDING.keys()
    if operation["operationId"] in COSTLY or _has_formats(operation):
        statuses.add("413")
    return statuses


def _has_formats(operation: Json) -> bool:
    """Whether it answers with exports, whose ranges may be asked for."""
    return any(parameter["name"] == "trailer" for parameter in operation.get("parameters", []))


def components(language: Language) -> Json:
    """The answers and keys that operations refer to."""
    answers = [*PROBLEMS.items(), *SENDING.items()]
    return {
        "responses": {
            "NotModified": {"description": TEXTS.text("api.not_modified", language)},
            **{name: _problem(status, codes, language) for status, (name, codes) in answers},
        },
        "examples": problem_examples({code: int(status) for status, (_, codes) in answers for code in codes}),
        "securitySchemes": {
            name: {**scheme, "description": TEXTS.text("api.key", language)}
            for name, scheme in SECURITY.items()
        }
        | {
            "source": {
                "type": "http",
                "scheme": "basic",
                "description": TEXTS.text("api.credential", language),
            }
        },
    }


def _problem(status: str, codes: tuple[str, ...], language: Language) -> Json:
    named = [example_name(code, known) for code in codes for known in LANGUAGES]
    examples = {name: {"$ref": f"#/components/examples/{name}"} for name in named}
    lines = [f"`{code}`: {TEXTS.text(f'problem.{code}.title', language)}" for code in codes]
    described: Json = {
        "description": "\n\n".join(lines),
        "content": {MEDIA_TYPE: {"schema": PROBLEM, "examples": examples}},
    }
    headers = dict(_headers(status, language))
    return {**described, "headers": headers} if headers else described


def _headers(status: str, language: Language) -> Iterator[tuple[str, Json]]:
    for name in HEADERS.get(status, ()):
        kind = {"type": "integer", "minimum": 1} if name == "Retry-After" else {"type": "string"}
        text = TEXTS.text(f"header.{name.lower().replace('-', '_')}", language)
        yield name, {"description": text, "required": True, "schema": kind}
