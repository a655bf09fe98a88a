"""``/v1/innovation/desk``: a hackathon for the programs of those who organise it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.responses import Response

from casework.access_tokens.model import TokenScope
from casework.people.model import Names
from casework.people.standing import find_names
from casework.programme import Session
from hackathon.contest.hackathons.service import find_by_code
from hackathon.contest.jury.judges import require_staff
from hackathon.contest.jury.model import Progress
from hackathon.contest.jury.sheets import list_progress
from hackathon.contest.submissions.model import Page as SubmissionPage
from hackathon.contest.submissions.model import Wanted as WantedSubmissions
from hackathon.contest.submissions.service import list_submissions
from hackathon.contest.teams.model import Page as TeamPage
from hackathon.contest.teams.model import Wanted as WantedTeams
from hackathon.contest.teams.service import list_teams
from hub_api.programme.programs.access import Party, allowed
from hub_api.programme.programs.document import reads
from hub_api.programme.programs.elements import progress_element, submission_element, team_element
from hub_api.programme.programs.schemas import AfterQuery, ProgressElement, SubmissionElement, TeamElement
from hub_api.serving.parameters import Name, NoParameters

HackathonPath = Annotated[Name, Path()]
router = APIRouter(prefix="/v1/innovation/desk/hackathons/{hackathon}", include_in_schema=False)
Organiser = Annotated[Party, allowed(TokenScope.ORGANISE_READ)]


@router.get(
    "/teams", operation_id="desk_teams", openapi_extra=reads(TeamElement, is_list=True, has_pages=True)
)
async def show_teams(party: Organiser, hackathon: HackathonPath, query: AfterQuery) -> Response:
    """Also those that no longer take part."""

    def work(session: Session) -> TeamPage:
        hackathon_id = _organised(session, hackathon)
        return list_teams(
            session, hackathon_id, WantedTeams(after=query.after, rows=party.settings.page_rows)
        )

    found = await party.look(work)
    return party.answer_list([team_element(one) for one in found.teams], found.after)


@router.get(
    "/submissions",
    operation_id="desk_submissions",
    openapi_extra=reads(SubmissionElement, is_list=True, has_pages=True),
)
async def show_submissions(party: Organiser, hackathon: HackathonPath, query: AfterQuery) -> Response:
    def work(session: Session) -> SubmissionPage:
        hackathon_id = _organised(session, hackathon)
        return list_submissions(
            session, hackathon_id, WantedSubmissions(after=query.after, rows=party.settings.page_rows)
        )

    found = await party.look(work)
    return party.answer_list([submission_element(one) for one in found.submissions], found.after)


@router.get("/sheets", operation_id="desk_sheets", openapi_extra=reads(ProgressElement, is_list=True))
async def show_sheets(party: Organiser, hackathon: HackathonPath, _: NoParameters) -> Response:
    def work(session: Session) -> tuple[list[Progress], Mapping[UUID, Names]]:
        hackathon_id = _organised(session, hackathon)
        found = list_progress(session, hackathon_id)
        return found, find_names(session.connection, [one.person_id for one in found])

    found, names = await party.look(work)
    return party.answer_list([progress_element(one, names) for one in found])


def _organised(session: Session, code: str) -> UUID:
    """Whoever may not see it finds none; of one that everybody sees, that only its organisers come in."""
    hackathon_id = find_by_code(session, code).hackathon_id
    require_staff(session, hackathon_id)
    return hackathon_id
