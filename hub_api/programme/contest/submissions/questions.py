"""``/portal/hackathons/…/desk/submissions/form``: what a hackathon asks its teams, before the first of them begins."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.forms.model import FieldKind
from casework.programme import Session
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.submissions.service import count_submissions
from hackathon.contest.submissions.settings import SubmissionSettings
from hackathon.contest.submissions.writing import get_form, set_form
from hub_api.programme.contest.hackathons.staff import require_staff
from hub_api.programme.contest.submissions.words import page
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import as_sent, signed_in
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.rows import NO_QUESTION, is_named, questions_in, with_spare

router = APIRouter(prefix="/portal", include_in_schema=False)


def look(session: Session, request: PortalRequest, hackathon_id: UUID) -> dict[str, Any]:
    """With what is asked, or what was typed."""
    require_staff(session, hackathon_id)
    hackathon, most = get_hackathon(session, hackathon_id), session.of(SubmissionSettings).fields_max
    known = with_spare(request, get_form(session, hackathon_id), NO_QUESTION, most)
    return {
        "hackathon": hackathon,
        "rows": known if request.sent is None else questions_in(request.sent, most),
        "is_fixed": bool(count_submissions(session, hackathon_id)),
        "kinds": [(one.value, WORDS.text(f"submissions.kind_{one}", request.language)) for one in FieldKind],
    }


def send(session: Session, hackathon_id: UUID, form: Form) -> None:
    rows = questions_in(form, session.of(SubmissionSettings).fields_max)
    set_form(session, hackathon_id, [one for one in rows if is_named(one)])


page(
    router,
    "/hackathons/{hackathon_id}/desk/submissions/form",
    "contest/submissions/form.html",
    look,
    guard=signed_in,
    object_guard=require_staff,
    title="submissions.form",
).post("", as_sent, "saved", send)
