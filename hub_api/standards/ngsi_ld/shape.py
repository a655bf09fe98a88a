"""How NGSI-LD says what went wrong (ETSI GS CIM 009, 5.5.2 and 6.3.2): RFC 7807 with types of its own."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import orjson
from fastapi import Request, Response

from citycore.language import Language
from hub_api.serving.problems import Finding
from hub_api.serving.texts import TEXTS

ROOT = "/ngsi-ld"
ERRORS = "https://uri.etsi.org/ngsi-ld/errors/"
MEDIA_TYPE = "application/problem+json"
UNPROCESSABLE, BAD_REQUEST, INTERNAL = 422, 400, 500
#: Of these parameters, and of methods that do not go for an attribute, the standard wants a type of its own (6.3.12, 5.7.4.4).
FORMS, NOT_ELIGIBLE = frozenset({"options", "format"}), "ngsi_ld_method"
TYPES = {
    400: "BadRequestData",
    403: "TooComplexQuery",
    404: "ResourceNotFound",
    405: "OperationNotSupported",
    406: "InvalidRequest",
    413: "TooComplexQuery",
    429: "TooManyResults",
}


def shape(request: Request, finding: Finding, language: Language) -> Response:
    """What is refused for what it says is 400 here, and 422 stands for what nobody supports."""
    status = BAD_REQUEST if finding.status == UNPROCESSABLE else finding.status
    kind = TYPES.get(status, "InternalError" if status >= INTERNAL else "InvalidRequest")
    errors = finding.more.get("errors")
    if isinstance(errors, list) and any(map(_is_of_form, errors)):
        kind = "InvalidRequest"
    keys = (f"problem.{finding.code}.title", f"of_status.{finding.status}")
    known = next((key for key in keys if key in TEXTS.texts[language]), None)
    title = HTTPStatus(status).phrase if known is None else TEXTS.text(known, language)
    body = {
        "type": f"{ERRORS}{kind}",
        "title": title,
        "status": status,
        "detail": finding.detail,
        "instance": request.url.path,
        **finding.more,
    }
    headers = {"Content-Language": language, "Vary": "Accept-Language", "Cache-Control": "no-store"}
    return Response(orjson.dumps(body), status, media_type=MEDIA_TYPE, headers={**headers, **finding.headers})


def _is_of_form(error: Mapping[str, object]) -> bool:
    return error.get("parameter") in FORMS or error.get("code") == NOT_ELIGIBLE
