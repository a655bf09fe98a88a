"""``/v1/innovation``: hackathons, challenges, organisations, dates, ambassadors and their reach, submissions, results and awards, as far as everybody may know them."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from hub_api.programme.open_data.calendar import MEDIA_TYPE
from hub_api.programme.open_data.contest import AWARDS, RESULTS, SUBMISSIONS
from hub_api.programme.open_data.outreach import AMBASSADORS, REACH
from hub_api.programme.open_data.repository import deadlines_of, ordered, rows_of
from hub_api.programme.open_data.rules import (
    CHALLENGES,
    DEADLINE_DATES,
    HACKATHONS,
    ORGANISATIONS,
    challenge_element,
    hackathon_element,
)
from hub_api.programme.open_data.schemas import (
    AmbassadorList,
    AmbassadorsQuery,
    AwardList,
    AwardsQuery,
    CalendarQuery,
    ChallengeList,
    ChallengePath,
    ChallengesQuery,
    DeadlineList,
    DeadlinesQuery,
    HackathonList,
    HackathonPath,
    HackathonsQuery,
    OneChallenge,
    OneHackathon,
    OrganisationList,
    OrganisationsQuery,
    ReachList,
    ReachQuery,
    ResultList,
    ResultsQuery,
    SubmissionList,
    SubmissionsQuery,
)
from hub_api.programme.open_data.service import (
    answer_calendar,
    answer_one,
    check_challenge,
    check_organisation,
    find_one,
    identifier_of,
    listed,
)
from hub_api.serving.errors import UnknownName
from hub_api.serving.formats import PLAIN_FORMATS, documented
from hub_api.serving.hub import HubHere
from hub_api.serving.lists.answer import answer_list
from hub_api.serving.names.service import check_name
from hub_api.serving.parameters import NoParameters

router = APIRouter(prefix="/v1/innovation")
FORMATS = documented(PLAIN_FORMATS)


class CalendarFile(Response):
    """For the documentation."""

    media_type = MEDIA_TYPE


@router.get("/hackathons", operation_id="hackathons", response_model=HackathonList, responses=FORMATS)
@router.get("/hackathons.{extension}", include_in_schema=False)
async def list_hackathons(request: Request, hub: HubHere, query: HackathonsQuery) -> Response:
    fetch = rows_of("hackathons", query.model_dump(include={"state", "mode"}))
    return await answer_list(request, hub, query, listed(request, hub, HACKATHONS, fetch, {}))


@router.get("/hackathons/{hackathon}", operation_id="hackathon", response_model=OneHackathon)
async def show_hackathon(
    request: Request, hub: HubHere, hackathon: HackathonPath, _: NoParameters
) -> Response:
    row = await find_one(hub, rows_of("hackathons", {"hackathon": hackathon}))
    if row is None:
        await check_name(hub, "hackathon", hackathon)
        raise UnknownName("hackathon", hackathon)
    return answer_one(request, hub, row, hackathon_element(row))


@router.get("/challenges", operation_id="challenges", response_model=ChallengeList, responses=FORMATS)
@router.get("/challenges.{extension}", include_in_schema=False)
async def list_challenges(request: Request, hub: HubHere, query: ChallengesQuery) -> Response:
    named = query.model_dump(include={"hackathon", "dataset", "thing"})
    organisation = await check_organisation(hub, query.organisation)
    fetch = rows_of("challenges", named | {"organisation": organisation})
    return await answer_list(request, hub, query, listed(request, hub, CHALLENGES, fetch, named))


@router.get("/challenges/{challenge}", operation_id="challenge", response_model=OneChallenge)
async def show_challenge(
    request: Request, hub: HubHere, challenge: ChallengePath, _: NoParameters
) -> Response:
    row = await find_one(hub, rows_of("challenges", {"challenge": identifier_of("challenge", challenge)}))
    if row is None:
        raise UnknownName("challenge", challenge)
    return answer_one(request, hub, row, challenge_element(row))


@router.get(
    "/organisations", operation_id="organisations", response_model=OrganisationList, responses=FORMATS
)
@router.get("/organisations.{extension}", include_in_schema=False)
async def list_organisations(request: Request, hub: HubHere, query: OrganisationsQuery) -> Response:
    fetch = rows_of("organisations", query.model_dump(include={"kind"}))
    return await answer_list(request, hub, query, listed(request, hub, ORGANISATIONS, fetch, {}))


@router.get(
    "/deadlines.ics",
    operation_id="calendar",
    response_class=CalendarFile,
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}},
)
async def send_calendar(request: Request, hub: HubHere, query: CalendarQuery) -> Response:
    return await answer_calendar(request, hub, query.model_dump(include={"hackathon", "call", "need"}))


@router.get("/deadlines", operation_id="deadlines", response_model=DeadlineList, responses=FORMATS)
@router.get("/deadlines.{extension}", include_in_schema=False)
async def list_deadlines(request: Request, hub: HubHere, query: DeadlinesQuery) -> Response:
    named = query.model_dump(include={"hackathon", "call", "need"})
    fetch = deadlines_of({**named, "start": query.start, "end": query.end})
    return await answer_list(request, hub, query, listed(request, hub, DEADLINE_DATES, fetch, named))


@router.get("/ambassadors", operation_id="ambassadors", response_model=AmbassadorList, responses=FORMATS)
@router.get("/ambassadors.{extension}", include_in_schema=False)
async def list_ambassadors(request: Request, hub: HubHere, query: AmbassadorsQuery) -> Response:
    fetch = rows_of("ambassadors", query.model_dump(include={"governorate"}))
    return await answer_list(request, hub, query, listed(request, hub, AMBASSADORS, fetch, {}))


@router.get("/reach", operation_id="reach", response_model=ReachList, responses=FORMATS)
@router.get("/reach.{extension}", include_in_schema=False)
async def list_reach(request: Request, hub: HubHere, query: ReachQuery) -> Response:
    fetch = ordered("reach", query.model_dump(include={"governorate", "topic", "audience"}))
    return await answer_list(request, hub, query, listed(request, hub, REACH, fetch, {}))


@router.get("/submissions", operation_id="submissions", response_model=SubmissionList, responses=FORMATS)
@router.get("/submissions.{extension}", include_in_schema=False)
async def list_submissions(request: Request, hub: HubHere, query: SubmissionsQuery) -> Response:
    filters = query.model_dump(include={"hackathon", "state"})
    fetch = rows_of("submissions", filters | {"challenge": await check_challenge(hub, query.challenge)})
    return await answer_list(
        request, hub, query, listed(request, hub, SUBMISSIONS, fetch, {"hackathon": query.hackathon})
    )


@router.get("/results", operation_id="results", response_model=ResultList, responses=FORMATS)
@router.get("/results.{extension}", include_in_schema=False)
async def list_results(request: Request, hub: HubHere, query: ResultsQuery) -> Response:
    filters = query.model_dump(include={"hackathon", "status"})
    fetch = ordered("results", filters | {"challenge": await check_challenge(hub, query.challenge)})
    return await answer_list(
        request, hub, query, listed(request, hub, RESULTS, fetch, {"hackathon": query.hackathon})
    )


@router.get("/awards", operation_id="awards", response_model=AwardList, responses=FORMATS)
@router.get("/awards.{extension}", include_in_schema=False)
async def list_awards(request: Request, hub: HubHere, query: AwardsQuery) -> Response:
    filters = query.model_dump(include={"hackathon", "award"})
    fetch = ordered("awards", filters | {"challenge": await check_challenge(hub, query.challenge)})
    return await answer_list(
        request, hub, query, listed(request, hub, AWARDS, fetch, {"hackathon": query.hackathon})
    )
