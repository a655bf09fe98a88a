"""Every problem as it really looks, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from citycore.dead_letters.errors import DeadLetterNotReplayable, NoSubscriber
from citycore.errors import BrokerUnavailable, FalajError, NotFound, StoreUnavailable
from citycore.language import LANGUAGES, Language
from citycore.registry.errors import DocumentInvalid, SourceNotFound
from hub_api.city.bulk.errors import BulkFileAway
from hub_api.city.stream.errors import TooManyListeners, TooManyStreams
from hub_api.operations.admin.errors import AdminKeyMissing, AdminKeyWrong
from hub_api.serving.errors import (
    ContradictoryParameters,
    CredentialUnknown,
    ExportsBusy,
    InvalidParameters,
    MessageRefused,
    MessageTooLarge,
    PreconditionFailed,
    QueryTooDear,
    QueryTooLong,
    RangeNotSatisfiable,
    TooManyQuestions,
    TooManyRequests,
    UnknownHost,
    UnknownName,
    invalid,
)
from hub_api.serving.exports.errors import TooManyExports
from hub_api.serving.ingest import IngestBusy, OutcomeUnknown, QuestionRefused
from hub_api.serving.keys.errors import ApiKeyExpired, ApiKeyRevoked, ApiKeyUnknown
from hub_api.serving.kinds import STATUS
from hub_api.serving.limits.errors import LimitReached
from hub_api.serving.problems import ROUTING_CODES, UNREADABLE_STATUS, problem_body
from hub_api.serving.texts import TEXTS

Json = dict[str, Any]
LOW = invalid("limit", "below_minimum", minimum=1)
TURNED = invalid("start", "start_not_before_end")
UNKNOWN = UnknownName("thing", "air-1", ["air-01"])
DEAR = QueryTooDear(reason="rows", estimated=12_960_000, maximum=10_000_000)


def _statuses(*errors: type[FalajError]) -> dict[str, int]:
    return {error.slug: STATUS[error.kind] for error in errors}


#: Every problem of the open data and of administrators' works, by its code: the status under which it comes.
DOCUMENTED: Mapping[str, int] = {
    **_statuses(InvalidParameters, ContradictoryParameters, NotFound),
    **{code: status for status, code in ROUTING_CODES.items()},
    **_statuses(StoreUnavailable),
    **UNREADABLE_STATUS,
    **_statuses(
        QueryTooLong, QueryTooDear, TooManyRequests, ExportsBusy, TooManyExports, TooManyQuestions, FalajError
    ),
    **_statuses(AdminKeyMissing, AdminKeyWrong, DeadLetterNotReplayable, BrokerUnavailable, NoSubscriber),
    **_statuses(ApiKeyUnknown, ApiKeyExpired, ApiKeyRevoked, LimitReached, TooManyListeners, TooManyStreams),
    **_statuses(
        CredentialUnknown, MessageRefused, MessageTooLarge, IngestBusy, OutcomeUnknown, QuestionRefused
    ),
    **_statuses(DocumentInvalid, SourceNotFound),
    **_statuses(UnknownHost, RangeNotSatisfiable, PreconditionFailed, BulkFileAway),
}
#: Where it happens; elsewhere in one list.
PATHS: Mapping[str, str] = {
    "not_found": "/v1/things/air-1",
    "no_such_path": "/v1/nothing",
    "contradictory_parameters": "/v1/alerts",
    **dict.fromkeys(
        ("credential_unknown", "message_refused", "message_too_large", "ingest_busy", "outcome_unknown"),
        "/v1/ingest/my-plugs",
    ),
    **dict.fromkeys(("registry_document_invalid", "source_not_found"), "/v1/admin/registry"),
    "trial_refused": "/v1/admin/sources/try",
    "query_too_dear": "/v1/observations",
    "query_too_long": "/v1/observations",
    "too_many_listeners": "/v1/stream",
}


def problem_examples(statuses: Mapping[str, int]) -> Json:
    """The examples of these codes with their statuses, as components are named: ``not_found.ar``."""
    return {
        example_name(code, language): {
            "summary": TEXTS.text(f"problem.{code}.title", language),
            "value": _problem(code, status, language),
        }
        for code, status in statuses.items()
        for language in LANGUAGES
    }


def example_name(code: str, language: Language) -> str:
    return f"{code}.{language}"


def _problem(code: str, status: int, language: Language) -> Json:
    more = _more(language).get(code, {})
    detail = more.pop("detail", None) or TEXTS.text(f"problem.{code}.detail", language)
    return problem_body(PATHS.get(code, "/v1/things"), status, code, detail, more, language)


def _more(language: Language) -> dict[str, Json]:
    """What only some problems say."""
    return {
        "contradictory_parameters": {
            "detail": TURNED.text(language),
            "errors": _faults(TURNED, language),
            "hint_url": "/v1/alerts?start=2026-11-24&end=2026-11-25",
        },
        "invalid_parameter": {
            "detail": LOW.text(language),
            "errors": _faults(LOW, language),
            "hint_url": "/v1/things?limit=1",
        },
        "not_found": {
            "detail": UNKNOWN.text(language),
            "suggestion": "air-01",
            "hint_url": "/v1/things/air-01",
        },
        "query_too_dear": {
            "detail": DEAR.text(language),
            "estimated_count": DEAR.estimated,
            "maximum_count": DEAR.maximum,
            "hint_url": "/v1/observations?observed_property=pm2_5&f=parquet",
        },
        "internal": {"reference": "0f3a1c5e7b92"},
    }


def _faults(error: InvalidParameters, language: Language) -> list[Json]:
    return [
        {"parameter": fault.parameter, "code": fault.code, "detail": fault.text(language)}
        for fault in error.faults
    ]
