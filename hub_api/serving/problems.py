"""Errors as RFC 9457 problems."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol
from uuid import uuid4

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, ValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from citycore.dead_letters.rules import reason_text
from citycore.errors import FalajError, Kind, StoreUnavailable
from citycore.language import DEFAULT_LANGUAGE, Language
from hub_api.serving.errors import (
    CredentialUnknown,
    Fault,
    InvalidParameters,
    MessageRefused,
    PassesSoon,
    PreconditionFailed,
    QueryTooDear,
    RangeNotSatisfiable,
    TooManyRequests,
    UnknownName,
    as_contradiction,
)
from hub_api.serving.hints import changed_url, corrections, meant, renamed_url
from hub_api.serving.kinds import STATUS, status_of
from hub_api.serving.likely_paths import likely_path
from hub_api.serving.parameters import given_parameters, models_of
from hub_api.serving.routing import single_routes
from hub_api.serving.texts import TEXTS, language_of

MEDIA_TYPE = "application/problem+json"
#: What never became a request.
UNREADABLE_STATUS = {"malformed_request": 400, "request_too_slow": 408, "headers_too_large": 431}
#: Problems that end a connection before the application sees a request.
BARE_STATUS = {**UNREADABLE_STATUS, TooManyRequests.slug: STATUS[TooManyRequests.kind]}
#: Problems that the router finds before a handler runs, by status.
ROUTING_CODES = {404: "no_such_path", 405: "method_not_allowed"}

#: Our codes for what the validation library finds.
FAULT_CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown_parameter",
    "int_parsing": "not_an_integer",
    "int_parsing_size": "not_an_integer",
    "int_from_float": "not_an_integer",
    "bool_parsing": "not_a_boolean",
    "greater_than_equal": "below_minimum",
    "less_than_equal": "above_maximum",
    "literal_error": "not_one_of",
    "enum": "not_one_of",
    "string_too_long": "too_long",
    "string_too_short": "empty",
    "string_pattern_mismatch": "bad_characters",
}
FIELDS = {"ge": "minimum", "le": "maximum", "max_length": "maximum", "expected": "expected"}
FAULTS_MAX = 20
#: One of the choices that the validation library names, in quotes.
CHOICE = re.compile("'([^']*)'")
NAME_SHOWN_CHARACTERS_MAX = 63


class ParameterFault(BaseModel):
    parameter: str
    code: str = Field(description="Stable; not_a_time, above_maximum, unknown_parameter, …")
    detail: str


class RefusedValue(BaseModel):
    reason: str = Field(description="Stable; unknown_thing, unknown_property, naive_time, …")
    reason_text: str
    detail: str


class Problem(BaseModel):
    """RFC 9457. ``code`` is stable; the texts follow ``Accept-Language`` or ``lang=``."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    instance: str
    errors: list[ParameterFault] | None = Field(default=None, description="Each wrong parameter")
    suggestion: str | None = Field(default=None, description="The nearest name that exists")
    hint_url: str | None = Field(default=None, description="A request that would be answered")
    bulk_url: str | None = Field(default=None, description="The bulk files that hold the answer")
    refused: list[RefusedValue] | None = Field(default=None, description="Why values were not stored")
    estimated_count: int | None = Field(default=None, description="What the request would cost, in rows")
    maximum_count: int | None = Field(default=None, description="What a request may cost")
    reference: str | None = Field(default=None, description="What to quote when you report this")


@dataclass(frozen=True, slots=True)
class Finding:
    """What an answer says besides what every problem has."""

    status: int
    code: str
    detail: str
    more: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


#: How a standard of others says what went wrong, where it has a shape of its own for that.
Shape = Callable[[Request, Finding, Language], Response]


#: The same as a page, where whoever asks likes that better than JSON.
ProblemPage = Callable[[Request, Mapping[str, object], int, Language], Response | None]


class PagesOfErrors(Protocol):
    """How people are answered where they look at pages: a page instead of a problem."""

    def is_page(self, request: Request) -> bool: ...

    def language(self, request: Request) -> Language: ...

    async def greet(self, request: Request) -> None:
        """Find out who asks, if nobody has yet."""

    def page(self, request: Request, finding: Finding) -> Response: ...


def install_problems(
    app: FastAPI, pages: PagesOfErrors, shapes: Mapping[str, Shape], problem_page: ProblemPage
) -> None:
    """Answer every error of the application with a problem, or with a page where ``pages`` says so, or in the shape of the
    standard below whose path it happens (``/ogc`` also for ``/ogc/conformance``).
    """
    app.state.pages_of_errors = pages
    app.state.error_shapes = shapes
    app.state.problem_page = problem_page
    app.add_exception_handler(FalajError, _on_hub_error)
    app.add_exception_handler(RequestValidationError, _on_bad_parameters)
    app.add_exception_handler(HTTPException, _on_routing_error)


async def _on_hub_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, FalajError)
    await _greet(request, error)
    return problem_of(request, error)


