"""``/portal/ideas``: read, written and supported by everybody, moderated by published rules."""

from __future__ import annotations

from secrets import token_hex
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter

from casework.follow_up.model import Followed
from casework.governorates.model import Governorate
from casework.journeys.texts import get_subject, list_subjects
from casework.lists.model import Row
from casework.moderation.model import Rule
from casework.moderation.steps import AUTHORS, MODERATORS
from casework.people.model import Names
from casework.programme import Session
from casework.supports.settings import SupportSettings
from casework.workflow.model import Moved
from citycore.language import Language
from hub_api.programme.casework.moderation.pages import moderation_page
from hub_api.programme.casework.reach.pages import reach_of, take_reach
from hub_api.programme.casework.supports.pages import support_of, take_support
from hub_api.programme.kit.answering import admit
from hub_api.programme.kit.feeds import Entry, feed
from hub_api.programme.kit.followers import follows_it
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.lists.columns import Column, code, names, state, value
from hub_api.programme.kit.lists.page import FilterLabel, ListPage, bulk_steps, labels_of, states_of
from hub_api.programme.kit.outlook import Subject
from hub_api.programme.kit.pages import Onward, Page, anybody, signed_in
from hub_api.programme.kit.rendering import WORDS
from hub_api.programme.kit.request import PortalRequest
from hub_api.programme.kit.reveal import issued_secret, take_issued
from hub_api.programme.kit.steps import steps_on
from hub_api.programme.kit.values import ValueForm
from participation.ideas import service as ideas
from participation.ideas.machine import FACILITATORS, IDEA, PUBLIC
from participation.ideas.model import NewIdea, Wanted
from participation.ideas.passage import FOLLOWED_AT, PASSAGE
from participation.ideas.rules import author_scopes
from participation.ideas.settings import IdeaSettings

router = APIRouter(prefix="/portal", include_in_schema=False)
NEW: Final = ValueForm(NewIdea)
#: Joining has a form of its own.
STEPS: Final = frozenset({"admit", "hold", "refuse", "answer", "close", "appeal", "withdraw"})


def vocabulary(request: PortalRequest) -> dict[str, Any]:
    """What the templates of ideas need besides."""
    return {
        "governorates": Governorate.choices(request.language),
        "at": request.office.clock(),
        "limits": request.office.programme.of(IdeaSettings),
    }


def wanted_in(request: PortalRequest) -> Wanted:
    """What is asked for; what there is not is no limit."""
    state, governorate = request.query("state"), request.query("governorate")
    return Wanted(
        request.query("q"),
        request.query_id("session") if request.query("session") else None,
        governorate if governorate in set(Governorate) else None,
        (state,) if state in PUBLIC else None,
        request.query("sort") == "support",
    )


def look_at_list(session: Session, request: PortalRequest) -> dict[str, Any]:
    wanted, language = wanted_in(request), request.language
    found, after = ideas.list_ideas(session, wanted, request.query_id("after"))
    kept = {name: text for name, text in request.http.query_params.items() if name not in {"after", "lang"}}
    return {
        "ideas": found,
        "after": after,
        "wanted": {name: text for name, text in kept.items() if text},
        "states": [(name, IDEA.label("state", name).text(language)) for name in PUBLIC],
        "talks": talks_in(session, request),
        "moderates": session.holds_anywhere(MODERATORS),
    }


def talks_in(session: Session, request: PortalRequest) -> list[tuple[str, str]]:
    """Sessions to choose from, the newest first."""
    return [(str(one), names.shown(request.language)) for one, names in list_subjects(session).items()]


Page(
    router,
    "/ideas",
    "participation/ideas/list.html",
    look_at_list,
    guard=anybody,
    title="ideas.title",
    here="ideas",
    vocabulary=vocabulary,
)
feed(
    router,
    "/ideas",
    lambda session: ideas.list_ideas(session, Wanted(), None)[0],
    lambda one: Entry(one.idea_id, one.titles, Names(one.said.body, one.said.body), one.state_changed_at),
)


def limits_told(session: Session, request: PortalRequest) -> dict[str, Any]:
    """What there is to say of limits besides those of moderation."""
    limits = session.of(IdeaSettings)

    def say(name: str, **values: int) -> str:
        return WORDS.text(f"ideas.{name}", request.language, **values)

    flagged = {"number": session.of(SupportSettings).burst, "alike": limits.alike_texts}
    return {
        "lead": say("moderation_lead"),
        "before": (
            say("limit_title", number=limits.title_characters_max),
            say("limit_body", number=limits.characters_max),
        ),
        "after": (say("limit_burst", **flagged),),
    }


moderation_page(router, "/ideas/moderation", "ideas", limits_told)


def look_below(session: Session, _: PortalRequest) -> dict[str, Any]:
    """What was flagged."""
    return {"flagged": ideas.list_flagged(session), "burst": session.of(SupportSettings).burst}


def titled(row: Row, language: Language) -> str:
    """Not what was held back as extremist, which its own page shows on demand."""
    is_unseen = row["rule"] == Rule.EXTREMIST
    return WORDS.text("ideas.unseen", language) if is_unseen else str(row["title"])


