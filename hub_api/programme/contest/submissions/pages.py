"""``/portal/hackathons/…/submissions`` and ``/portal/submissions/…``: its team writes one, hands it in and reopens it;
everybody reads it once it is judged.

``/portal/teams/…/submission``: where a team begins its submission, or goes on with it.

Deadlines of submissions, and what their forms say.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.files.kinds import MEDIA_TYPES
from casework.files.model import Received
from casework.forms.model import FormField
from casework.journeys.service import find_journey
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from hackathon.contest.challenges.model import Challenge
from hackathon.contest.challenges.service import get_challenge
from hackathon.contest.hackathons.rules import begins_early
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.results import voting
from hackathon.contest.results.service import TOLD_IN
from hackathon.contest.submissions import service, writing
from hackathon.contest.submissions.machine import EDITABLE, SUBMISSION
from hackathon.contest.submissions.model import Content, Submission, Wanted
from hackathon.contest.submissions.passage import PASSAGE
from hackathon.contest.submissions.rules import is_own, is_public
from hackathon.contest.submissions.service import find_own_submission
from hackathon.contest.submissions.settings import SubmissionSettings
from hackathon.contest.submissions.writing import CLOSE, begin, get_form
from hackathon.contest.teams.service import get_team
from hackathon.market.pilots.model import Origin
from hub_api.programme.contest.hackathons.words import page
from hub_api.programme.contest.results.pages import part_of
from hub_api.programme.contest.teams.pages import titles_of
from hub_api.programme.contest.teams.words import is_member, is_staff
from hub_api.programme.funding.applications.onward import calls_to_go_on
from hub_api.programme.kit.attachment import SavedFile, download, download_record
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.outlook import Subject, public, without_dates
from hub_api.programme.kit.pages import Onward, Several, anybody, as_sent, signed_in
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.steps import steps_on
from hub_api.programme.market.pilots.words import may_propose

#: What browsers offer to choose from; what a file holds is checked all the same.
ACCEPT = ",".join(f".{one}" for one in MEDIA_TYPES)


def deadlines_of(session: Session, submission: Submission) -> dict[str, Any]:
    """Of the hackathon, or its own where the team was given late access."""
    own = submission.hackathon_id if submission.late_until is None else submission.submission_id
    return session.planned(own)


def content_of(form: Form, questions: tuple[FormField, ...]) -> Content:
    """What a team wrote; a question that was left out has no answer."""
    answers = {one.code: form.text(answer_name(one.code)).strip() for one in questions}
    return Content(
        form.text("title").strip(),
        form.text("summary").strip(),
        {code: text for code, text in answers.items() if text},
    )


def answer_name(code: str) -> str:
    """The name of the field of a question."""
    return f"answer_{code}"


router = APIRouter(prefix="/portal", include_in_schema=False)
_PATH = "/submissions/{submission_id}"
#: Beside writing and handing in, which the form does, and late access, which has a code.
OWN_EVENTS = frozenset({"reopen", "withdraw"})


def look_at_list(session: Session, request: PortalRequest, hackathon_id: UUID) -> dict[str, Any]:
    """Those that are looked for; ``total`` is how many there are without looking for any."""
    challenge, words = request.query("challenge"), request.query("q")
    try:
        chosen = UUID(challenge) if challenge else None
    except ValueError as error:
        raise FormUnreadable from error
    hackathon, rows = get_hackathon(session, hackathon_id), request.office.settings.portal.page_rows
    wanted = Wanted(words, None, chosen, only_public=True, after=request.query_id("after"), rows=rows)
    found = service.list_submissions(session, hackathon_id, wanted)
    return {
        "q": words,
        "challenge": chosen,
        "hackathon": hackathon,
        "submissions": found.submissions,
        "after": found.after,
        "total": sum(service.count_submissions(session, hackathon_id, only_public=True).values()),
        "challenges": titles_of(session, request, hackathon_id),
        "is_staff": is_staff(session.actor, hackathon_id),
        "is_told": hackathon.state in TOLD_IN,
    }


page(
    router,
    "/hackathons/{hackathon_id}/submissions",
    "contest/submissions/list.html",
    look_at_list,
    guard=anybody,
    title="submissions.gallery",
)


def look(session: Session, request: PortalRequest, submission_id: UUID) -> dict[str, Any]:
    """A submission as its visitor sees it; ``files`` are those of the draft, ``steps`` what its team can do."""
    dossier = service.get_dossier(session, submission_id)
    one = dossier.submission
    own, closes_at = is_own(session.actor, one), deadlines_of(session, one).get(writing.CLOSE)
    is_closed = closes_at is not None and session.now() >= closes_at
    has_reason = own and bool(SUBMISSION.state(one.state).reasons)
    return {
        "template": "contest/submissions/own.html" if own else "contest/submissions/show.html",
        "title": one.draft.title
        or WORDS.text("submissions.own" if own else "submissions.one", request.language),
        "submission": one,
        # Its team reads what to do in words of the page's own.
        "seen": None if own else one,
        "hackathon": get_hackathon(session, one.hackathon_id),
        "challenge": challenge_of(session, one),
        "questions": dossier.form,
        "versions": dossier.versions,
        "files": dossier.files,
        "steps": steps_on(session, request, SUBMISSION, submission_id, OWN_EVENTS) if own else [],
        "step_words": session.words(submission_id) if has_reason else {},
        "closes_at": closes_at,
        "is_closed": is_closed,
        "is_editable": one.state in EDITABLE and not is_closed,
        "answer_name": answer_name,
        "is_staff": is_staff(session.actor, one.hackathon_id),
        "is_public": is_public(one),
        "limits": session.of(SubmissionSettings),
        "accept": ACCEPT,
        "result": part_of(session, one),
        "calls_open": calls_to_go_on(session, request, submission_id) if own else [],
        "proposing": may_propose(session, Origin.SUBMISSION, submission_id) if request.signed else None,
        "journey": find_journey(session, PASSAGE, submission_id),
    }


def challenge_of(session: Session, submission: Submission) -> Challenge | None:
    """What it answers, where the visitor may see that."""
    if submission.challenge_id is None:
        return None
    try:
        return get_challenge(session, submission.challenge_id)
    except NoSuchObject:
        return None


def get_own(session: Session, submission_id: UUID) -> Submission:
    """Of one's own team; others do not learn more than they see, :class:`NoSuchObject`."""
    one = service.get_submission(session, submission_id)
    if not is_own(session.actor, one):
        raise NoSuchObject
    return one


