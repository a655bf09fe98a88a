"""Everybody who may come to the portal, and one object of each kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Protocol
from uuid import UUID, uuid4

from casework.access.model import HUB, SYSTEM, Actor, Grant, Role, Scope, ScopeKind
from casework.people.model import Names
from casework.people.roles.service import grant
from citycore.store.connections import Connection
from hackathon.contest.jury.sheets import lock_all
from hackathon.contest.results import appeals
from hackathon.contest.results import service as results
from hackathon.contest.submissions.model import Submission
from hackathon.contest.submissions.service import list_versions
from hackathon.contest.teams.model import Team
from hackathon.outreach.certificates import service as certificates
from hackathon.outreach.certificates.model import Award, Kind
from tests.hackathon.calling import programme_for
from tests.hackathon.stage import Stage
from tests.hackathon.terms import Programme
from tests.hub_api.portal import (
    application_scene,
    award_scene,
    call_scene,
    introduction_scene,
    market_scene,
    need_scene,
    reviewing_scene,
)
from tests.hub_api.portal.conftest import Portal, Somebody
from tests.hub_api.portal.term_scene import serve

HACKATHON = {
    "code": "heat", "title_ar": "هاكاثون الحر", "title_en": "Heat hackathon", "summary_ar": "ظلال وماء",
    "summary_en": "Shade and water", "mode": "online", "team_members_min": "1", "team_members_max": "5",
    "rounds": "1",
}  # fmt: skip
#: In Muscat's time, as browsers send what was chosen.
DATES = {
    "challenges_close": "2026-12-01T00:00", "registration_opens": "2026-12-02T08:00",
    "registration_closes": "2026-12-20T00:00", "team_formation_closes": "2026-12-21T00:00",
    "starts": "2026-12-26T08:00", "submissions_close": "2026-12-28T00:00", "appeals_close": "2027-01-10T00:00",
}  # fmt: skip
CHALLENGE = {
    "title_ar": "ظل على طريق المدرسة", "title_en": "Shade on the way to school", "problem_ar": "الطريق حار.",
    "problem_en": "The way is <hot>.", "terms": "open_source", "things": "air-01",
}  # fmt: skip


class Scene(Protocol):
    """What a noun brings: its part of the town, and its rows of the matrix.

    ``rows`` of everybody, everybody with an account, and administrators; ``OTHERS`` and ``FORMS`` as in the matrix.
    ``settle`` plays with people who are there already and gives the objects by their names in paths. ``PROGRAMS``, if
    it has them, are the rows of its operations for people's own programs.
    """

    OTHERS: Mapping[str, str]
    FORMS: Mapping[str, dict[str, str]]

    def rows(
        self, everybody: frozenset[str], signed: frozenset[str], administrator: frozenset[str]
    ) -> dict[str, frozenset[str]]: ...

    def settle(
        self, portal: Portal, people: Mapping[str, Somebody], objects: Mapping[str, object]
    ) -> dict[str, object]: ...


#: In the order in which they stand on each other.
FIRST: tuple[Scene, ...] = (
    call_scene.SCENE, application_scene.SCENE, reviewing_scene.SCENE, award_scene, market_scene, need_scene,
    introduction_scene,
)  # fmt: skip
_FILES = sorted(Path(__file__).parent.glob("*_scene.py"))
_FOUND = [import_module(f"tests.hub_api.portal.{file.stem}") for file in _FILES]
#: A scene that stands on the town alone is found by the name of its file, ``<noun>_scene.py``.
SCENES: tuple[Scene, ...] = (
    *FIRST,
    *(module for module in _FOUND if hasattr(module, "settle") and module not in FIRST),
)


@dataclass
class Town:
    """``people`` by what they are to the ``objects``, which are named as in the paths of routes."""

    people: dict[str, Somebody]
    objects: dict[str, object]


def build_town(portal: Portal) -> Town:
    elsewhere = Scope(ScopeKind.HACKATHON, uuid4())
    programme = portal.appoint(Role.ORGANISER, HUB, "programme")
    announced = announce(portal, programme, "heat")
    people = {
        "other": portal.join("other"),
        "owner": portal.join("owner"),
        "officer": portal.join("officer"),
        "other_officer": portal.appoint(Role.OFFICER, Scope(ScopeKind.ORGANISATION, uuid4()), "elsewhere"),
        "programme": programme,
        "organiser": portal.appoint(Role.ORGANISER, Scope(ScopeKind.HACKATHON, UUID(announced)), "organiser"),
        "other_organiser": portal.appoint(Role.ORGANISER, elsewhere, "faraway"),
        "judge": portal.appoint(Role.JUDGE, elsewhere, "judge"),
        "coordinator": portal.appoint(Role.COORDINATOR, HUB, "coordinator"),
        "duty_officer": portal.appoint(Role.DUTY_OFFICER, HUB, "duty_officer"),
        "administrator": portal.appoint(Role.ADMINISTRATOR, HUB, "administrator"),
    }
    agency = found(portal, people["officer"], "Baladiya")
    verify(portal, people["administrator"], agency)
    joining = portal.join("joining")
    assert joining.browser.send(f"/organisations/{agency}/join").status_code == 303
    challenge = propose(portal, people["officer"], announced, agency)
    editor = portal.appoint(Role.EDITOR, HUB, "editor")
    objects = {
        "governorate": "OM-MA",
        "session_id": uuid4(),
        "organisation_id": agency,
        "unverified_id": found(portal, people["owner"], "Warsha"),
        "membership_id": one(portal, "SELECT membership_id FROM innovation.memberships", joining),
        "person_id": editor.person_id,
        "grant_id": one(portal, "SELECT grant_id FROM innovation.role_grants", editor),
        "mail_id": uuid4(),
        "hackathon_id": announced,
        "draft_id": create(portal, programme, "draft"),
        "challenge_id": challenge,
        "decision_id": uuid4(),
    }
    with portal.city.database.connect() as owner:
        town = Town(*play(portal, owner, people, objects))
    town.people |= market(portal)
    for scene in SCENES:
        town.objects |= scene.settle(portal, town.people, town.objects)
    return town


def market(portal: Portal) -> dict[str, Somebody]:
    """Who has to do with funding and with the marketplace; what part they play, the scenes say.

    ``close_reviewer`` has the applicants' mail domain; ``vendor`` and ``rival`` are to speak for two companies.
    """
    return {
        "applicant": portal.join("applicant", domain="bahth.example"),
        "co_applicant": portal.join("co_applicant", domain="bahth.example"),
        "reviewer": portal.join("reviewer", domain="jamia.example"),
        "close_reviewer": portal.join("close_reviewer", domain="bahth.example"),
        "programme_officer": portal.appoint(Role.PROGRAMME_OFFICER, HUB, "programme_officer"),
        "finance": portal.appoint(Role.FINANCE, HUB, "finance"),
        "vendor": portal.join("vendor", domain="hulul.example"),
        "rival": portal.join("rival", domain="tiqniya.example"),
    }


def play(
    portal: Portal, owner: Connection, people: dict[str, Somebody], objects: dict[str, object]
) -> tuple[dict[str, Somebody], dict[str, object]]:
    """Another hackathon, which is being judged, and somebody who is an ambassador."""
    stage = Stage(portal.store, owner, folder=portal.office.settings.submissions.folder)
    captain, mate, ambassador = (portal.join(name) for name in ("captain", "mate", "ambassador"))
    seated = portal.join("seated", domain="jamia.example")
    stage.until("registration_opens")
    team = stage.complete_team([mate.person_id], captain=captain.person_id)
    stage.until("starts")
    submission = stage.hand_in(team, files={"map.csv": b"street,shade\n"})
    judge = stage.judge(seated.person_id)
    # Of the captain's mail domain, and so in conflict with the team.
    close = portal.join("close")
    stage.judge(close.person_id)
    stage.judged_by(1)
    stage.admit(submission)
    stage.assign()
    host = portal.appoint(Role.ORGANISER, Scope(ScopeKind.HACKATHON, stage.hackathon_id), "host")
    programme = Programme(portal.store, Actor(people["coordinator"].person_id, (Grant(Role.COORDINATOR),)))
    programme.publish_papers()
    served = serve(portal, programme, ambassador)
    more = {
        "captain": captain,
        "mate": mate,
        "seated": seated,
        "close": close,
        "host": host,
        "ambassador": ambassador,
    }
    known = {
        "key_id": 1,
        "token_id": uuid4(),
        "passkey_id": uuid4(),
        "notification_id": uuid4(),
        "noun": "teams",
        "page_name": "about",
        "name": "request",
        "judged_id": stage.hackathon_id,
        "team_id": team.team_id,
        "member_id": one(portal, "SELECT member_id FROM innovation.team_members", mate),
        "submission_id": submission.submission_id,
        "version": 1,
        "part_id": stage.call(stage.chief, list_versions, submission.submission_id)[0].files[0].file_id,
        "judge_id": judge.judge_id,
        "round_number": 1,
        "proposal_id": uuid4(),
        "sheet_id": stage.sheets()[0].sheet_id,
        "number": 0,
        "language": "ar",
        "applicant_id": programme.apply(portal.join("applicant").person_id),
    } | certify(portal, mate, stage.hackathon_id)
    return people | more, objects | known | served | tell(portal, owner, captain, mate, host)


def tell(
    portal: Portal, owner: Connection, captain: Somebody, mate: Somebody, host: Somebody
) -> dict[str, object]:
    """A third hackathon, whose results are provisional and which a team has appealed against."""
    stage = Stage(portal.store, owner)
    hackathon = Scope(ScopeKind.HACKATHON, stage.hackathon_id)
    portal.office.programme.call(SYSTEM, grant, host.person_id, Grant(Role.ORGANISER, hackathon))
    teams, handed_in = told(stage, ["9", "7", "7"], captain.person_id, [mate.person_id])
    appeal = stage.call(stage.captain(teams[0]), appeals.file, teams[0].team_id, "Look again")
    return {
        "told_id": stage.hackathon_id,
        "told_team_id": teams[0].team_id,
        "told_submission_id": handed_in[0].submission_id,
        "appeal_id": appeal.appeal_id,
    }


def deliberated(
    stage: Stage, marks: list[str], captain: UUID | None = None, members: Iterable[UUID] = (), judges: int = 2
) -> tuple[list[Team], list[Submission]]:
    """Teams whose submissions got these marks, up to deliberation; the first with this captain and these members."""
    stage.judged_by(judges)
    for _ in range(judges):
        stage.judge()
    stage.until("registration_opens")
    teams = [stage.complete_team(members, "Falaj walkers", captain)]
    teams += [stage.complete_team(name=f"Shade {number}") for number in range(2, len(marks) + 1)]
    stage.until("starts")
    handed_in = [stage.hand_in(team, f"Idea {number}") for number, team in enumerate(teams, start=1)]
    stage.admit(*handed_in)
    stage.assign()
    mark_of = {one.submission_id: mark for one, mark in zip(handed_in, marks, strict=True)}
    for sheet in stage.sheets():
        stage.score(sheet, mark_of[sheet.submission_id], comment="Clear and useful.")
    stage.call(stage.chief, lock_all, stage.hackathon_id)
    stage.step("begin_deliberation")
    return teams, handed_in


def told(
    stage: Stage, marks: list[str], captain: UUID | None = None, members: Iterable[UUID] = ()
) -> tuple[list[Team], list[Submission]]:
    """The same, up to provisional results."""
    made = deliberated(stage, marks, captain, members)
    prepared = stage.call(stage.chief, results.prepare, stage.hackathon_id)
    stage.call(stage.chief, results.release, stage.hackathon_id, prepared.number)
    return made


def certify(portal: Portal, somebody: Somebody, hackathon_id: UUID) -> dict[str, object]:
    """A certificate that somebody has approved."""
    award = Award(
        Kind.PARTICIPANT, somebody.person_id, hackathon_id, Names("هاكاثون الحر", "the Heat hackathon"),
        date(2026, 11, 1), date(2026, 11, 3),
    )  # fmt: skip
    settings, chief = portal.office.settings, Actor(uuid4(), (Grant(Role.ADMINISTRATOR),))
    call = programme_for(portal.store, portal.watch, settings.certificates, settings.people).call
    certificate_id = call(chief, certificates.offer, award)
    holder = Actor(somebody.person_id)
    issued = call(holder, certificates.issue, certificate_id, somebody.names, 1)
    return {"certificate_id": certificate_id, "short_id": issued.short_id}


def found(portal: Portal, founder: Somebody, name: str) -> str:
    """An organisation that somebody registers."""
    answer = founder.browser.send("/organisations/new", {"kind": "agency", "name_en": name})
    assert answer.status_code == 303
    return answer.headers["location"].rpartition("/")[2]


def verify(portal: Portal, administrator: Somebody, organisation: str) -> None:
    fields = {"event": "verify", "version": "1"}
    assert administrator.browser.send(f"/organisations/{organisation}/step", fields).status_code == 303


def create(portal: Portal, organiser: Somebody, code: str) -> str:
    """A draft of a hackathon, with dates in the coming weeks."""
    answer = organiser.browser.send("/hackathons/new", HACKATHON | {"code": code})
    assert answer.status_code == 303, answer.text
    hackathon = answer.headers["location"].split("/")[3]
    assert organiser.browser.send(f"/hackathons/{hackathon}/deadlines", DATES).status_code == 303
    return hackathon


def announce(portal: Portal, organiser: Somebody, code: str) -> str:
    hackathon = create(portal, organiser, code)
    fields = {"event": "announce", "version": "1"}
    assert organiser.browser.send(f"/hackathons/{hackathon}/step", fields).status_code == 303
    return hackathon


def propose(portal: Portal, officer: Somebody, hackathon: str, agency: str) -> str:
    """A draft of a challenge."""
    answer = officer.browser.send(
        f"/hackathons/{hackathon}/challenges/new", CHALLENGE | {"organisation": agency}
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].rpartition("/")[2]


def one(portal: Portal, query: str, somebody: Somebody) -> object:
    row = portal.store.execute(f"{query} WHERE person_id = %s".encode(), [somebody.person_id]).fetchone()
    assert row is not None
    return row[0]
