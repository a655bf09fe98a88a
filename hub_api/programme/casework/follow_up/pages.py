"""``/portal/follow``: somebody brings a number and a code, and reads on without an account."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from casework.follow_up.service import enter
from casework.noun import Nouns
from citycore.errors import FalajError
from hub_api.programme.kit.following import FOLLOW
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.rendering import WORDS, render_page
from hub_api.programme.kit.request import CurrentRequest, PortalRequest, own_path

router = APIRouter(prefix="/portal", include_in_schema=False)


@router.get("/follow")
async def show(request: CurrentRequest) -> Response:
    return _page(request, Form({"number": [request.query("number")], "next": [request.query("next")]}))


@router.post("/follow")
async def send(request: CurrentRequest) -> Response:
    form = await request.form()
    try:
        followed = await request.run(enter, form.text("number"), form.text("code"), request.visitor)
    except FalajError as error:
        return _page(request, form, error)
    request.keep_followed(followed)
    wanted = own_path(form.text("next"))
    if wanted.startswith(f"{FOLLOW}/"):
        return request.go(wanted)
    passage = request.office.programme.of(Nouns).passages[followed.kind]
    return request.go(passage.followed_at.format(followed.object_id))


@router.post("/follow/end")
async def end(request: CurrentRequest) -> Response:
    await request.form()
    request.keep_followed(None)
    return request.go(FOLLOW, "follow_ended")


def _page(request: PortalRequest, form: Form, refused: FalajError | None = None) -> Response:
    title = WORDS.text("follow_up.title", request.language)
    template = "casework/follow_up/follow.html"
    return render_page(request, template, title=title, form=form, refused=refused)
