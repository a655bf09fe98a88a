"""Hackathons at which teams write, are screened and are judged, for the pages of submissions in a browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from casework.access.model import ANONYMOUS, SYSTEM, Grant, Role, Scope, ScopeKind
from casework.forms.model import FieldKind, FormField
from casework.people.model import Visitor
from casework.people.roles.service import grant
from casework.people.sessions.service import begin_session
from casework.programme import Session
from citycore.clock import system_clock
from citycore.store.connections import Connection
from hackathon.contest.submissions import writing
from hackathon.contest.submissions.model import Content, Submission
from hackathon.contest.submissions.repository import SUBMISSIONS
from hackathon.contest.teams.model import Team
from tests.hackathon.calling import programme_for
from tests.hackathon.stage import DATES, Stage

FORM = (
    FormField("data_used", "البيانات المستخدمة", "Data used", is_required=True),
    FormField("demo", "عرض", "Demo", FieldKind.LINK),
    FormField("slogan", "شعار", "Slogan", FieldKind.LINE),
)
#: Long words and both directions, as people write them.
TITLE = "خريطة الظل Shade-map-for-the-ways-to-all-schools-of-Muscat"


@dataclass
class Scene:
    """Pages by who looks at them, each person with the token of a session."""

    tokens: dict[str, str] = field(default_factory=dict)
    pages: dict[str | None, list[str]] = field(default_factory=dict)


def build(portal: Connection, owner: Connection, folder: Path) -> Scene:
    """One hackathon that is judged, one that is screened, one that runs; by the real clock all of it was lately."""
    scene = Scene()
    for name in ("judged", "screened", "running"):
        # One after the other: the clockwork of a stage moves all that there are.
        stage = Stage(portal, owner, folder=folder)
        stage.call(stage.chief, writing.set_form, stage.hackathon_id, FORM)
        stage.until("registration_opens")
        people = {one: stage.person() for one in (f"{name}_captain", f"{name}_idle")}
        team, idle = (stage.complete_team(captain=person) for person in people.values())
        host = stage.person()
        hackathon = Scope(ScopeKind.HACKATHON, stage.hackathon_id)
        stage.programme.call(SYSTEM, grant, host, Grant(Role.ORGANISER, hackathon))
        stage.until("starts")
        one = fill(stage, team, is_final=name != "running")
        if name == "judged":
            stage.admit(one)
        elif name == "screened":
            stage.until("submissions_close")
            stage.step("begin_screening")
            known = stage.looked_at(one)
            programme_for(portal, stage.watch).call(
                stage.chief,
                Session.prepare,
                SUBMISSIONS,
                one.submission_id,
                "reject",
                known.version,
                "no_data",
            )
        begun = begin_sessions(portal, people | {f"{name}_host": host})
        scene.tokens |= begun
        path = f"/hackathons/{stage.hackathon_id}"
        scene.pages[f"{name}_captain"] = [
            f"/submissions/{one.submission_id}",
            f"/teams/{team.team_id}",
        ]
        scene.pages[f"{name}_idle"] = [f"/teams/{idle.team_id}/submission"]
        scene.pages[f"{name}_host"] = [
            f"{path}/desk/submissions", f"{path}/desk/submissions?q=none", f"{path}/desk/submissions/{one.submission_id}",
            f"{path}/desk/submissions/form", f"{path}/desk", f"/submissions/{one.submission_id}", f"{path}/submissions",
        ]  # fmt: skip
        if name == "judged":
            scene.pages[None] = [
                f"{path}/submissions",
                f"{path}/submissions?q=ظل",
                f"/submissions/{one.submission_id}",
            ]
    asking = Stage(portal, owner)
    host = asking.person()
    asking.programme.call(
        SYSTEM, grant, host, Grant(Role.ORGANISER, Scope(ScopeKind.HACKATHON, asking.hackathon_id))
    )
    scene.tokens |= begin_sessions(portal, {"asking_host": host})
    scene.pages["asking_host"] = [
        f"/hackathons/{asking.hackathon_id}/desk/submissions",
        f"/hackathons/{asking.hackathon_id}/desk/submissions/form",
    ]
    move_to_now(owner, stage)
    return scene


def fill(stage: Stage, team: Team, *, is_final: bool) -> Submission:
    captain = stage.captain(team)
    draft = stage.call(captain, writing.begin, team.team_id)
    answers = {
        "data_used": "PM2.5",
        "demo": "https://shade.example/" + "a-long-way/" * 12,
        "slogan": "امشِ في الظل",
    }
    content = Content(TITLE, "نبيّن أين الظل، ساعة بساعة.\nWhere to walk, hour by hour.", answers)
    written = stage.call(captain, writing.write, draft.submission_id, content, draft.version)
    stage.add_file(written, captain, "خطة العمل من " + "طويلة-" * 12 + "plan.csv", b"street,shade\n")
    if is_final:
        stage.call(captain, writing.submit, draft.submission_id, written.version + 1)
    return draft


def move_to_now(owner: Connection, stage: Stage) -> None:
    """Move the dates of this hackathon, so that it started within the last hours."""
    shift = system_clock() - DATES["starts"] - timedelta(hours=2)
    owner.execute(
        "UPDATE innovation.deadlines SET instant = instant + %s WHERE object_id = %s",
        [shift, stage.hackathon_id],
    )


def begin_sessions(portal: Connection, people: dict[str, Any]) -> dict[str, str]:
    with portal.transaction():
        return {
            name: programme_for(portal)
            .call(ANONYMOUS, begin_session, person_id, Visitor("10.9.8.7", "test"))
            .token
            for name, person_id in people.items()
        }
