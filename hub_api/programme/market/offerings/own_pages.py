"""``/portal/account/offerings``: a vendor writes what it offers, and hands it in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from casework.programme import Session
from hackathon.contest.submissions.model import Submission
from hackathon.market.offerings import service
from hackathon.market.offerings.machine import EDITABLE, OFFERING, PUBLISHED
from hackathon.market.offerings.model import Content
from hackathon.market.offerings.rules import is_complete
from hackathon.market.vendors.service import get_own as get_own_vendor
from hackathon.market.vendors.service import get_vendor
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Onward, Page, signed_in
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import steps_on
from hub_api.programme.market.offerings.words import CONTENT, content_shown, vocabulary

router = APIRouter(prefix="/portal", include_in_schema=False)
#: The vendor's own steps; giving up a draft has a button of its own.
OWN_STEPS = frozenset({"hand_in", "take_back", "pause", "resume", "retire"})


def look_at_new(session: Session, request: PortalRequest, vendor_id: UUID) -> dict[str, Any]:
    """``submission``: what came out of a hackathon and is to be listed."""
    vendor, begun, submission = get_own_vendor(session, vendor_id), Content(), submission_of(request.typed)
    if request.sent is None:
        submission = request.query_id("submission")
        if submission is not None:
            begun = begun_from(service.get_listable(session, submission))
    return {
        "vendor": vendor,
        "submission": submission,
        "written": CONTENT.fill(begun, request.typed),
    }


def submission_of(form: Form) -> UUID | None:
    return form.id("submission") if form.text("submission") else None


def begun_from(submission: Submission) -> Content:
    """The texts that were handed in, in the language that they are mostly in."""
    title, summary = submission.draft.title, submission.draft.summary
    if any("\u0600" <= letter <= "\u06ff" for letter in title):
        return Content(title_ar=title, summary_ar=summary)
    return Content(title_en=title, summary_en=summary)


def begin(session: Session, vendor_id: UUID, sent: tuple[Content, UUID | None]) -> Onward:
    content, submission = sent
    return Onward(f"/account/offerings/{service.begin(session, vendor_id, content, submission)}")


Page(
    router,
    "/account/vendor/{vendor_id}/offerings/new",
    "market/offerings/new.html",
    look_at_new,
    guard=signed_in,
    object_guard=get_own_vendor,
    title="offerings.new",
    here="account",
    vocabulary=vocabulary,
).post("", lambda form: (CONTENT(form), submission_of(form)), "offering_saved", begin)


def look(session: Session, request: PortalRequest, offering_id: UUID) -> dict[str, Any]:
    one, versions = service.get_own(session, offering_id), service.list_versions(session, offering_id)
    content, _ = content_shown(one, versions)
    # Where nothing new is written there is nothing to hand in.
    events = OWN_STEPS if one.draft is not None else OWN_STEPS - {"hand_in"}
    untitled = WORDS.text("offerings.untitled", request.language)
    return {
        "title": content.titles.shown(request.language) or untitled,
        "one": one,
        "vendor": get_vendor(session, one.vendor_id),
        "versions": versions,
        "content": content,
        "written": CONTENT.fill(content, request.typed),
        "is_editable": one.state in EDITABLE,
        "is_complete": one.draft is None or is_complete(one.draft),
        "is_public": one.state in PUBLISHED and one.is_vendor_listed,
        "steps": steps_on(session, request, OFFERING, offering_id, events),
        "step_words": session.words(offering_id),
    }


PAGE = Page(
    router,
    "/account/offerings/{offering_id}",
    "market/offerings/own.html",
    look,
    guard=signed_in,
    object_guard=service.get_own,
    here="account",
    vocabulary=vocabulary,
)
PAGE.edit("", CONTENT, "offering_saved", service.write)
PAGE.post(
    "discard",
    lambda form: form.number("version"),
    "step_taken",
    service.discard,
    asks="offering.discard",
)
PAGE.steps(service.move, OWN_STEPS)
