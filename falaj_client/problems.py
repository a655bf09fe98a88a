"""Reading problems (RFC 9457) and, where an answer holds none, what its status says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from falaj_client.errors import (
    InvalidParameters,
    NotFound,
    ParameterFault,
    Problem,
    ProblemDocument,
    Unavailable,
)
from falaj_client.model import Language
from falaj_client.texts import text


def problem_of(url: str, status: int, headers: Mapping[str, str], body: bytes, language: Language) -> Problem:
    """The error for an answer that is not a success; header names are lower case."""
    kind = {404: NotFound, 409: InvalidParameters, 422: InvalidParameters}.get(status, Problem)
    if status == 429 or status >= 500:
        kind = Unavailable
    return kind(url, _document(url, status, headers, _json_object(body), language))


def _document(
    url: str, status: int, headers: Mapping[str, str], body: Mapping[str, Any], language: Language
) -> ProblemDocument:
    hint = _optional_text(body.get("hint_url"))
    title = str(body.get("title") or text("http_status", language, status=status))
    return ProblemDocument(
        status=status,
        code=str(body.get("code") or f"http_{status}"),
        title=title,
        detail=str(body.get("detail") or title),
        faults=_faults(body.get("errors")),
        suggestion=_optional_text(body.get("suggestion")),
        hint_url=None if hint is None else urljoin(url, hint),
        reference=_optional_text(body.get("reference")),
        retry_after_seconds=_seconds(headers.get("retry-after")),
    )


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _faults(rows: Any) -> tuple[ParameterFault, ...]:
    if not isinstance(rows, list):
        return ()
    return tuple(
        ParameterFault(*(str(row.get(key) or "") for key in ("parameter", "code", "detail")))
        for row in rows
        if isinstance(row, dict)
    )


def _optional_text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _seconds(retry_after: str | None) -> float | None:
    """Seconds of ``Retry-After``; a date there is not understood, and the client's own pause counts."""
    if retry_after is None or not retry_after.strip().isdecimal():
        return None
    return float(retry_after)
