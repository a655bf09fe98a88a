"""Which status an answer has for each kind of error; nothing else knows."""

from __future__ import annotations

from citycore.errors import FalajError, Kind

STATUS: dict[Kind, int] = {
    Kind.NOT_SIGNED_IN: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.GONE: 410,
    Kind.PRECONDITION_FAILED: 412,
    Kind.TOO_LARGE: 413,
    Kind.RANGE: 416,
    Kind.MISDIRECTED: 421,
    Kind.INVALID: 422,
    Kind.PRECONDITION_REQUIRED: 428,
    Kind.TOO_MANY: 429,
    Kind.INTERNAL: 500,
    Kind.UNAVAILABLE: 503,
    Kind.TIMED_OUT: 504,
}


def status_of(error: FalajError) -> int:
    return STATUS[error.kind]
