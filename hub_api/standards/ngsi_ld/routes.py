"""``/ngsi-ld/v1/…``: entities, their types and attributes, and entities over time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Request, Response
from pydantic import ValidationError

from hub_api.serving.answers import cache_for
from hub_api.serving.errors import UnknownName, invalid
from hub_api.serving.hub import Hub, HubHere
from hub_api.serving.parameters import NoParameters
from hub_api.serving.slow import slow
from hub_api.serving.texts import TEXTS
from hub_api.serving.validators import is_known, not_modified, weak_etag
from hub_api.standards.ngsi_ld.aggregates import aggregated_json
from hub_api.standards.ngsi_ld.aggregation import aggregate
from hub_api.standards.ngsi_ld.answers import (
    CONTEXT,
    answer,
    context_of,
    entities_of,
    media_type_of_answer,
    paging,
    read_body,
)
from hub_api.standards.ngsi_ld.entities import (
    OWN_ATTRIBUTES,
    collection,
    entity_json,
    feature,
    projected,
    temporal_json,
    value_of,
)
from hub_api.standards.ngsi_ld.model import Aggregation, Entity, Presentation, Question, Span
from hub_api.standards.ngsi_ld.parsing import names_of
from hub_api.standards.ngsi_ld.rules import (
    GEO_JSON,
    LD_JSON,
    Local,
    aggregation_of,
    check_uri,
    datasets_of,
    form_of,
    language_of_names,
    posted_question,
    presentation_of,
    projection_of,
    question_of,
    span_of,
)
from hub_api.standards.ngsi_ld.schemas import (
    DetailsQuery,
    EntitiesQuery,
    EntityParameters,
    EntityQuery,
    PostedQuery,
    PostedSelection,
    PostedSpan,
    PresentationParameters,
    QueryParameters,
    SelectionParameters,
    TemporalEntitiesQuery,
    TemporalQuery,
)
from hub_api.standards.ngsi_ld.service import Wanted, content_range
from hub_api.standards.ngsi_ld.settings import NgsiLdSettings
from hub_api.standards.ngsi_ld.vocabulary import (
    attribute_iri,
    context_document,
    local_name,
    type_iri,
)

router = APIRouter(include_in_schema=False)
ROOT = "/ngsi-ld/v1"
WARNING_FIELD = "NGSILD-Warning"
PARTIAL = 206

EntityId = Annotated[str, Path(max_length=500)]


@router.get(CONTEXT)
async def context(request: Request, hub: HubHere, _: NoParameters) -> Response:
    kinds = await entities_of(request).kinds(hub)
    codes = {code for some in kinds.codes.values() for code in some}
    body = orjson.dumps(context_document(context_of(request), set(kinds.types.values()), codes))
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
@slow
async def list_entities(request: Request, hub: HubHere, query: EntitiesQuery) -> Response:
    settings, local = entities_of(request).settings, partial(local_name, context=context_of(request))
    question = question_of(query, settings, local)
    how = presentation_of(query, settings, local)
    _check_geometry(request, query)
    return await _answer_page(request, hub, query, question, how)


@router.post(f"{ROOT}/entityOperations/query")
@slow
async def query_entities(request: Request, hub: HubHere, query: PostedQuery) -> Response:
    settings, local = entities_of(request).settings, partial(local_name, context=context_of(request))
    posted = await _posted(request, settings.body_bytes_max)
    if posted.temporal_q is not None:
        raise invalid("temporalQ", "unknown_parameter")
    question = posted_question(posted, settings, local)
    how = _presented(query, posted, question, (settings, local))
    return await _answer_page(request, hub, query, question, how)


@router.get(f"{ROOT}/entities/{{entity}}")
async def show_entity(request: Request, hub: HubHere, entity: EntityId, query: EntityQuery) -> Response:
    entities = entities_of(request)
    check_uri(entity)
    how = presentation_of(query, entities.settings, partial(local_name, context=context_of(request)))
    _check_geometry(request, query)
    found = await _found(request, hub, entity, query)
    _check_there(found, how)
    content = feature(found, how) if media_type_of_answer(request) == GEO_JSON else entity_json(found, how)
    return answer(request, hub, content)


@router.get(f"{ROOT}/temporal/entities")
@slow
async def list_over_time(request: Request, hub: HubHere, query: TemporalEntitiesQuery) -> Response:
    entities = entities_of(request)
    settings, local = entities.settings, partial(local_name, context=context_of(request))
    span = span_of(query, is_required=True)
    question = question_of(query, settings, local)
    how = presentation_of(query, settings, local, is_temporal=True)
    return await _answer_over_time(
        request, hub, query, question, (how, span, aggregation_of(query, how.form))
    )


@router.post(f"{ROOT}/temporal/entityOperations/query")
@slow
async def query_over_time(request: Request, hub: HubHere, query: PostedQuery) -> Response:
    settings, local = entities_of(request).settings, partial(local_name, context=context_of(request))
    posted = await _posted(request, settings.body_bytes_max)
    over = posted.temporal_q or PostedSpan()
    span = span_of(over, is_required=True)
    question = posted_question(posted, settings, local)
    how = _presented(query, posted, question, (settings, local), is_temporal=True)
    return await _answer_over_time(request, hub, query, question, (how, span, aggregation_of(over, how.form)))


@router.get(f"{ROOT}/temporal/entities/{{entity}}")
@slow
async def show_over_time(request: Request, hub: HubHere, entity: EntityId, query: TemporalQuery) -> Response:
    entities = entities_of(request)
    check_uri(entity)
    span = span_of(query, is_required=False)
    local = partial(local_name, context=context_of(request))
    how = presentation_of(query, entities.settings, local, is_temporal=True)
    aggregation = aggregation_of(query, how.form)
    found = await _found(request, hub, entity, query)
    _check_there(found, how, is_temporal=True)
    if aggregation is not None:
        asked = aggregation, span
        told = await aggregate(hub, entities.settings, [found], how.attributes, asked)
        bare = projected({"id": found.id, "type": found.type}, how)
        return answer(request, hub, aggregated_json(found, how, told) or bare)
    rows, is_cut = await entities.over_time(hub, [found], how.attributes, span)
    headers = {"Content-Range": content_range(rows, span)} if is_cut else {}
    content = temporal_json(found, how, rows)
    return answer(request, hub, content, headers, status=PARTIAL if is_cut else 200)


@router.get(f"{ROOT}/types")
async def list_types(request: Request, hub: HubHere, query: DetailsQuery) -> Response:
    kinds, at = await entities_of(request).kinds(hub), context_of(request)
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
    return answer(request, hub, content)


@router.get(f"{ROOT}/types/{{name:path}}")
async def show_type(request: Request, hub: HubHere, name: EntityId, _: DetailsQuery) -> Response:
    entities, at = entities_of(request), context_of(request)
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
    return answer(request, hub, content)


@router.get(f"{ROOT}/attributes")
async def list_attributes(request: Request, hub: HubHere, query: DetailsQuery) -> Response:
    kinds, at = await entities_of(request).kinds(hub), context_of(request)
    names = sorted({code for some in kinds.codes.values() for code in some})
    if query.details:
        content: Any = [_attribute(name, at, kinds.codes) for name in names]
    else:
        content = {"id": "urn:ngsi-ld:AttributeList:falaj", "type": "AttributeList", "attributeList": names}
    return answer(request, hub, content)


@router.get(f"{ROOT}/attributes/{{name:path}}")
async def show_attribute(request: Request, hub: HubHere, name: EntityId, _: DetailsQuery) -> Response:
    kinds, at = await entities_of(request).kinds(hub), context_of(request)
    wanted = local_name(name, at)
    known = {code for some in kinds.codes.values() for code in some}
    if wanted not in known:
        raise UnknownName("observed_property", wanted, known)
    page = await entities_of(request).page(hub, Question(attributes=(wanted,)), Wanted(0, is_counted=True))
    content = _attribute(wanted, at, kinds.codes)
    content |= {"attributeCount": page.count, "attributeTypes": [_kind_of(wanted)]}
    return answer(request, hub, content)


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
    entities = entities_of(request)
    _check_broad(question, query)
    limit = _limit(query.limit, entities.settings.entities_default, entities.settings.entities_max)
    page = await entities.page(hub, question, Wanted(limit, query.offset, _is_counted(query)))
    headers = paging(request, query, limit, page.count, has_more=page.has_more)
    if not page.entities and limit and not query.offset and await entities.is_swapped(hub, question):
        # In the language of the standard's own warnings: header fields have no Arabic letters.
        headers[WARNING_FIELD] = f'199 - "{TEXTS.text("fault.ngsi_ld_swapped", "en")}"'
    if media_type_of_answer(request) == GEO_JSON:
        return answer(request, hub, collection(page.entities, how), headers)
    return answer(request, hub, [entity_json(entity, how) for entity in page.entities], headers)


async def _answer_over_time(
    request: Request,
    hub: Hub,
    query: SelectionParameters | QueryParameters,
    question: Question,
    shown: tuple[Presentation, Span, Aggregation | None],
) -> Response:
    entities, (how, span, aggregation) = entities_of(request), shown
    settings = entities.settings
    _check_broad(question, query)
    limit = _limit(query.limit, settings.temporal_entities_default, settings.temporal_entities_max)
    page = await entities.page(hub, question, Wanted(limit, query.offset, _is_counted(query), span))
    if aggregation is not None:
        asked = aggregation, span
        told = await aggregate(hub, settings, page.entities, question.attributes, asked)
        written = [
            known for entity in page.entities if (known := aggregated_json(entity, how, told)) is not None
        ]
        return answer(
            request, hub, written, paging(request, query, limit, page.count, has_more=page.has_more)
        )
    rows, is_cut = await entities.over_time(hub, page.entities, question.attributes, span)
    # One of which nothing was observed in that time is no answer (5.7.4.4).
    content = [
        temporal_json(entity, how, rows)
        for entity in page.entities
        if any(rows.get(one["datastream"]) for one in entity.series)
    ]
    headers = paging(request, query, limit, page.count, has_more=page.has_more)
    if is_cut:
        headers["Content-Range"] = content_range(rows, span)
    return answer(request, hub, content, headers, status=PARTIAL if is_cut else 200)


async def _posted(request: Request, bytes_max: int) -> PostedSelection:
    try:
        return PostedSelection.model_validate_json(await read_body(request, bytes_max))
    except ValidationError:
        raise invalid("body", "ngsi_ld_body", maximum=bytes_max) from None


def _presented(
    query: QueryParameters,
    posted: PostedSelection,
    question: Question,
    known: tuple[NgsiLdSettings, Local],
    *,
    is_temporal: bool = False,
) -> Presentation:
    settings, local = known
    form, options = form_of(query.options, query.format, settings, is_temporal=is_temporal)
    pick, omit = projection_of(
        None if posted.pick is None else ",".join(posted.pick),
        None if posted.omit is None else ",".join(posted.omit),
        settings,
        local,
        has_attributes=bool(question.attributes),
    )
    return Presentation(
        form=form,
        has_system_attributes="sysAttrs" in options,
        attributes=question.attributes,
        language=language_of_names(posted.lang or query.lang),
        pick=pick,
        omit=omit,
        datasets=datasets_of(None if posted.dataset_id is None else ",".join(posted.dataset_id), settings),
    )


async def _found(request: Request, hub: Hub, entity: str, query: EntityParameters) -> Entity:
    """The entity of an id, and of one of the types if such are named; ``UnknownName`` for any other."""
    entities = entities_of(request)
    found = await entities.one(hub, entity)
    types = names_of("type", query.type, entities.settings)
    if types and found.type not in {local_name(name, context_of(request)) for name in types}:
        raise UnknownName("entity", entity, ())
    return found


def _check_geometry(request: Request, query: PresentationParameters) -> None:
    """``geometryProperty`` is for features (5.7.1.4)."""
    if query.geometry_property is not None and media_type_of_answer(request) != GEO_JSON:
        raise invalid("geometryProperty", "ngsi_ld_geometry")


def _check_there(entity: Entity, how: Presentation, *, is_temporal: bool = False) -> None:
    """An entity of which nothing is left by the attributes that were asked for is none (5.7.1.4, 5.7.3.4)."""
    seen = [one for one in entity.series if is_temporal or value_of(one) is not None]
    known = {*OWN_ATTRIBUTES, *(one["observed_property"] for one in seen)}
    if how.attributes and not known.intersection(how.attributes):
        raise UnknownName("observed_property", how.attributes[0], known)


def _check_broad(question: Question, query: SelectionParameters | QueryParameters) -> None:
    if question.is_everything and not query.local:
        raise invalid("type", "ngsi_ld_broad")


def _is_counted(query: SelectionParameters | QueryParameters) -> bool:
    return query.count or "count" in (query.options or "").split(",")


def _limit(limit: int | None, default: int, maximum: int) -> int:
    if limit is not None and limit > maximum:
        raise invalid("limit", "ngsi_ld_maximum", maximum=maximum)
    return default if limit is None else limit
