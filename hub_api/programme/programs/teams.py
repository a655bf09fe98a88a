"""``/v1/innovation/me/teams`` and what a team hands in."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.access_tokens.model import TokenScope
from casework.forms.model import FormField
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from hackathon.contest.submissions import writing
from hackathon.contest.submissions.model import Content, Submission, Version
from hackathon.contest.submissions.rules import is_own
from hackathon.contest.submissions.service import find_own_submission, get_submission, list_versions
from hackathon.contest.teams.members import list_memberships
from hackathon.contest.teams.model import Member, Team
from hackathon.contest.teams.service import get_team
from hub_api.programme.programs.access import Party, allowed
from hub_api.programme.programs.document import changes, reads, sends
from hub_api.programme.programs.elements import own_submission_element, team_element, version_element
from hub_api.programme.programs.schemas import (
    ContentSent,
    MySubmissionElement,
    MyTeamElement,
    OneTeamElement,
    VersionElement,
)
from hub_api.serving.parameters import NoParameters

router = APIRouter(prefix="/v1/innovation/me", include_in_schema=False)
Reader = Annotated[Party, allowed(TokenScope.TEAMS_READ, TokenScope.SUBMISSIONS_WRITE)]
Writer = Annotated[Party, allowed(TokenScope.SUBMISSIONS_WRITE)]


@router.get("/teams", operation_id="my_teams", openapi_extra=reads(MyTeamElement, is_list=True))
async def show_teams(party: Reader, _: NoParameters) -> Response:
    def work(session: Session) -> list[tuple[Member, Team]]:
        return [(one, get_team(session, one.team_id)) for one in _own(session)]

    found = await party.look(work)
    return party.answer_list([team_element(team) | _role(member) for member, team in found])


@router.get("/teams/{team}", operation_id="my_team", openapi_extra=reads(OneTeamElement))
async def show_team(party: Reader, team: UUID, _: NoParameters) -> Response:
    def work(session: Session) -> tuple[Member, Team, Submission | None]:
        member = next((one for one in _own(session) if one.team_id == team), None)
        if member is None:
            raise NoSuchObject
        return member, get_team(session, team), find_own_submission(session, team)

    member, known, submission = await party.look(work)
    own = None if submission is None else str(submission.submission_id)
    return party.answer(team_element(known) | _role(member) | {"submission": own}, known.version)


@router.post(
    "/teams/{team}/submission", operation_id="begin_submission", openapi_extra=reads(MySubmissionElement)
)
async def begin_submission(party: Writer, team: UUID, _: NoParameters) -> Response:
    begun = await party.act(lambda session: writing.begin(session, team))
    return await _shown(party, begun.submission_id)


@router.get(
    "/submissions/{submission}", operation_id="my_submission", openapi_extra=reads(MySubmissionElement)
)
async def show_submission(party: Reader, submission: UUID, _: NoParameters) -> Response:
    return await _shown(party, submission)


@router.put(
    "/submissions/{submission}",
    operation_id="write_submission",
    openapi_extra=changes(MySubmissionElement) | sends(ContentSent),
)
async def write_submission(party: Writer, submission: UUID, _: NoParameters) -> Response:
    seen, sent = party.seen_version(), await party.body(ContentSent)
    content = Content(sent.title, sent.summary, sent.answers)
    await party.act(lambda session: writing.write(session, submission, content, seen))
    return await _shown(party, submission)


@router.post(
    "/submissions/{submission}/reopen",
    operation_id="reopen_submission",
    openapi_extra=changes(MySubmissionElement),
)
async def reopen_submission(party: Writer, submission: UUID, _: NoParameters) -> Response:
    seen = party.seen_version()
    await party.act(lambda session: writing.move(session, submission, "reopen", seen))
    return await _shown(party, submission)


@router.get(
    "/submissions/{submission}/versions",
    operation_id="my_versions",
    openapi_extra=reads(VersionElement, is_list=True),
)
async def show_versions(party: Reader, submission: UUID, _: NoParameters) -> Response:
    def work(session: Session) -> list[Version]:
        _own_submission(session, submission)
        return list_versions(session, submission)

    return party.answer_list([version_element(one) for one in await party.look(work)])


@router.post(
    "/submissions/{submission}/versions",
    operation_id="hand_in_submission",
    openapi_extra=changes(VersionElement),
)
async def hand_in(party: Writer, submission: UUID, _: NoParameters) -> Response:
    """The draft as it is; its ETag is that of the submission afterwards."""
    seen = party.seen_version()

    def work(session: Session) -> tuple[Version, Submission]:
        handed_in = writing.submit(session, submission, seen)
        return handed_in, get_submission(session, submission)

    handed_in, known = await party.act(work)
    return party.answer(version_element(handed_in), known.version)


def _own(session: Session) -> list[Member]:
    return [one for one in list_memberships(session) if one.state == "member"]


def _role(member: Member) -> dict[str, str]:
    return {"role": "captain" if member.is_captain else "member"}


def _own_submission(session: Session, submission_id: UUID) -> Submission:
    """What everybody may see stands in the open data; here is one's own alone."""
    known = get_submission(session, submission_id)
    if not is_own(session.actor, known):
        raise NoSuchObject
    return known


async def _shown(party: Party, submission_id: UUID) -> Response:
    def work(session: Session) -> tuple[Submission, tuple[FormField, ...]]:
        known = _own_submission(session, submission_id)
        return known, writing.get_form(session, known.hackathon_id)

    known, form = await party.look(work)
    return party.answer(own_submission_element(known, form), known.version)
