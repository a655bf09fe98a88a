"""The pages of applications in a real browser, in both languages, for all who have to do with one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from casework.access.model import ANONYMOUS, SYSTEM, Actor, Grant, Role
from casework.files.service import receive
from casework.people.model import Visitor
from casework.people.roles.service import find_actor, grant
from casework.people.sessions.service import begin_session
from casework.workflow.clockwork import run_due
from citycore.clock import system_clock
from citycore.language import LANGUAGES, Language
from citycore.store.connections import Connection
from hackathon.funding.applications import applicants, screening, writing
from hackathon.funding.applications.model import Application, Content
from hackathon.funding.applications.settings import ApplicationSettings
from programme.registry import BINDINGS
from tests.browser import needs_chromium
from tests.hackathon.calling import programme_for
from tests.hackathon.funding import DAY, Funding
from tests.hub_api.portal.application_scene import FILLED
from tests.hub_api.portal.looks import PHONE
from tests.hub_api.portal.stand import House

pytestmark = needs_chromium

LONG = replace(
    FILLED,
    title="خريطة الماء Water-map-for-all-the-streets-and-wadis-of-Muscat",
    summary="نبيّن أين يضيع الماء، شارعًا شارعًا.\nWhere water is lost, street by street.",
    answers={
        "plan": "استمعوا إلى الأنابيب " * 20,
        "site": "https://water.example/" + "a-long-way/" * 9,
        "team": "ن",
    },
)


@dataclass
class Scene:
    """Pages by who looks at them, each person with the token of a session."""

    tokens: dict[str, str] = field(default_factory=dict)
    pages: dict[str, list[str]] = field(default_factory=dict)


class Builder:
    """Calls and applications by a clock of their own, that stays behind the real one."""

    def __init__(self, portal: Connection, owner: Connection, folder: Path) -> None:
        self.portal, self.owner = portal, owner
        self.now = system_clock() - 1.5 * DAY
        self.settings = ApplicationSettings(folder=folder)
        self.programme = programme_for(portal, lambda: self.now, self.settings)
        self.call = self.programme.call

    def person(self, name: str) -> UUID:
        person_id = uuid4()
        self.owner.execute(
            "INSERT INTO innovation.people (person_id, email, email_key, name_en, name_ar, language, state,"
            " state_changed_at, created_at, email_verified_at) VALUES (%(id)s, %(email)s, %(email)s, %(name)s,"
            " 'سلمى الحارثية', 'en', 'active', %(at)s, %(at)s, %(at)s)",
            {"id": person_id, "email": f"{name}.{person_id.hex}@example.com", "name": f"{name} Al Harthy", "at": self.now},
        )  # fmt: skip
        return person_id

    def actor(self, person_id: UUID) -> Actor:
        return find_actor(self.portal, person_id, self.now)

    def written(self, call_id: UUID, lead: UUID, other: UUID | None = None) -> Application:
        begun = self.call(self.actor(lead), writing.begin, call_id, Content())
        application_id = begun.application_id
        if other is not None:
            row = self.owner.execute(
                "SELECT email FROM innovation.people WHERE person_id = %s", [other]
            ).fetchone()
            assert row is not None
            here = Visitor("10.9.8.7", "test")
            asked = applicants.invite(self.programme, self.actor(lead), application_id, row[0], here)
            self.call(self.actor(other), applicants.accept, asked.applicant_id, asked.version)
            applicants.invite(self.programme, self.actor(lead), application_id, "a.guest@example.com", here)
        self.call(self.actor(other or lead), writing.write, application_id, LONG, begun.version)
        name = "خطة العمل من " + "طويلة-" * 12 + "plan.csv"
        self.call(
            self.actor(lead),
            writing.add_file,
            application_id,
            receive(BytesIO(b"street,water\n"), name, self.settings.store()),
        )
        return self.call(self.actor(lead), writing.find, application_id)

    def handed_in(self, call_id: UUID, lead: UUID, other: UUID | None = None) -> Application:
        one = self.written(call_id, lead, other)
        self.call(self.actor(lead), writing.submit, one.application_id, one.version)
        return self.call(self.actor(lead), writing.find, one.application_id)

    def close(self, call_id: UUID, at: datetime) -> None:
        self.owner.execute(
            "UPDATE innovation.deadlines SET instant = %s WHERE object_id = %s AND name = 'closes'", [at, call_id]
        )  # fmt: skip
        self.now = at
        run_due(programme_for(self.portal, lambda: self.now), BINDINGS)


@pytest.fixture(scope="module")
def scene(house: House, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    folder = tmp_path_factory.mktemp("files")
    with house.city.database.connect("portal") as portal, house.city.database.connect() as owner:
        return build(Builder(portal, owner, folder))


def build(builder: Builder) -> Scene:
    """An open call with a draft of two; one that has closed, with an application that is asked and one that is not funded."""
    scene, portal = Scene(), builder.portal
    funding = Funding(portal, builder.now)
    closed = funding.opened()
    builder.now = funding.now
    people = {
        name: builder.person(name) for name in ("lead", "other", "asked", "rejected", "expired", "guest")
    }
    officer = builder.person("officer")
    builder.programme.call(SYSTEM, grant, officer, Grant(Role.PROGRAMME_OFFICER))
    asked, rejected, screened = (
        builder.handed_in(closed, people["asked"], people["guest"]),
        builder.handed_in(closed, people["rejected"]),
        builder.handed_in(closed, people["lead"]),
    )
    expired = builder.written(closed, people["expired"])
    builder.close(closed, builder.now + timedelta(minutes=1))
    funding.now = builder.now
    chief = builder.actor(officer)
    version = builder.call(chief, writing.find, asked.application_id).version
    builder.call(chief, screening.ask, asked.application_id, "Which street?\nأي شارع؟", system_clock() + 7 * DAY, version
    )  # fmt: skip
    builder.owner.execute(
        "UPDATE innovation.applications SET state = 'rejected', state_reason = 'below_threshold',"
        " version = version + 1 WHERE application_id = %s",
        [rejected.application_id],
    )
    version = builder.call(chief, writing.find, screened.application_id).version
    builder.call(chief, screening.prepare, screened.application_id, "exclude", version, "out_of_scope")
    open_funding = Funding(portal, system_clock() - 1.5 * DAY)
    opened = open_funding.opened(rounds=2)
    builder.now = open_funding.now
    draft = builder.written(opened, people["lead"], people["other"])
    desk = f"/calls/{closed}/desk/applications"
    scene.pages = {
        "lead": [
            f"/applications/{draft.application_id}", f"/applications/{draft.application_id}/form",
            f"/applications/{draft.application_id}/trail", "/account/applications", f"/calls/{opened}/applications/new",
        ],
        "other": [f"/applications/{draft.application_id}", f"/calls/{opened}"],
        "asked": [f"/applications/{asked.application_id}"],
        "rejected": [f"/applications/{rejected.application_id}"],
        "expired": [f"/applications/{expired.application_id}", f"/calls/{closed}/applications/new"],
        "officer": [
            desk, f"{desk}?q=none", f"{desk}/{screened.application_id}", f"{desk}/{asked.application_id}",
            f"{desk}/{rejected.application_id}", f"/calls/{closed}/desk", f"/applications/{screened.application_id}/trail",
        ],
    }  # fmt: skip
    with portal.transaction():
        for name, person_id in (people | {"officer": officer}).items():
            session = programme_for(portal).call(
                ANONYMOUS, begin_session, person_id, Visitor("10.9.8.7", "test")
            )
            scene.tokens[name] = session.token
    return scene


WHO = ("lead", "other", "asked", "rejected", "expired", "officer")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", WHO)
def test_pages_of_applications_shut_nobody_out(
    house: House, scene: Scene, who: str, language: Language
) -> None:
    house.look(language, *scene.pages[who], token=scene.tokens[who])


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_write_at_once_without_scripts_and_see_both_texts(
    house: House, scene: Scene, language: Language
) -> None:
    pages = [house.open(scene.tokens[who], viewport=PHONE) for who in ("lead", "other")]
    for page in pages:
        page.goto(f"{house.url}/portal{scene.pages['lead'][1]}?lang={language}")
    mine, theirs = pages
    theirs.locator("#answer_plan").fill(f"Theirs {language}")
    theirs.locator('button[value="save"]').click()
    assert theirs.get_by_role("status").is_visible()
    mine.locator("#answer_plan").fill(f"Mine {language}")
    mine.locator('button[value="save"]').click()
    assert mine.get_by_role("alert").is_visible()
    assert mine.locator("#answer_plan").input_value().strip() == f"Mine {language}"
    assert mine.locator(".call", has_text=f"Theirs {language}").is_visible()
    mine.locator("#answer_plan").fill(f"Both {language}")
    mine.locator('button[value="save"]').click()
    assert mine.get_by_role("status").is_visible()
    for page in pages:
        page.context.close()