async def _on_bad_parameters(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = faults_of(error.errors()[:FAULTS_MAX], _parameters_of(request))
    await _greet(request)
    return problem_of(request, InvalidParameters(faults))


async def _on_routing_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    await _greet(request)
    code = ROUTING_CODES.get(error.status_code, "internal")
    detail = TEXTS.text(f"problem.{code}.detail", _spoken(request))
    more: dict[str, object] = {}
    if code == "no_such_path" and (path := likely_path(request)) is not None:
        detail = f"{detail} {TEXTS.text('suggestion', _spoken(request), name=path)}"
        more["suggestion"] = path
    headers = dict(error.headers or {})
    if "Allow" in headers:
        headers["Allow"] = ", ".join(sorted(_methods_of(request)))
    return _answer(request, Finding(error.status_code, code, detail, more, headers))


async def _greet(request: Request, error: FalajError | None = None) -> None:
    """Find out who asks, where a page is to say what went wrong and nobody has looked yet."""
    pages = _pages_for(request)
    if pages is not None and not isinstance(error, StoreUnavailable):
        await pages.greet(request)


def _spoken(request: Request) -> Language:
    """Of the answer: of a page that which its reader has chosen."""
    pages = _pages_for(request)
    return language_of(request) if pages is None else pages.language(request)


def _pages_for(request: Request) -> PagesOfErrors | None:
    """What answers with a page, or None where a problem is the answer."""
    pages: PagesOfErrors = request.app.state.pages_of_errors
    return pages if pages.is_page(request) else None


def _shape_for(request: Request) -> Shape | None:
    shapes: Mapping[str, Shape] = request.app.state.error_shapes
    path = request.url.path
    return next((shapes[root] for root in shapes if path == root or path.startswith(f"{root}/")), None)


def _methods_of(request: Request) -> set[str]:
    """All that the path takes: several routes may share it, and the router names those of the first."""
    routes = single_routes(request.app.routes)
    matching = (route for route in routes if route.matches(request.scope)[0] is not Match.NONE)
    return {method for route in matching for method in getattr(route, "methods", None) or ()}


def problem_of(request: Request, error: FalajError) -> Response:
    """The problem answer for one of our errors."""
    language = _spoken(request)
    if _pages_for(request) is None and _shape_for(request) is None:
        error = as_contradiction(error)
    headers: dict[str, str] = {}
    if error.kind is Kind.UNAVAILABLE or isinstance(error, PassesSoon):
        known = error.after_seconds if isinstance(error, PassesSoon) else None
        headers["Retry-After"] = _retry_after(request) if known is None else str(known)
    if isinstance(error, RangeNotSatisfiable):
        headers["Content-Range"] = f"bytes */{error.byte_count}"
    if isinstance(error, PreconditionFailed):
        headers["ETag"] = error.etag
    if error.kind is Kind.NOT_SIGNED_IN:
        scheme = "Basic" if isinstance(error, CredentialUnknown) else "Bearer"
        headers["WWW-Authenticate"] = f'{scheme} realm="falaj"'
    more = _more(request, error, language)
    return _answer(request, Finding(status_of(error), error.slug, _detail(error, language), more, headers))


def _more(request: Request, error: FalajError, language: Language) -> dict[str, object]:
    """What only some problems say, and the request that would be answered, where one is certain."""
    path, parameters = request.url.path, given_parameters(request)
    more: dict[str, object] = {}
    hint: str | None = None
    if isinstance(error, InvalidParameters):
        more["errors"] = [
            {"parameter": fault.parameter, "code": fault.code, "detail": fault.text(language)}
            for fault in error.faults
        ]
        changes = corrections(parameters, error.faults)
        if changes is not None and _would_pass(request, {**parameters, **changes}):
            hint = changed_url(path, parameters, changes)
    elif isinstance(error, MessageRefused):
        more["refused"] = [
            {**each, "reason_text": reason_text(each["reason"], language)} for each in error.refused
        ]
    elif isinstance(error, UnknownName) and error.suggestion is not None:
        more["suggestion"] = error.suggestion
        hint = renamed_url(path, parameters, error.parameter, error.name, error.suggestion)
    elif isinstance(error, QueryTooDear):
        more |= {"estimated_count": error.estimated, "maximum_count": error.maximum}
        if error.bulk_url is not None:
            more["bulk_url"] = error.bulk_url
        hint = None if error.hint is None else changed_url(path, parameters, error.hint)
    return more if hint is None else {**more, "hint_url": hint}


def _detail(error: FalajError, language: Language) -> str:
    """The error's own line; but where our servers stand is in the log and no reader's business."""
    if error.is_private:
        return TEXTS.text(f"problem.{error.slug}.detail", language)
    return error.text(language)


def internal_problem(request: Request) -> tuple[Response, str]:
    """The answer for an error nobody expected, and the reference under which it is to be logged."""
    reference = uuid4().hex[:12]
    detail = FalajError(reference=reference).text(_spoken(request))
    return _answer(
        request, Finding(STATUS[FalajError.kind], "internal", detail, {"reference": reference})
    ), reference


def not_ready(answer: Response, retry_after_seconds: int) -> Response:
    """A readiness report as the answer that takes a process out of service."""
    answer.status_code = STATUS[Kind.UNAVAILABLE]
    answer.headers["Retry-After"] = str(retry_after_seconds)
    return answer


def bare_problem(code: str, retry_after_seconds: int | None = None) -> bytes:
    """A whole HTTP answer for requests that never reached the application, so that nobody knows what they asked."""
    status = BARE_STATUS[code]
    body = _bare_body(code)
    when = "" if retry_after_seconds is None else f"retry-after: {retry_after_seconds}\r\n"
    head = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\ncontent-type: {MEDIA_TYPE}\r\n"
        f"{when}content-length: {len(body)}\r\naccess-control-allow-origin: *\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body


def busy_answer(retry_after_seconds: int) -> Response:
    """While there are too many connections; this one closes after it."""
    headers = {
        "Retry-After": str(retry_after_seconds),
        "Access-Control-Allow-Origin": "*",
        "Connection": "close",
    }
    return Response(
        _bare_body(TooManyRequests.slug),
        BARE_STATUS[TooManyRequests.slug],
        media_type=MEDIA_TYPE,
        headers=headers,
    )


def _bare_body(code: str) -> bytes:
    return orjson.dumps(
        {
            "type": f"/problems/{code.replace('_', '-')}",
            "title": TEXTS.text(f"problem.{code}.title", DEFAULT_LANGUAGE),
            "status": BARE_STATUS[code],
            "detail": TEXTS.text(f"problem.{code}.detail", DEFAULT_LANGUAGE),
            "code": code,
            "instance": "",
        }
    )


def faults_of(errors: Sequence[Mapping[str, Any]], known: Sequence[str]) -> list[Fault]:
    """Validation errors as faults with our codes; ``known`` are the right parameter names."""
    return [_fault_of(error, known) for error in errors]


def _fault_of(error: Mapping[str, Any], known: Sequence[str]) -> Fault:
    context = dict(error.get("ctx") or {})
    place = error["loc"]
    parameter = str(context.get("parameter") or (place[1] if len(place) > 1 else place[0]))
    code = FAULT_CODES.get(error["type"], error["type"])
    if f"fault.{code}" not in TEXTS.texts["en"]:
        code = "invalid"
    fields = {FIELDS[name]: value for name, value in context.items() if name in FIELDS}
    if error["type"] == "literal_error":
        fields["expected"] = tuple(CHOICE.findall(str(context["expected"])))
    if code == "unknown_parameter":
        likely = meant(parameter[:NAME_SHOWN_CHARACTERS_MAX], known)
        code = code if likely is None else "misspelt_parameter"
        fields["likely"] = likely
    return Fault(parameter[:NAME_SHOWN_CHARACTERS_MAX], code, fields)


def _parameters_of(request: Request) -> list[str]:
    """The query parameters that the endpoint of this request takes."""
    return [name for model in models_of(request) for name in model.model_fields]


def _would_pass(request: Request, parameters: Mapping[str, str | None]) -> bool:
    """Whether the endpoint would take these parameters: putting one fault right may uncover another."""
    given = {name: value for name, value in parameters.items() if value is not None}
    try:
        for model in models_of(request):
            model.model_validate(given)
    except ValidationError:
        return False
    return True


def _retry_after(request: Request) -> str:
    return str(request.app.state.hub.settings.retry_after_seconds)


def problem_body(  # noqa: PLR0913, PLR0917  # the members of a problem
    instance: str, status: int, code: str, detail: str, more: Mapping[str, object], language: Language
) -> dict[str, object]:
    """A problem as JSON says it."""
    title = f"problem.{code}.title"
    is_known = title in TEXTS.texts[language]
    return {
        # What stands against people's own doings has no page: its line says all there is (RFC 9457, 4.2.1).
        "type": f"/problems/{code.replace('_', '-')}" if is_known else "about:blank",
        "title": TEXTS.text(title if is_known else f"of_status.{status}", language),
        "status": status,
        "detail": detail,
        "code": code,
        "instance": instance,
        **more,
    }


def _answer(request: Request, finding: Finding) -> Response:
    pages = _pages_for(request)
    if pages is not None:
        return pages.page(request, finding)
    language = language_of(request)
    if shape := _shape_for(request):
        return shape(request, finding, language)
    body = problem_body(
        request.url.path, finding.status, finding.code, finding.detail, finding.more, language
    )
    fixed = {"Content-Language": language, "Vary": "Accept, Accept-Language", "Cache-Control": "no-store"}
    shown: ProblemPage = request.app.state.problem_page
    if (page := shown(request, body, finding.status, language)) is not None:
        page.headers.update({**fixed, **finding.headers})
        return page
    return Response(
        orjson.dumps(body), finding.status, media_type=MEDIA_TYPE, headers={**fixed, **finding.headers}
    )
