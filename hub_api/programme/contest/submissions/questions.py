"""``/portal/hackathons/…/desk/submissions/form``: what a hackathon asks its teams, before the first of them begins."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.forms.model import FieldKind, FormField
from casework.programme import Session
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.submissions.service import count_submissions
from hackathon.contest.submissions.settings import SubmissionSettings
from hackathon.contest.submissions.writing import get_form, set_form
from hub_api.programme.contest.hackathons.staff import require_staff
from hub_api.programme.contest.submissions.words import vocabulary
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Page, signed_in
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest

router = APIRouter(prefix="/portal", include_in_schema=False)
#: Empty rows below what is asked already.
MORE_ROWS = 3


def read_rows(form: Form, fields_max: int) -> list[FormField]:
    """The rows of the form; a new question gets a code that none of the others has."""
    rows: list[FormField] = []
    codes = {form.text(f"code{number}") for number in range(1, fields_max + 1)}
    free = (code for number in range(1, 2 * fields_max + 2) if (code := f"question_{number}") not in codes)
    for number in range(1, fields_max + 1):
        if f"name_en{number}" not in form.fields:
            continue
        kind = next((one for one in FieldKind if one == form.text(f"kind{number}")), None)
        if kind is None:
            raise FormUnreadable
        rows.append(
            FormField(
                form.text(f"code{number}") or next(free),
                form.text(f"name_ar{number}").strip(),
                form.text(f"name_en{number}").strip(),
                kind,
                form.text(f"is_required{number}") == "1",
                form.number(f"characters_max{number}")
                if form.text(f"characters_max{number}").strip()
                else 2_000,
            )
        )
    return rows


def look(session: Session, request: PortalRequest, hackathon_id: UUID) -> dict[str, Any]:
    """With what is asked, or what was typed."""
    require_staff(session, hackathon_id)
    hackathon, fields_max = get_hackathon(session, hackathon_id), session.of(SubmissionSettings).fields_max
    if request.sent is None:
        rows = list(get_form(session, hackathon_id))
        rows += [FormField("", "", "")] * max(0, min(MORE_ROWS, fields_max - len(rows)))
    else:
        rows = read_rows(request.sent, fields_max)
    return {
        "hackathon": hackathon,
        "hackathon_title": hackathon.description.title(request.language),
        "rows": rows,
        "is_fixed": bool(count_submissions(session, hackathon_id)),
        "kinds": [(one.value, WORDS.text(f"submissions.kind_{one}", request.language)) for one in FieldKind],
    }


def send(session: Session, hackathon_id: UUID, form: Form) -> None:
    rows = read_rows(form, session.of(SubmissionSettings).fields_max)
    set_form(session, hackathon_id, [one for one in rows if one.name_ar or one.name_en])


Page(
    router,
    "/hackathons/{hackathon_id}/desk/submissions/form",
    "contest/submissions/form.html",
    look,
    guard=signed_in,
    object_guard=require_staff,
    title="submissions.form",
    here="hackathons",
    vocabulary=vocabulary,
).post("", lambda form: form, "saved", send)
