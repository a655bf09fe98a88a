"""``/v1/forecasts``: forecasts with their bands, models and skill, what came true, what they say of limits and together."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response

from hub_api.city.datastreams.repository import fetch_newest
from hub_api.city.datastreams.service import select_datastream
from hub_api.city.forecasts.repository import (
    EXCEEDANCE,
    FORECASTS,
    HOURS,
    QUERIES,
    Issue,
    exceedance_of,
    forecasts_of,
)
from hub_api.city.forecasts.scenario import SCENARIO, Asked, scenario_of
from hub_api.city.forecasts.schemas import (
    ExceedanceList,
    ExceedanceQuery,
    ForecastList,
    ForecastsQuery,
    ScenarioList,
    ScenarioQuery,
    SkillList,
    SkillQuery,
)
from hub_api.city.forecasts.skill import SKILL, skill_of
from hub_api.city.limits.repository import fetch_tables
from hub_api.city.sources.repository import sources_of
from hub_api.serving.errors import UnknownName
from hub_api.serving.formats import PLAIN_FORMATS, documented
from hub_api.serving.hub import HubHere
from hub_api.serving.lists.answer import Listed, answer_list

router = APIRouter()


@router.get(
    "/v1/forecasts",
    operation_id="forecasts",
    response_model=ForecastList,
    response_model_exclude_unset=True,
    responses=documented(PLAIN_FORMATS),
)
@router.get("/v1/forecasts.{extension}", include_in_schema=False)
async def list_forecasts(request: Request, hub: HubHere, query: ForecastsQuery) -> Response:
    query.check_selection(is_required=False)
    one: int | None = None
    if query.datastream is not None or query.thing is not None:
        one = (await select_datastream(hub, query))["datastream"]
    elif query.issue is not None:
        found = await hub.database.fetch(QUERIES["datastream_of"], {"issue": query.issue})
        if not found:
            raise UnknownName("forecast", query.issue)
        one = found[0][0]
    newest = hub.newest_phenomenon_time if one is None else partial(fetch_newest, hub.database, one)
    listed = Listed(
        listing=FORECASTS if one is None else HOURS,
        fetch=forecasts_of(one, Issue(query.issue, query.issued_by)),
        filters={},
        offered=PLAIN_FORMATS,
        newest=newest,
        cache_seconds=hub.settings.live_cache_seconds,
        sources=sources_of(hub.database),
    )
    return await answer_list(request, hub, query, listed)


@router.get(
    "/v1/forecasts/exceedance",
    operation_id="forecast_exceedance",
    response_model=ExceedanceList,
    responses=documented(PLAIN_FORMATS),
)
@router.get("/v1/forecasts/exceedance.{extension}", include_in_schema=False)
async def list_exceedance(request: Request, hub: HubHere, query: ExceedanceQuery) -> Response:
    query.check_selection(is_required=True)
    tables = await fetch_tables(hub.database)
    if query.limits not in tables:
        raise UnknownName("table", query.limits, tables)
    one: int = (await select_datastream(hub, query))["datastream"]
    listed = Listed(
        listing=EXCEEDANCE,
        fetch=exceedance_of(one, tables[query.limits], query.at),
        filters={},
        offered=PLAIN_FORMATS,
        newest=partial(fetch_newest, hub.database, one),
        cache_seconds=hub.settings.live_cache_seconds,
        version=QUERIES["version"],
        sources=sources_of(hub.database),
    )
    return await answer_list(request, hub, query, listed)


@router.get(
    "/v1/forecasts/skill",
    operation_id="forecast_skill",
    response_model=SkillList,
    responses=documented(PLAIN_FORMATS),
)
@router.get("/v1/forecasts/skill.{extension}", include_in_schema=False)
async def list_skill(request: Request, hub: HubHere, query: SkillQuery) -> Response:
    query.check_selection(is_required=False)
    one: int | None = None
    if query.is_one:
        one = (await select_datastream(hub, query))["datastream"]
    listed = Listed(
        listing=SKILL,
        fetch=skill_of(one, query.since),
        filters={},
        offered=PLAIN_FORMATS,
        newest=hub.newest_phenomenon_time if one is None else partial(fetch_newest, hub.database, one),
        cache_seconds=hub.settings.live_cache_seconds,
        version=QUERIES["skill_version"],
        sources=sources_of(hub.database),
    )
    return await answer_list(request, hub, query, listed)


@router.get(
    "/v1/forecasts/scenario",
    operation_id="forecast_scenario",
    response_model=ScenarioList,
    responses=documented(PLAIN_FORMATS),
)
@router.get("/v1/forecasts/scenario.{extension}", include_in_schema=False)
async def list_scenario(request: Request, hub: HubHere, query: ScenarioQuery) -> Response:
    asked = Asked(
        place=query.place,
        observed_property=query.observed_property,
        source=query.source,
        combine=query.combine,
        above=query.above,
        series_max=request.app.state.forecasts.scenario_series_max,
    )
    listed = Listed(
        listing=SCENARIO,
        fetch=scenario_of(asked),
        filters={"place": query.place, "observed_property": query.observed_property, "source": query.source},
        offered=PLAIN_FORMATS,
        newest=hub.newest_phenomenon_time,
        cache_seconds=hub.settings.live_cache_seconds,
        version=QUERIES["version"],
        sources=sources_of(hub.database),
    )
    return await answer_list(request, hub, query, listed)
