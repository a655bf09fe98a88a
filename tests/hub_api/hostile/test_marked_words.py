"""Whoever looks everywhere finds nobody: who asked, who handles it, and what somebody answered stand where they must, and
nowhere else.

A complaint, two surveys and a session with its ideas are marked with words that stand nowhere else. Then everything that can be read is read: every page
and list, in every format, the log, metrics, mails, each table that the open data come from, and all tables of the hub, of which
each is named that may hold a marked word.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from psycopg import sql

from casework.access.model import ANONYMOUS, Actor, Grant, Role, Scope, ScopeKind
from casework.admission.model import Channel
from casework.cases.model import Handler
from casework.cases.repository import keep_handler
from casework.counting.wanted import count_due
from casework.follow_up.model import Followed
from casework.forms.model import Answers, CountedAs, FieldKind, FormField, Treatment
from casework.outbox.sending import send_due
from casework.outbox.transports import Folder
from casework.statistics.statement import Sampling
from casework.unlinked_answers.model import NewAnswer
from casework.unlinked_answers.service import mix_due
from casework.workflow.clockwork import run_due
from citycore.clock import CITY_ZONE
from hub_api.serving.formats import PLAIN_FORMATS
from participation.surveys import repository
from participation.surveys import service as surveys
from participation.surveys.model import Dates, Description
from participation.surveys.service import ASKING
from participation.voices import service as voices
from participation.voices.model import Answer, Outcome
from tests.hackathon.machines import store_agency
from tests.hackathon.survey_specimens import FORM
from tests.hub_api.conftest import open_city
from tests.hub_api.hostile import marked_dialogue
from tests.hub_api.hostile.marked_dialogue import PEN_NAME, Talked, talk
from tests.hub_api.hostile.marked_dialogue import TABLES as OF_DIALOGUE
from tests.hub_api.hostile.test_read_role import OURS
from tests.hub_api.portal.blind import Leak, Walker, marks_in, readable
from tests.hub_api.portal.conftest import Browser, Portal, Somebody, open_portal

AGENCY, DECIDER = UUID(int=7_001), UUID(int=7_002)
#: Marked words, by what they are of.
ASKER, ADDRESS, TELEPHONE = "Zqxasker", "zqxaddress@example.om", "zqx92345678"
SUBJECT, BODY, WILAYAT, REPLY, RATING = "Zqxsubject", "Zqxbody", "Zqxwilayat", "Zqxreply", "Zqxrating"
HANDLER, HANDLER_AR = "zqxhandler", "زقخمعالج"
QUESTION, NOTE, SAID = "Zqxquestion", "Zqxnote", "Zqxsaid"
ANSWERED, OPEN_ANSWER, LISTENER = "Zqxanswered", "Zqxopen", "zqxlistener@example.om"
PRIVATE = (
    ASKER, ADDRESS, TELEPHONE, SUBJECT, BODY, WILAYAT, REPLY, RATING, HANDLER, HANDLER_AR, QUESTION, NOTE, SAID, ANSWERED,
    OPEN_ANSWER, LISTENER, *marked_dialogue.MARKS,
)  # fmt: skip
#: What everybody may read: a walk that does not find it sees nothing.
PUBLIC = "Zqpopening"
#: Where somebody might expect to find more than elsewhere.
ROOMS = (
    "/voices",
    "/surveys",
    "/dialogue",
    "/ideas",
    "/sessions",
    "/follow",
    "/decisions",
    "/participation",
    "/organisations",
    "/desk",
)
READERS = """
    SELECT rolname FROM pg_roles
    WHERE rolname LIKE 'falaj\\_%%' AND has_any_column_privilege(rolname, %s::oid, 'SELECT')
