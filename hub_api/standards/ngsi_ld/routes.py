"""``/ngsi-ld/v1/…``: entities, their types and attributes, and entities over time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Request, Response
from pydantic import ValidationError

from hub_api.serving.answers import JSON_OPTIONS, cache_for
from hub_api.serving.errors import UnknownName, invalid
from hub_api.serving.hub import Hub, HubHere
from hub_api.serving.pages.layout import base_url
from hub_api.serving.parameters import NoParameters
from hub_api.serving.problems import Finding
from hub_api.serving.texts import TEXTS, language_of
from hub_api.serving.validators import is_known, not_modified, weak_etag
from hub_api.standards.ngsi_ld.entities import collection, entity_json, feature, temporal_json
from hub_api.standards.ngsi_ld.model import Presentation, Question, Span
from hub_api.standards.ngsi_ld.rules import (
    GEO_JSON,
    LD_JSON,
    check_uri,
    form_of,
    language_of_names,
    media_type_of,
    posted_question,
    presentation_of,
    question_of,
    span_of,
)
from hub_api.standards.ngsi_ld.schemas import (
    DetailsQuery,
    EntitiesQuery,
    EntityQuery,
    PostedQuery,
    PostedSelection,
    PostedSpan,
    QueryParameters,
    SelectionParameters,
    TemporalEntitiesQuery,
    TemporalQuery,
)
from hub_api.standards.ngsi_ld.service import Entities, Wanted, content_range
from hub_api.standards.ngsi_ld.settings import NgsiLdSettings
from hub_api.standards.ngsi_ld.shape import shape
from hub_api.standards.ngsi_ld.vocabulary import (
    CORE_CONTEXT,
    attribute_iri,
    context_document,
    local_name,
    type_iri,
)

router = APIRouter(include_in_schema=False)
ROOT = "/ngsi-ld/v1"
CONTEXT = "/ngsi-ld/context.jsonld"
CONTEXT_RELATION = "http://www.w3.org/ns/json-ld#context"
COUNT_FIELD, WARNING_FIELD = "NGSILD-Results-Count", "NGSILD-Warning"
NOT_ACCEPTABLE, PARTIAL = 406, 206

EntityId = Annotated[str, Path(max_length=500)]


@router.get(CONTEXT)
async def context(request: Request, hub: HubHere, _: NoParameters) -> Response:
    kinds = await _entities(request).kinds(hub)
    codes = {code for some in kinds.codes.values() for code in some}
    body = orjson.dumps(context_document(_context(request), set(kinds.types.values()), codes))
    headers = {
        "Cache-Control": cache_for(hub.settings.registry_cache_seconds),
        "ETag": weak_etag(body.decode()),
    }
    return (
        not_modified(headers)
        if is_known(request, headers["ETag"])
        else Response(body, media_type=LD_JSON, headers=headers)
    )


@router.get(f"{ROOT}/entities")
async def list_entities(request: Request, hub: HubHere, query: EntitiesQuery) -> Response:
    settings, local = _entities(request).settings, partial(local_name, context=_context(request))
    question = question_of(query, settings, local)
    how = presentation_of(query, settings, local)
    return await _answer_page(request, hub, query, question, how)


@router.post(f"{ROOT}/entityOperations/query")
async def query_entities(request: Request, hub: HubHere, query: PostedQuery) -> Response:
    settings, local = _entities(request).settings, partial(local_name, context=_context(request))
    posted = await _posted(request, settings.body_bytes_max)
    if posted.temporal_q is not None:
        raise invalid("temporalQ", "unknown_parameter")
    question = posted_question(posted, settings, local)
    how = _presented(query, posted, question, settings)
    return await _answer_page(request, hub, query, question, how)


@router.get(f"{ROOT}/entities/{{entity}}")
async def show_entity(request: Request, hub: HubHere, entity: EntityId, query: EntityQuery) -> Response:
    entities = _entities(request)
    check_uri(entity)
    how = presentation_of(query, entities.settings, partial(local_name, context=_context(request)))
    found = await entities.one(hub, entity)
    content = feature(found, how) if _media_type(request) == GEO_JSON else entity_json(found, how)
    return _answer(request, hub, content)


@router.get(f"{ROOT}/temporal/entities")
async def list_over_time(request: Request, hub: HubHere, query: TemporalEntitiesQuery) -> Response:
    entities = _entities(request)
    settings, local = entities.settings, partial(local_name, context=_context(request))
    span = span_of(query, is_required=True)
    question = question_of(query, settings, local)
    how = presentation_of(query, settings, local)
    return await _answer_over_time(request, hub, query, question, (how, span))


@router.post(f"{ROOT}/temporal/entityOperations/query")
async def query_over_time(request: Request, hub: HubHere, query: PostedQuery) -> Response:
    settings, local = _entities(request).settings, partial(local_name, context=_context(request))
    posted = await _posted(request, settings.body_bytes_max)
    span = span_of(posted.temporal_q or PostedSpan(), is_required=True)
    question = posted_question(posted, settings, local)
    how = _presented(query, posted, question, settings)
    return await _answer_over_time(request, hub, query, question, (how, span))


@router.get(f"{ROOT}/temporal/entities/{{entity}}")
async def show_over_time(request: Request, hub: HubHere, entity: EntityId, query: TemporalQuery) -> Response:
    entities = _entities(request)
    check_uri(entity)
    span = span_of(query, is_required=False)
    how = presentation_of(query, entities.settings, partial(local_name, context=_context(request)))
    found = await entities.one(hub, entity)
    rows, is_cut = await entities.over_time(hub, [found], how.attributes, span)
    headers = {"Content-Range": content_range(rows, span)} if is_cut else {}
    content = temporal_json(found, how, rows)
    return _answer(request, hub, content, headers, status=PARTIAL if is_cut else 200)


@router.get(f"{ROOT}/types")
async def list_types(request: Request, hub: HubHere, query: DetailsQuery) -> Response:
    kinds, at = await _entities(request).kinds(hub), _context(request)
    if query.details:
        content: Any = [
            {"id": type_iri(name, at), "type": "EntityType", "typeName": name, "attributeNames": list(codes)}
            for name, codes in kinds.codes.items()
        ]
    else:
        content = {
            "id": "urn:ngsi-ld:EntityTypeList:falaj",
            "type": "EntityTypeList",
            "typeList": list(kinds.codes),
        }
    return _answer(request, hub, content)


@router.get(f"{ROOT}/types/{{name:path}}")
async def show_type(request: Request, hub: HubHere, name: EntityId, _: DetailsQuery) -> Response:
    entities, at = _entities(request), _context(request)
    kinds, wanted = await entities.kinds(hub), local_name(name, at)
    if wanted not in kinds.codes:
        raise UnknownName("entity_type", wanted, kinds.codes)
    page = await entities.page(hub, Question(types=(wanted,)), Wanted(0, is_counted=True))
    details = [
        {
            "id": attribute_iri(code, at),
            "type": "Attribute",
            "attributeName": code,
            "attributeTypes": [_kind_of(code)],
        }
        for code in kinds.codes[wanted]
    ]
    content = {
        "id": type_iri(wanted, at),
        "type": "EntityTypeInfo",
        "typeName": wanted,
        "entityCount": page.count,
        "attributeDetails": details,
    }
    return _answer(request, hub, content)


@router.get(f"{ROOT}/attributes")
async def list_attributes(request: Request, hub: HubHere, query: DetailsQuery) -> Response:
    kinds, at = await _entities(request).kinds(hub), _context(request)
    names = sorted({code for some in kinds.codes.values() for code in some})
    if query.details:
        content: Any = [_attribute(name, at, kinds.codes) for name in names]
    else:
        content = {"id": "urn:ngsi-ld:AttributeList:falaj", "type": "AttributeList", "attributeList": names}
    return _answer(request, hub, content)


@router.get(f"{ROOT}/attributes/{{name:path}}")
async def show_attribute(request: Request, hub: HubHere, name: EntityId, _: DetailsQuery) -> Response:
    kinds, at = await _entities(request).kinds(hub), _context(request)
    wanted = local_name(name, at)
    known = {code for some in kinds.codes.values() for code in some}
    if wanted not in known:
        raise UnknownName("observed_property", wanted, known)
    return _answer(request, hub, _attribute(wanted, at, kinds.codes) | {"attributeTypes": [_kind_of(wanted)]})


def _attribute(name: str, at: str, codes: Mapping[str, Any]) -> dict[str, Any]:
    types = [kind for kind, some in codes.items() if name in some]
    return {"id": attribute_iri(name, at), "type": "Attribute", "attributeName": name, "typeNames": types}


def _kind_of(code: str) -> str:
    return "GeoProperty" if code == "location" else "Property"


async def _answer_page(
    request: Request,
    hub: Hub,
    query: SelectionParameters | QueryParameters,
    question: Question,
    how: Presentation,
) -> Response:
    entities = _entities(request)
    _check_broad(question, query)
    limit = _limit(query.limit, entities.settings.entities_default, entities.settings.entities_max)
    page = await entities.page(hub, question, Wanted(limit, query.offset, _is_counted(query)))
    headers = _paging(request, query, limit, page.count, has_more=page.has_more)
    if not page.entities and limit and not query.offset and await entities.is_swapped(hub, question):
        # In the language of the standard's own warnings: header fields have no Arabic letters.
        headers[WARNING_FIELD] = f'199 - "{TEXTS.text("fault.ngsi_ld_swapped", "en")}"'
    if _media_type(request) == GEO_JSON:
        return _answer(request, hub, collection(page.entities, how), headers)
    return _answer(request, hub, [entity_json(entity, how) for entity in page.entities], headers)


async def _answer_over_time(
    request: Request,
    hub: Hub,
    query: SelectionParameters | QueryParameters,
    question: Question,
    shown: tuple[Presentation, Span],
) -> Response:
    entities, (how, span) = _entities(request), shown
    settings = entities.settings
    _check_broad(question, query)
    limit = _limit(query.limit, settings.temporal_entities_default, settings.temporal_entities_max)
    page = await entities.page(
        hub, question, Wanted(limit, query.offset, _is_counted(query), is_temporal=True)
    )
    rows, is_cut = await entities.over_time(hub, page.entities, question.attributes, span)
    # One of which nothing was observed in that time is no answer (5.7.4.4).
    content = [
        temporal_json(entity, how, rows)
        for entity in page.entities
        if any(rows.get(one["datastream"]) for one in entity.series)
    ]
    headers = _paging(request, query, limit, page.count, has_more=page.has_more)
    if is_cut:
        headers["Content-Range"] = content_range(rows, span)
    return _answer(request, hub, content, headers, status=PARTIAL if is_cut else 200)


async def _posted(request: Request, bytes_max: int) -> PostedSelection:
    try:
        return PostedSelection.model_validate_json(await _body(request, bytes_max))
    except ValidationError:
        raise invalid("body", "ngsi_ld_body", maximum=bytes_max) from None


def _presented(
    query: QueryParameters, posted: PostedSelection, question: Question, settings: NgsiLdSettings
) -> Presentation:
    form, options = form_of(query.options, query.format, settings)
    return Presentation(
        form=form,
        has_system_attributes="sysAttrs" in options,
        attributes=question.attributes,
        language=language_of_names(posted.lang or query.lang),
    )


def _check_broad(question: Question, query: SelectionParameters | QueryParameters) -> None:
    if question.is_everything and not query.local:
        raise invalid("type", "ngsi_ld_broad")


def _is_counted(query: SelectionParameters | QueryParameters) -> bool:
    return query.count or "count" in (query.options or "").split(",")


def _limit(limit: int | None, default: int, maximum: int) -> int:
    if limit is not None and limit > maximum:
        raise invalid("limit", "ngsi_ld_maximum", maximum=maximum)
    return default if limit is None else limit


def _paging(
    request: Request,
    query: SelectionParameters | QueryParameters,
    limit: int,
    count: int | None,
    *,
    has_more: bool,
) -> dict[str, str]:
    headers = {} if count is None else {COUNT_FIELD: str(count)}
    offsets = {"next": query.offset + limit} if has_more else {}
    if query.offset and limit:
        offsets["prev"] = max(0, query.offset - limit)
    links = []
    for relation, offset in offsets.items():
        url = request.url.include_query_params(limit=limit, offset=offset)
        links.append(f'<{url.path}?{url.query}>; rel="{relation}"; type="{_media_type(request) or LD_JSON}"')
    return headers | ({"Link": ", ".join(links)} if links else {})


def _entities(request: Request) -> Entities:
    found: Entities = request.app.state.ngsi_ld
    return found


def _context(request: Request) -> str:
    return f"{base_url(request)}{CONTEXT}"


def _media_type(request: Request) -> str | None:
    return media_type_of(request.headers.get("accept", "*/*"))


def _answer(
    request: Request, hub: Hub, content: Any, headers: Mapping[str, str] | None = None, *, status: int = 200
) -> Response:
    """In the form that ``Accept`` asks for: with the context in the body, or named in ``Link``."""
    media_type = _media_type(request)
    if media_type is None:
        language = language_of(request)
        return shape(
            request, Finding(NOT_ACCEPTABLE, "", TEXTS.text("fault.ngsi_ld_accept", language)), language
        )
    known = dict(headers or {})
    if media_type in {LD_JSON, GEO_JSON}:
        content = _with_context(content, [_context(request), CORE_CONTEXT])
    else:
        link = f'<{_context(request)}>; rel="{CONTEXT_RELATION}"; type="{LD_JSON}"'
        known["Link"] = ", ".join([link, *([known["Link"]] if "Link" in known else [])])
    body = orjson.dumps(content, option=JSON_OPTIONS)
    known |= {
        "ETag": weak_etag(body.decode(), media_type, known),
        "Cache-Control": cache_for(hub.settings.live_cache_seconds),
        "Vary": "Accept",
    }
    if status == 200 and request.method == "GET" and is_known(request, known["ETag"]):
        return not_modified(known)
    return Response(body, status, media_type=media_type, headers=known)


def _with_context(content: Any, contexts: list[str]) -> Any:
    if isinstance(content, list):
        return [{**each, "@context": contexts} for each in content]
    return {**content, "@context": contexts}


async def _body(request: Request, bytes_max: int) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > bytes_max:
            raise invalid("body", "ngsi_ld_body", maximum=bytes_max)
    return bytes(body)