PAGE = page(
    router,
    _PATH,
    "contest/submissions/show.html",
    look,
    guard=anybody,
    # What everybody sees is judged, and follows no date of its own any more.
    subject=Subject(SUBMISSION, "seen", without_dates, public),
)
# Everybody who is signed in votes, also who has no part in the submission.
PAGE.press("vote", "voted", voting.vote)
PAGE.post("late", lambda form: form.text("code"), "late_opened", writing.redeem_late_access)


def write(session: Session, submission_id: UUID, form: Form, seen_version: int) -> Onward | None:
    """Save the draft, or save it and hand it in: both or neither."""
    content = content_of(form, writing.get_form(session, get_own(session, submission_id).hackathon_id))
    if form.text("then") != "submit":
        writing.write(session, submission_id, content, seen_version)
        return None
    writing.write_and_submit(session, submission_id, content, seen_version)
    return Onward(_PATH.format(submission_id=submission_id), "handed_in")


def save_texts(session: Session, submission_id: UUID, form: Form) -> None:
    """What was typed beside a file, where the form brought it and it is new."""
    if "version" not in form.fields:
        return
    one = get_own(session, submission_id)
    content = content_of(form, writing.get_form(session, one.hackathon_id))
    if content != one.draft:
        writing.write(session, submission_id, content, form.number("version"))


def add_file(session: Session, submission_id: UUID, form: Form, received: Received) -> None:
    save_texts(session, submission_id, form)
    writing.add_file(session, submission_id, received)


def remove_file(session: Session, submission_id: UUID, file_id: UUID, form: Form) -> None:
    save_texts(session, submission_id, form)
    writing.remove_file(session, submission_id, file_id)


#: What only its team sends from it; a stranger's file is not read at all.
OWN = page(
    router,
    _PATH,
    "contest/submissions/own.html",
    look,
    guard=signed_in,
    object_guard=get_own,
    home=lambda _, submission_id: _PATH.format(submission_id=submission_id),
)
OWN.edit("", as_sent, "draft_saved", write)
OWN.steps(writing.move, OWN_EVENTS)
OWN.upload(
    "files",
    Several(lambda request: request.office.settings.submissions.store()),
    lambda form, _: form,
    "file_added",
    add_file,
)
OWN.post_part("files/{file_id}/remove", as_sent, "file_removed", remove_file)


def open_file(session: Session, submission_id: UUID, file_id: UUID) -> SavedFile:
    file, path = service.find_file(session, submission_id, file_id)
    return SavedFile(path, file.name, file.media_type)


download(router, f"{_PATH}/files/{{file_id}}", anybody, open_file)
download_record(router, f"{_PATH}/versions/{{version}}", anybody, "submission", service.get_record)


_OWN_PATH = "/teams/{team_id}/submission"


def require_member(session: Session, team_id: UUID) -> None:
    """Others do not learn whether the team has a submission; :class:`NoSuchObject`."""
    if not is_member(session.actor, team_id):
        raise NoSuchObject


def look_at_own(session: Session, _: PortalRequest, team_id: UUID) -> dict[str, Any]:
    """What a team sees before it begins; ``closes_at`` is when submissions close."""
    require_member(session, team_id)
    team = get_team(session, team_id)
    planned = session.planned(team.hackathon_id)
    return {
        "team": team,
        "hackathon": get_hackathon(session, team.hackathon_id),
        "questions": get_form(session, team.hackathon_id),
        "begins_early": begins_early(planned),
        "starts_at": planned.get("starts"),
        "closes_at": planned.get(CLOSE),
        "is_over": CLOSE in planned and session.now() >= planned[CLOSE],
    }


OWN_PAGE = page(
    router,
    _OWN_PATH,
    "contest/submissions/begin.html",
    look_at_own,
    guard=signed_in,
    object_guard=require_member,
    home=lambda _, team_id: _OWN_PATH.format(team_id=team_id),
    title="submissions.own",
)
OWN_PAGE.press(
    "",
    "submission_begun",
    lambda session, team_id: Onward(f"/submissions/{begin(session, team_id).submission_id}"),
)


@router.get(_OWN_PATH)
async def show_submission(request: CurrentRequest, team_id: UUID) -> Response:
    signed_in(request)
    own = await request.look(find_own_submission, team_id)
    if own is not None:
        return request.go(f"/submissions/{own.submission_id}")
    return await OWN_PAGE.show(request, team_id)
