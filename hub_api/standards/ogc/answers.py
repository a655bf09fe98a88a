"""How OGC API answers: JSON or a page, by ``f=`` or ``Accept``; and what an error looks like."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from zlib import adler32, crc32

import orjson
from starlette.requests import Request
from starlette.responses import Response

from citycore.language import Catalogue, Language
from hub_api.serving.answers import cache_for
from hub_api.serving.pages.layout import base_url, page
from hub_api.serving.problems import Finding, problem_body
from hub_api.serving.texts import language_of
from hub_api.serving.transport.hosts import show_host
from hub_api.serving.turns import InTurns
from hub_api.serving.validators import NOT_MODIFIED, is_known, not_modified, weak_etag
from hub_api.standards.ogc.errors import PACKAGE, refused
from hub_api.standards.ogc.links import HTML, JSON
from hub_api.standards.ogc.parameters import CRS84, Warned

TEXTS = Catalogue(PACKAGE)
TYPES_MAX = 20
BAD_REQUEST, UNPROCESSABLE = 400, 422
#: Media types that mean JSON in any of its forms.
AS_JSON = ("json", "*/*", "application/*")


def text_of(language: Language) -> Callable[..., str]:
    """The texts of this room in a language, by key and fields."""
    return lambda key, **fields: TEXTS.text(key, language, **fields)


def chosen_format(request: Request, offered: Mapping[str, str], default: str = "json") -> str:
    """A name of ``offered`` (whose values are media types): that of ``f=``, else the best of ``Accept``, else the default.

    ``InvalidParameters`` for an ``f`` that is not offered; of ``Accept`` what nobody has is no error.
    """
    wanted = request.query_params.get("f")
    if wanted is not None:
        # GDAL and others name the format by its media type.
        named = next((name for name, kind in offered.items() if wanted.lower() in {name.lower(), kind}), None)
        if named is None:
            raise refused("f", "not_one_of", expected=", ".join(offered))
        return named
    best = (0.0, default)
    for item in request.headers.get("accept", "").split(",")[:TYPES_MAX]:
        kind, weight = _weighed(item)
        named = next((name for name, known in offered.items() if kind == known.partition(";")[0]), None)
        if named is None and kind.endswith(AS_JSON):
            named = default
        if named is not None and weight > best[0]:
            best = (weight, named)
    return best[1]


def _weighed(item: str) -> tuple[str, float]:
    kind, *parameters = (part.strip().lower() for part in item.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return kind, float(parameter[2:])
            except ValueError:
                return kind, 0.0
    return kind, 1.0


def told_warnings(warned: Sequence[Warned], language: Language) -> list[dict[str, str]]:
    """What an answer says of a request that is possible and hardly meant."""
    return [
        {"code": one.code, "description": TEXTS.text(f"warning.{one.code}", language, **one.fields)}
        for one in warned
    ]


def bytes_answer(
    request: Request, body: bytes, kind: str, cache_seconds: int, *, etag: str | None = None, **headers: str
) -> Response:
    """Bytes with an ETag (of themselves, if no other is named), or 304 for who has them."""
    show_host(request)
    fields = {
        "Cache-Control": cache_for(cache_seconds),
        "Vary": "Accept, Accept-Language",
        "Content-Language": language_of(request),
        "ETag": etag or etag_of(request, body),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    if is_known(request, fields["ETag"]):
        return not_modified(fields)
    return Response(body, media_type=kind, headers=fields)


def parts_answer(
    request: Request, parts: Sequence[bytes], kind: str, cache_seconds: int, **headers: str
) -> Response:
    """A body in parts, as :func:`bytes_answer`; a large one is sent piece by piece and never held in one."""
    known = bytes_answer(request, b"", kind, cache_seconds, etag=etag_of(request, *parts), **headers)
    if known.status_code == NOT_MODIFIED:
        return known
    kept = {name: value for name, value in known.headers.items() if name != "content-length"}
    return InTurns(parts, headers=kept)


def etag_of(request: Request, *bodies: bytes) -> str:
    """Of what an answer holds, and of the address that its links begin with."""
    # Two checksums and the length: a page of half a megabyte has them in a third of the time of any digest.
    sums = [(len(body), crc32(body), adler32(body)) for body in bodies]
    return weak_etag(sums, base_url(request), language_of(request))


def json_answer(
    request: Request, content: object, cache_seconds: int, kind: str = JSON, **headers: str
) -> Response:
    """A document as JSON."""
    body = orjson.dumps(content, option=orjson.OPT_UTC_Z)
    return bytes_answer(request, body, kind, cache_seconds, **headers)


def page_answer(request: Request, template: str, title: str, cache_seconds: int, **values: Any) -> Response:
    """The same for people."""
    show_host(request)
    language = language_of(request)
    return page(
        request,
        f"standards/ogc/pages/{template}.html",
        title=title,
        cache_seconds=cache_seconds,
        headers={"Vary": "Accept, Accept-Language"},
        word=text_of(language),
        root="/ogc",
        suffix=f"?f=html&lang={language}",
        **values,
    )


def crs_header() -> dict[str, str]:
    """``Content-Crs`` (Part 2)."""
    return {"Content_Crs": f"<{CRS84}>"}


def error_shape(request: Request, finding: Finding, language: Language) -> Response:
    """OGC's exception with ``code`` and ``description``, and what the hub's problems say besides; a page for people."""
    # The standard knows one status for whatever cannot be understood (Part 1, 7.2).
    status = BAD_REQUEST if finding.status == UNPROCESSABLE else finding.status
    body = problem_body(request.url.path, status, finding.code, finding.detail, finding.more, language)
    if f"title.{finding.code}" in TEXTS.texts[language]:
        body["title"] = TEXTS.text(f"title.{finding.code}", language)
    body["description"] = finding.detail
    fixed = {
        "Content-Language": language,
        "Vary": "Accept, Accept-Language",
        "Cache-Control": "no-store",
    }
    if _wants_page(request):
        shown = page_answer(request, "error", str(body["title"]), 0, problem=body)
        shown.status_code = status
        shown.headers.update({**fixed, **finding.headers})
        del shown.headers["ETag"]
        return shown
    return Response(orjson.dumps(body), status, media_type=JSON, headers={**fixed, **finding.headers})


def _wants_page(request: Request) -> bool:
    offered = {"json": JSON, "html": HTML}
    if request.query_params.get("f") in {"html", HTML}:
        return True
    if "f" in request.query_params:
        return False
    return chosen_format(request, offered) == "html"


worded = partial(Catalogue.text, TEXTS)