ListPage(
    router,
    "/desk/ideas",
    ideas.DESK,
    (
        Column("list.title", titled, link="/ideas/{idea_id}"),
        Column("ideas.session", names("talk")),
        Column("list.governorate", code("governorate", lambda known: Governorate(known).label)),
        Column("list.state", state(IDEA)),
        Column("list.due", value("admit_due_at")),
        Column("list.since", value("state_changed_at"), "since"),
        Column("list.begun", value("created_at"), "begun"),
    ),
    guard=signed_in,
    here="ideas",
    title="ideas.queue",
    empty="ideas.queue_lead",
    lead="ideas.queue_lead",
    fields={
        "q": FilterLabel("list.search"),
        "state": FilterLabel("list.state", states_of(IDEA, {"queue": "ideas.undecided"})),
        "governorate": FilterLabel("list.governorate", labels_of(lambda known: Governorate(known).label)),
    },
    bulk=bulk_steps(IDEA, ("admit", "hold"), ideas.move),
    beside={"ideas.moderation": "/ideas/moderation"},
    template="participation/ideas/queue.html",
    more=look_below,
    vocabulary=vocabulary,
)


def look_at_new(session: Session, request: PortalRequest) -> dict[str, Any]:
    begun = Form({"session_id": [request.query("session")]})
    return {
        "once": request.typed.text("once") or token_hex(16),
        "written": request.typed if request.sent is not None else begun,
        "talks": talks_in(session, request),
        "rules": list(Rule),
    }


async def submit(request: PortalRequest, said: NewIdea) -> Onward:
    """Number and code are shown on the next page, and never again; once, however often the page is sent."""
    if request.signed is None:
        await request.run(admit, request)
    seed = request.typed.text("once")
    made = await request.act(ideas.submit, said, request.language, request.mark(seed) if seed else None)
    request.keep_followed(Followed(PASSAGE.kind, made.idea_id))
    notice = "idea_sent_before" if made.is_repeated else "idea_sent"
    return Onward(FOLLOWED_AT.format(made.idea_id), notice, issued_secret(made.idea_id, made.issued))


Page(
    router,
    "/ideas/new",
    "participation/ideas/new.html",
    look_at_new,
    guard=anybody,
    title="ideas.new",
    here="ideas",
    strangers=True,
    vocabulary=vocabulary,
).answer("", NEW, "idea_sent", submit)


def look(session: Session, request: PortalRequest, idea_id: UUID) -> dict[str, Any]:
    """For everybody once it is admitted; for its author and moderators from the first."""
    idea = ideas.get_idea(session, idea_id)
    scopes = session.look(ideas.IDEAS, idea_id).scopes
    is_author = session.holds(AUTHORS, scopes & author_scopes(idea_id, session.actor.person_id))
    leads = session.holds(MODERATORS | FACILITATORS, scopes)
    is_following = request.followed is not None
    mergeable = leads and idea.state == "open"
    others, _ = (
        ideas.list_ideas(session, Wanted(session_id=idea.said.session_id, states=("open",)), None)
        if mergeable
        else ([], None)
    )
    return {
        "title": idea.said.title,
        "idea": idea,
        "origins": ideas.list_origins(session, idea_id),
        "main": ideas.get_idea(session, idea.main_id) if idea.main_id is not None else None,
        "talk": get_subject(session, idea.said.session_id) if idea.said.session_id else None,
        "steps": steps_on(session, request, IDEA, idea_id, STEPS),
        "step_words": session.words(idea_id) if leads or is_author else {},
        "appeal_ends": session.planned(idea_id).get("appeal_ends") if idea.state == "held" else None,
        "is_author": is_author,
        "leads": leads,
        "mergeable": [(str(one.idea_id), one.said.title) for one in others if one.idea_id != idea_id],
        **support_of(session, request, idea_id),
        **reach_of(session, request, idea_id),
        "enters_reach": session.holds(FACILITATORS, scopes),
        "issued": take_issued(request, idea_id) if is_following else "",
        "written": NEW.fill(idea.said, request.typed),
        "own_path": FOLLOWED_AT.format(idea_id) if is_following else f"/ideas/{idea_id}",
    }


def move(session: Session, idea_id: UUID, event: str, seen_version: int, reason: str | None) -> Moved:
    return ideas.move(session, idea_id, event, seen_version, reason)


SUBJECT = Subject(IDEA, "idea", lambda one: one.idea_id)
PAGE = Page(
    router,
    "/ideas/{idea_id}",
    "participation/ideas/show.html",
    look,
    guard=anybody,
    object_guard=ideas.get_idea,
    here="ideas",
    subject=SUBJECT,
    strangers=True,
    vocabulary=vocabulary,
)
PAGE.steps(move, STEPS)
take_reach(PAGE, ideas.REACH)
PAGE.edit("merge", lambda form: form.id("main"), "idea_merged", ideas.merge)
PAGE.edit("edit", NEW, "saved", ideas.edit)
take_support(PAGE, ideas.support)
FOLLOWED = Page(
    router,
    FOLLOWED_AT.format("{idea_id}"),
    "participation/ideas/show.html",
    look,
    guard=follows_it,
    here="ideas",
    subject=SUBJECT,
    vocabulary=vocabulary,
)
FOLLOWED.steps(move, frozenset({"appeal", "withdraw"}))
FOLLOWED.edit("edit", NEW, "saved", ideas.edit)
