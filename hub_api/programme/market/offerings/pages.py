"""``/portal/offerings``: what verified vendors offer, in another order every day.

``/portal/account/offerings``: a vendor writes what it offers, and hands it in.

``/portal/desk/offerings``: the programme looks at what vendors hand in, and publishes it.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter

from casework.journeys.service import find_journey
from casework.people.model import Names
from casework.pictures.service import pictures_of
from casework.programme import Session
from casework.workflow.errors import NoSuchObject
from citycore.language import LANGUAGES
from hackathon.contest.submissions.model import Submission
from hackathon.market.offerings import service
from hackathon.market.offerings.catalogue import get_listed, list_listed, list_newest, today
from hackathon.market.offerings.machine import EDITABLE, OFFERING, PUBLISHED
from hackathon.market.offerings.model import Content, Listed, Place, Version
from hackathon.market.offerings.passage import PASSAGE
from hackathon.market.offerings.rules import is_complete
from hackathon.market.vendors.service import get_own as get_own_vendor
from hackathon.market.vendors.service import get_vendor
from hub_api.programme.casework.pictures.pages import shown_with, take_pictures, written_with
from hub_api.programme.kit.feeds import Entry, feed
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.lists.columns import Column, names, state, value
from hub_api.programme.kit.lists.page import FilterLabel, ListPage, bulk_steps, states_of
from hub_api.programme.kit.numbers import Numbered
from hub_api.programme.kit.outlook import Subject, without_dates
from hub_api.programme.kit.pages import Onward, Page, anybody, signed_in
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.steps import steps_on
from hub_api.programme.market.marketplace.words import require_programme
from hub_api.programme.market.offerings.words import CONTENT, content_shown, told_in, vocabulary, wanted_of

router = APIRouter(prefix="/portal", include_in_schema=False)
page = partial(Page, router, guard=anybody, here="marketplace", tab="offerings", vocabulary=vocabulary)


def look_at_list(session: Session, request: PortalRequest) -> dict[str, Any]:
    """``day`` and ``after`` are of the page before: whoever turns pages at midnight sees nothing twice."""
    after = request.query_id("after")
    filters, codes = wanted_of(request.http.query_params)
    query = {"q": filters.words, **codes} if filters.words else codes
    day = request.query_as("day", date.fromisoformat)
    place = today(session) if day is None else Place(day, after)
    listed, last = list_listed(session, filters, place)
    return {
        "listed": listed,
        "shots": pictures_of(session, [one.offering_id for one in listed]),
        "wanted": query,
        "codes": codes,
        "onward": last and urlencode({**query, "day": place.day.isoformat(), "after": str(last)}),
        "is_searched": bool(query),
        "is_first": after is None,
    }


page("/offerings", "market/offerings/list.html", look_at_list, title="marketplace.title")


def entry_of(one: Listed) -> Entry:
    ar, en = (told_in(one.version.content, language) for language in LANGUAGES)
    titles, texts = Names(ar.title, en.title), Names(ar.summary, en.summary)
    return Entry(one.offering_id, titles, texts, one.version.published_at)


feed(router, "/offerings", list_newest, entry_of)


def look(session: Session, request: PortalRequest, offering_id: UUID) -> dict[str, Any]:
    listed, versions = get_listed(session, offering_id)
    return values_of(session, request, listed, versions, listed.version)


def look_at_version(
    session: Session, request: PortalRequest, offering_id: UUID, number: Numbered
) -> dict[str, Any]:
    """As it was; what refers to it was made for this text and no other."""
    listed, versions = get_listed(session, offering_id)
    for version in versions:
        if version.number == number:
            return values_of(session, request, listed, versions, version)
    raise NoSuchObject


def values_of(
    session: Session, request: PortalRequest, listed: Listed, versions: list[Version], shown: Version
) -> dict[str, Any]:
    return {
        "title": told_in(shown.content, request.language).title,
        "listed": listed,
        **shown_with(request, session, listed.offering_id),
        "sharing_text": told_in(shown.content, request.language).summary,
        "versions": versions,
        "shown": shown,
        "content": shown.content,
        "journey": find_journey(session, PASSAGE, listed.offering_id),
    }


page("/offerings/{offering_id}", "market/offerings/show.html", look)
page("/offerings/{offering_id}/versions/{number}", "market/offerings/show.html", look_at_version)


own_page = partial(Page, router, guard=signed_in, here="account", vocabulary=vocabulary)
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


own_page(
    "/account/vendor/{vendor_id}/offerings/new",
    "market/offerings/new.html",
    look_at_new,
    object_guard=get_own_vendor,
    title="offerings.new",
).post("", lambda form: (CONTENT(form), submission_of(form)), "offering_saved", begin)


def look_at_own(session: Session, request: PortalRequest, offering_id: UUID) -> dict[str, Any]:
    one, versions = service.get_own(session, offering_id), service.list_versions(session, offering_id)
    content, _ = content_shown(one, versions)
    # Where nothing new is written there is nothing to hand in.
    events = OWN_STEPS if one.draft is not None else OWN_STEPS - {"hand_in"}
    untitled = WORDS.text("offerings.untitled", request.language)
    return {
        "title": content.titles.shown(request.language) or untitled,
        "one": one,
        **written_with(request, session, offering_id),
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


PAGE = own_page(
    "/account/offerings/{offering_id}", "market/offerings/own.html", look_at_own, object_guard=service.get_own
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
take_pictures(PAGE, "picture", service.PICTURED)


staff_page = partial(Page, router, guard=require_programme, here="desk", vocabulary=vocabulary)
STAFF_STEPS: Final = frozenset({"publish", "return", "disable", "enable"})


ListPage(
    router,
    "/desk/offerings",
    service.DESK,
    (
        Column(
            "list.title",
            names("title", "offerings.untitled"),
            link="/desk/offerings/{offering_id}",
        ),
        Column("vendors.company", names("vendor")),
        Column("marketplace.state", state(OFFERING)),
        Column("list.since", value("state_changed_at"), "since"),
        Column("list.begun", value("created_at"), "begun"),
    ),
    guard=require_programme,
    here="desk",
    title="offerings.desk",
    empty="offerings.desk_empty",
    fields={
        "q": FilterLabel("vendors.company"),
        "state": FilterLabel("marketplace.state", states_of(OFFERING, {"queue": "offerings.queue"})),
    },
    beside={"vendors.desk": "/desk/vendors"},
    bulk=bulk_steps(OFFERING, ("publish", "return"), service.move),
)


def look_at_desk(session: Session, request: PortalRequest, offering_id: UUID) -> dict[str, Any]:
    one, versions = service.get_offering(session, offering_id), service.list_versions(session, offering_id)
    content, public = content_shown(one, versions)
    untitled = WORDS.text("offerings.untitled", request.language)
    return {
        "title": told_in(content, request.language).title or untitled,
        "one": one,
        "vendor": get_vendor(session, one.vendor_id),
        "versions": versions,
        "content": content,
        "public": public,
        "steps": steps_on(session, request, OFFERING, offering_id, STAFF_STEPS),
        "step_words": session.words(offering_id),
    }


staff_page(
    "/desk/offerings/{offering_id}",
    "market/offerings/staff.html",
    look_at_desk,
    subject=Subject(OFFERING, "one", without_dates),
).steps(service.move, STAFF_STEPS)