"""
REMARK = FormField(
    "remark", "لماذا؟", "Why?", FieldKind.TEXT, treatment=Treatment(counted_as=CountedAs.THEMES)
)
CARRIED, CODES = re.compile(r'name="carried" value="([^"]+)"'), re.compile(r"<code[^>]*>([^<]+)</code>")
#: Where marked words lie, and nowhere else, once all mails are sent.
TABLES: Mapping[str, set[str]] = {
    "participation.case_askers": {ASKER, ADDRESS, TELEPHONE},
    "participation.voices": {SUBJECT, BODY, WILAYAT, SAID},
    "participation.case_messages": {QUESTION, NOTE, REPLY, SAID},
    "participation.case_ratings": {RATING},
    "participation.open_answers": {OPEN_ANSWER},
    "participation.unlinked_answers": {ANSWERED},
    "participation.listeners": {LISTENER},
    "innovation.people": {HANDLER, HANDLER_AR},
    # What the mails to whoever handles it say is on their own page for a while.
    "innovation.notifications": {SUBJECT},
    # Whom a mail went to; what it said is gone.
    "innovation.outbox": {ADDRESS, HANDLER, LISTENER},
}
#: Who may read any column of these.
KEEPERS = {"falaj_owner", "falaj_portal"}
WEEK = timedelta(days=7)


@dataclass
class Scene:
    """A complaint that was answered, a survey that is published, one that is asked, and a session that was held.

    ``issued`` are the number and the code of the complaint, which whoever asked is told and nobody else; ``token`` lets somebody
    answer.
    """

    portal: Portal
    colleague: Somebody
    handler: Somebody
    other: Somebody
    voice_id: UUID
    published: UUID
    asked: UUID
    issued: tuple[str, str]
    token: str
    talked: Talked

    @property
    def marks(self) -> tuple[str, ...]:
        return (*PRIVATE, *self.issued, self.token, *self.talked.issued)

    def walker(self, marks: tuple[str, ...]) -> Walker:
        """Everything that the scene knows, by the names that addresses have for it."""
        portal, survey = self.portal, repository.find_survey(self.portal.store, self.published)
        assert survey is not None
        known: Mapping[str, tuple[object, ...]] = {
            "voice_id": (self.voice_id,), "voice_kind": ("complaint",), "survey_id": (self.published, self.asked),
            "organisation_id": (AGENCY,), "person_id": (self.handler.person_id,), "kind": ("csv", "yaml"), "question": ("remark",),
            "decision_id": (survey.decision_id,), "extension": PLAIN_FORMATS, "release_id": (survey.release_id,),
            **self.talked.known,
        }  # fmt: skip
        return Walker(portal, marks, known, {"mark": PUBLIC}, {})


def answer_pages(browser: Browser, path: str, *pages: dict[str, str]) -> httpx.Response:
    """A questionnaire, page by page, and what is shown in the end is sent."""
    shown, number = browser.get(path), 0
    for number, page in enumerate(pages, 1):
        carried = CARRIED.search(shown.text)
        assert carried is not None, shown.text
        shown = browser.send(path, {"go": "next", "page": str(number), "carried": carried.group(1), **page})
    carried = CARRIED.search(shown.text)
    assert carried is not None, shown.text
    return browser.send(path, {"go": "next", "page": "review", "carried": carried.group(1)})


def build(portal: Portal) -> Scene:
    with portal.city.database.connect() as owner:
        for agency in (AGENCY, DECIDER):
            store_agency(owner, agency)
    of_agency = Scope(ScopeKind.ORGANISATION, AGENCY)
    author = Actor(portal.join("author").person_id, (Grant(Role.OFFICER, of_agency),))
    staff, other_staff = (
        Actor(portal.join(name).person_id, (Grant(Role.PROGRAMME_OFFICER),)) for name in ("first", "second")
    )
    published, asked, token = ask(portal, author, (staff, other_staff))
    handler = portal.appoint(Role.HANDLER, of_agency, HANDLER)
    with portal.city.database.connect() as owner:
        owner.execute(
            "UPDATE innovation.people SET name_ar = %s WHERE person_id = %s", [HANDLER_AR, handler.person_id]
        )
        keep_handler(owner, AGENCY, Handler(handler.person_id, 1, None))
    talked = talk(portal, DECIDER)
    voice_id, issued = complain(portal)
    handle(portal, Actor(handler.person_id, (Grant(Role.HANDLER, of_agency),)), voice_id)
    other = portal.appoint(Role.OFFICER, Scope(ScopeKind.ORGANISATION, DECIDER), "other")
    colleague = portal.appoint(Role.OFFICER, of_agency, "colleague")
    return Scene(portal, colleague, handler, other, voice_id, published, asked, issued, token, talked)


def ask(portal: Portal, author: Actor, staff: tuple[Actor, Actor]) -> tuple[UUID, UUID, str]:
    """One survey to its publication, and one that is answered with a token and still open."""
    call, at = portal.office.programme.call, portal.watch.at
    about = Description(
        title_ar=f"ساعات {PUBLIC}", title_en=f"{PUBLIC} hours", purpose_ar="لنعرف", purpose_en="To know", decider_id=DECIDER,
        promised_on=(at + 9 * WEEK).astimezone(CITY_ZONE).date(), sampling=Sampling.SELF_SELECTED,
        channels=frozenset({Channel.WEB}),
    )  # fmt: skip
    roll = replace(about, sampling=Sampling.ROLL, channels=frozenset({Channel.TOKEN}))
    made = []
    for description, weeks in ((about, 1), (roll, 4)):
        survey_id = call(author, surveys.create, AGENCY, description)
        call(author, surveys.write_form, survey_id, (*FORM, REMARK), None)
        dates = Dates(opens=at + timedelta(hours=1), closes=at + weeks * WEEK)
        call(author, surveys.plan, survey_id, dates, version(portal, survey_id))
        call(author, surveys.move, survey_id, "submit", version(portal, survey_id))
        call(staff[0], surveys.schedule, survey_id, version(portal, survey_id))
        made.append(survey_id)
    published, asked = made
    portal.watch.pass_by(hours=2)
    run_due(portal.office.programme, [surveys.SURVEYS])
    browser, page = portal.browser(), {"hours": "yes"}
    answer_pages(browser, f"/surveys/{published}/answer", {**page, "remark": f"Because {ANSWERED}"})
    call(ANONYMOUS, surveys.listen, published, LISTENER, "en")
    survey = repository.find_survey(portal.store, published)
    assert survey is not None
    for choice in ("yes",) * 20 + ("no",) * 15:
        new = NewAnswer(1, Answers({"hours": choice}), Channel.WEB, "en")
        call(ANONYMOUS, ASKING.answer, survey, new)
    (token,), _ = call(author, surveys.issue_codes, asked, 1)
    assert browser.send(f"/surveys/{asked}/code", {"token": token}).status_code == 303
    answer_pages(browser, f"/surveys/{asked}/with-code", {**page, "remark": f"Because {OPEN_ANSWER}"})
    portal.watch.at = at + WEEK
    for _ in range(2):
        run_due(portal.office.programme, [surveys.SURVEYS])
        mix_due(portal.office.programme, lambda: False)
        count_due(portal.office.programme)
    call(staff[1], surveys.publish, published, version(portal, published))
    return published, asked, token


def version(portal: Portal, survey_id: UUID) -> int:
    found = repository.find_survey(portal.store, survey_id)
    assert found is not None
    return found.version


def complain(portal: Portal) -> tuple[UUID, tuple[str, str]]:
    """Somebody without an account says everything about themselves; number and code are shown to them once."""
    browser = portal.browser()
    sent = answer_pages(
        browser,
        "/voices/new/complaint",
        {"agency": f"a{AGENCY.hex}", "topic": "waiting"},
        {"subject": SUBJECT, "body": BODY, "place.governorate": "OM-MA", "place.wilayat": WILAYAT},
        {"name": ASKER, "email": ADDRESS, "telephone": TELEPHONE},
    )
    path = sent.headers["location"].removeprefix("/portal")
    number, code = CODES.findall(browser.get(path).text)[:2]
    return UUID(path.rpartition("/")[2]), (number, code)


def handle(portal: Portal, handler: Actor, voice_id: UUID) -> None:
    call, asker = portal.office.programme.call, Followed("voice", voice_id).actor

    def seen() -> int:
        return call(handler, voices.get_voice, voice_id).version

    for event in ("acknowledge", "take"):
        call(handler, voices.move, voice_id, event, seen())
    call(handler, voices.DESK.take_note, voice_id, NOTE)
    call(handler, voices.DESK.ask, voice_id, QUESTION, seen())
    call(asker, voices.DESK.reply, voice_id, REPLY)
    call(handler, voices.answer, voice_id, Answer(Outcome.RESOLVED, SAID, SAID), seen())
    call(asker, voices.DESK.rate, voice_id, 2, RATING)


@pytest.fixture
def walked(postgres: Any, city_template: Any, tmp_path: Path) -> Iterator[Portal]:
    with open_city(postgres, city_template) as city, open_portal(city, tmp_path / "portal") as portal:
        yield portal


def test_nobody_is_found_by_whoever_looks_everywhere(
    walked: Portal, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    capfd.readouterr()
    scene = build(walked)
    assert walk(scene) == []
    with Folder(tmp_path / "mail") as transport:
        while send_due(walked.office.programme, transport).sent:
            pass
    sent = mailed(scene, tmp_path / "mail")
    assert {name: words for name, words in sent.items() if words} == {
        ADDRESS: {ADDRESS, SUBJECT, QUESTION, SAID, *scene.issued},
        scene.handler.email: {HANDLER, SUBJECT},
        LISTENER: {LISTENER},
        **scene.talked.mailed,
    }
    assert len(sent) > 5, "others had mail as well"
    look_into_tables(scene)
    kept = [file for file in (tmp_path / "portal").rglob("*") if file.is_file()]
    assert not [file for file in kept if marks_in(file.read_bytes(), scene.marks)]
    logged = capfd.readouterr()
    told = (logged.out + logged.err).encode()
    assert marks_in(told, scene.marks) == [], "in the log"
    assert b"/portal/voices/new/{voice_kind}" in told, "the log says nothing of what was asked"


def walk(scene: Scene) -> list[Leak]:
    """Everybody on every page and list; an officer of another agency and whoever asks, where they might expect more."""
    portal, routes = scene.portal, readable(scene.portal.app)

    def asking(browser: Browser) -> Any:
        return lambda address, query: portal.run(browser.client.get(address, params=query))

    walker = scene.walker((*scene.marks, PUBLIC, PEN_NAME))
    found = walker.walk(asking(portal.browser()), routes)
    assert len(walker.asked) == len(routes) > 250
    assert {"/metrics", "/status", "/v1/participation/voices.{extension}"} <= walker.reached
    # What everybody may read is found, in every format.
    public = {leak.where.partition(" ")[0] for leak in found if leak.mark == PUBLIC}
    lists = {f"/v1/participation/surveys.{one}" for one in PLAIN_FORMATS}
    assert {"/v1/participation/ideas", "/portal/ideas"} <= {
        leak.where.partition(" ")[0] for leak in found if leak.mark == PEN_NAME
    }
    assert lists | {f"/portal/surveys/{scene.published}", "/v1/participation/decisions"} <= public
    near = [one for one in routes if any(room in one.path for room in ROOMS)]
    for browser in (portal.browser("ar"), scene.other.browser):
        found += scene.walker(scene.marks).walk(asking(browser), near)
    # What is answered nobody reads before it is over, nor once it is published: whoever asks no more than others.
    walker = scene.walker((OPEN_ANSWER, scene.token, ANSWERED, LISTENER))
    found += walker.walk(asking(scene.colleague.browser), [one for one in near if "surveys" in one.path])
    assert "/portal/desk/surveys/{survey_id}" in walker.reached
    return [leak for leak in found if leak.mark not in {PUBLIC, PEN_NAME}]


def mailed(scene: Scene, folder: Path) -> dict[str, set[str]]:
    """The marked words in the mails to each recipient."""
    found: dict[str, set[str]] = {}
    for file in folder.glob("*.eml"):
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        texts = [str(part.get_content()) for part in message.walk() if part.get_content_maintype() == "text"]
        words = marks_in("\n".join([*map(str, message.values()), *texts]).encode(), scene.marks)
        found.setdefault(str(message["to"]), set()).update(words)
    return found


def look_into_tables(scene: Scene) -> None:
    """Each word lies where it must and nowhere else, also written as bytes; only the portal's role reads there."""
    spelled = {form: mark for mark in scene.marks for form in (mark, mark.encode().hex())}
    found: dict[str, set[str]] = {}
    open_to_all = set()
    with scene.portal.city.database.superuser() as superuser:
        told = superuser.execute(
            "SELECT DISTINCT person_id FROM innovation.notifications WHERE about_en LIKE %s", [f"%{SUBJECT}%"]
        )
        assert told.fetchall() == [(scene.handler.person_id,)]
        for schema, table, oid in superuser.execute(OURS).fetchall():
            statement = sql.SQL("SELECT t::text FROM {} AS t").format(sql.Identifier(schema, table))
            text = "\n".join(row for (row,) in superuser.execute(statement)).encode()
            words = {spelled[form] for form in marks_in(text, list(spelled))}
            if words:
                found[f"{schema}.{table}"] = words
                readers = {role for (role,) in superuser.execute(READERS, [oid])}
                assert readers <= KEEPERS, (schema, table)
            if marks_in(text, [PUBLIC]):
                open_to_all.add(f"{schema}.{table}")
    tables = {
        name: TABLES.get(name, set()) | OF_DIALOGUE.get(name, set()) for name in {*TABLES, *OF_DIALOGUE}
    }
    assert found == tables
    assert {"open_participation.surveys", "open_participation.decisions"} <= open_to_all
