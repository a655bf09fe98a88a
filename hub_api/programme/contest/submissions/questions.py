"""``/portal/hackathons/…/desk/submissions/form``: what a hackathon asks its teams, before the first of them begins."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from casework.forms.model import FieldKind, FormField
from casework.programme import Session
from casework.workflow.errors import NoSuchObject, NotAllowed
from citycore.errors import FalajError
from hackathon.contest.hackathons.model import Hackathon
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.submissions.service import count_submissions
from hackathon.contest.submissions.writing import get_form, set_form
from hub_api.programme.contest.submissions.words import title_of, vocabulary
from hub_api.programme.contest.teams.words import require_staff
from hub_api.programme.kit.errors import FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest

router = APIRouter(prefix="/portal/hackathons/{hackathon_id}/desk/submissions/form", include_in_schema=False)
#: Empty rows below what is asked already.
MORE_ROWS = 3


@router.get("")
async def show_form(request: CurrentRequest, hackathon_id: UUID) -> Response:
    return await _page(request, hackathon_id)


@router.post("")
async def send_form(request: CurrentRequest, hackathon_id: UUID) -> Response:
    _, form = request.person, await request.form()
    require_staff(request, hackathon_id)
    rows = _read(form, request.office.settings.submissions.fields_max)
    asked = [one for one in rows if one.name_ar or one.name_en]

    def work(session: Session) -> None:
        set_form(session, hackathon_id, asked)

    try:
        await request.act(work)
    except (NoSuchObject, NotAllowed):
        raise
    except FalajError as error:
        return await _page(request, hackathon_id, rows, error)
    return request.go(f"/hackathons/{hackathon_id}/desk/submissions/form", "saved")


def _read(form: Form, fields_max: int) -> list[FormField]:
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


async def _page(
    request: PortalRequest,
    hackathon_id: UUID,
    rows: Sequence[FormField] | None = None,
    refused: FalajError | None = None,
) -> Response:
    """With what is asked, or what was typed."""
    require_staff(request, hackathon_id)

    def work(session: Session) -> tuple[Hackathon, tuple[FormField, ...], bool]:
        return (
            get_hackathon(session, hackathon_id),
            get_form(session, hackathon_id),
            bool(count_submissions(session, hackathon_id)),
        )

    hackathon, asked, is_fixed = await request.look(work)
    shown = list(asked if rows is None else rows)
    free = max(0, min(MORE_ROWS, request.office.settings.submissions.fields_max - len(shown)))
    language = request.language
    if rows is None:
        shown += [FormField("", "", "")] * free
    return render_page(
        request,
        "contest/submissions/form.html",
        title=WORDS.text("submissions.form", language),
        here="hackathons",
        refused=refused,
        hackathon=hackathon,
        hackathon_title=title_of(hackathon, request),
        rows=shown,
        is_fixed=is_fixed,
        kinds=[(one.value, WORDS.text(f"submissions.kind_{one}", language)) for one in FieldKind],
        **vocabulary(request),
    )
