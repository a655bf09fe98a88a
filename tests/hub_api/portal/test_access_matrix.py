"""Every route of the portal: who gets in. A route without a row fails.

"In" means that the service behind the page was reached, and it answered; what it then says of an empty form is its
own business. "Out" means 403, 404, or being led to signing in.

For each set of people that a row names, one row is tried by everybody. Each other row is tried by somebody who may, by
who is signed in and nothing else or not at all, and, in turn, by some of those who may not and have most in common with who
may: who has the role elsewhere, who is close. ``--long`` tries all rows by everybody.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from fastapi.routing import APIRoute

from hub_api.programme.routes import ROOMS
from tests.hub_api.portal import ambassador_rows, certificate_rows, factor_rows, judging_rows, submission_rows
from tests.hub_api.portal.alike import at_the_door
from tests.hub_api.portal.conftest import PASSWORD, Browser, Portal, Somebody
from tests.hub_api.portal.town import HACKATHON, SCENES, Town, build_town

#: Who is in the town; "owner" is who the object belongs to, "other" somebody with an account and nothing else.
#: Of the hackathon that is judged: its captain, their mate, the judge who is seated there, one who is close to the
#: team and for whom it is not there, and its host, who organises it.
EVERYBODY = (
    "visitor", "other", "owner", "officer", "other_officer", "programme", "organiser", "other_organiser", "judge",
    "coordinator", "administrator", "captain", "mate", "seated", "close", "host",
    "ambassador", "duty_officer",
    "applicant", "co_applicant", "reviewer", "close_reviewer", "programme_officer", "finance", "vendor", "rival",
)  # fmt: skip
ALL = frozenset(EVERYBODY)
SIGNED = ALL - {"visitor"}
ADMINISTRATOR = frozenset({"administrator"})
STAFF = ADMINISTRATOR | {"coordinator"}
#: Who speaks for the organisation; administrators look after all.
SPEAKERS = ADMINISTRATOR | {"officer"}
#: Who organises for the whole hub, and of this hackathon.
PROGRAMME = ADMINISTRATOR | {"programme"}
ORGANISERS = PROGRAMME | {"organiser"}
OFFICERS = frozenset({"officer", "other_officer"})
#: Who organises the hackathons that are judged.
HOSTS = PROGRAMME | {"host"}
#: Whoever the team that is judged is there for.
TEAM_SEEN = ALL - {"close"}
ROWS: dict[str, frozenset[str]] = {
    "GET /portal": ALL,
    "GET /portal/search": ALL,
    "GET /portal/governorates": ALL,
    "GET /portal/governorates/{governorate}": ALL,
    "GET /portal/account": SIGNED,
    "POST /portal/account/names": SIGNED,
    "POST /portal/account/picture": SIGNED,
    "POST /portal/account/picture/remove": SIGNED,
    "POST /portal/account/password/change": SIGNED,
    "POST /portal/account/email/change": SIGNED,
    "POST /portal/account/sessions/end-all": SIGNED,
    # Whose it is not gets the same answer, and the session goes on: see the test below.
    "POST /portal/account/sessions/{session_id}/end": SIGNED,
    "POST /portal/account/export": SIGNED,
    "POST /portal/account/erase": SIGNED,
    "POST /portal/account/keep": SIGNED,
    "GET /portal/account/readings": SIGNED,
    "GET /portal/account/sign-up": ALL,
    "POST /portal/account/sign-up": ALL,
    "GET /portal/account/sent": ALL,
    "GET /portal/account/confirm": ALL,
    "POST /portal/account/confirm": ALL,
    "GET /portal/account/sign-in": ALL,
    "POST /portal/account/sign-in": ALL,
    "POST /portal/account/sign-out": ALL,
    "GET /portal/account/forgotten": ALL,
    "POST /portal/account/forgotten": ALL,
    "GET /portal/account/password": ALL,
    "POST /portal/account/password": ALL,
    "GET /portal/account/email": ALL,
    "POST /portal/account/email": ALL,
    "GET /portal/account/identity": ALL,
    "POST /portal/account/identity": ALL,
    "GET /portal/follow": ALL,
    # Nobody is signed in there: the forms of whoever is come from elsewhere.
    "POST /portal/follow": frozenset({"visitor"}),
    "POST /portal/follow/end": frozenset({"visitor"}),
    "GET /portal/account/organisations": SIGNED,
    "GET /portal/organisations": ALL,
    "GET /portal/organisations/new": SIGNED,
    "POST /portal/organisations/new": SIGNED,
    "GET /portal/organisations/{organisation_id}": ALL,
    "POST /portal/organisations/{organisation_id}/join": SIGNED,
    "POST /portal/organisations/{organisation_id}/invite": SPEAKERS,
    "POST /portal/organisations/{organisation_id}/edit": SPEAKERS,
    "POST /portal/organisations/{organisation_id}/picture": SPEAKERS,
    "POST /portal/organisations/{organisation_id}/picture/remove": SPEAKERS,
    "POST /portal/organisations/{organisation_id}/step": ADMINISTRATOR,
    "GET /portal/organisations/{unverified_id}": frozenset({"owner", "administrator"}),
    "POST /portal/organisations/{unverified_id}/join": frozenset(),
    "POST /portal/memberships/{membership_id}/step": SPEAKERS,
    "POST /portal/memberships/{membership_id}/admin": SPEAKERS,
    "GET /portal/desk": STAFF | {"programme_officer", "finance", "duty_officer"},
    "GET /portal/desk/people": STAFF,
    "GET /portal/desk/people/{person_id}": STAFF,
    "POST /portal/desk/people/{person_id}/step": ADMINISTRATOR,
    "POST /portal/desk/people/{person_id}/grants": ADMINISTRATOR,
    "POST /portal/desk/people/{person_id}/sessions/end": ADMINISTRATOR,
    "POST /portal/desk/grants/{grant_id}/revoke": ADMINISTRATOR,
    "GET /portal/desk/organisations": ADMINISTRATOR,
    "POST /portal/desk/organisations/bulk": ADMINISTRATOR,
    "GET /portal/desk/mails": ADMINISTRATOR,
    "GET /portal/desk/readings": ADMINISTRATOR,
    "GET /portal/desk/audit": ADMINISTRATOR,
    "GET /portal/desk/audit/heads": ADMINISTRATOR,
    "POST /portal/desk/mails/bulk": ADMINISTRATOR,
    "GET /portal/hackathons": ALL,
    "GET /portal/hackathons/new": PROGRAMME,
    "POST /portal/hackathons/new": PROGRAMME,
    "GET /portal/hackathons/{hackathon_id}": ALL,
    "GET /portal/hackathons/{draft_id}": PROGRAMME,
    "GET /portal/hackathons/{hackathon_id}/desk": ORGANISERS,
    "GET /portal/hackathons/{draft_id}/desk": PROGRAMME,
    "POST /portal/hackathons/{hackathon_id}/edit": ORGANISERS,
    "POST /portal/hackathons/{hackathon_id}/picture": ORGANISERS,
    "POST /portal/hackathons/{hackathon_id}/picture/remove": ORGANISERS,
    "POST /portal/hackathons/{hackathon_id}/deadlines": ORGANISERS,
    "POST /portal/hackathons/{hackathon_id}/extension": ORGANISERS,
    "POST /portal/hackathons/{hackathon_id}/step": ORGANISERS,
    "POST /portal/hackathons/{hackathon_id}/decisions/release": ORGANISERS,
    "POST /portal/hackathons/{hackathon_id}/decisions/{decision_id}/withdraw": ORGANISERS,
    "GET /portal/hackathons/{hackathon_id}/challenges/new": OFFICERS,
    "POST /portal/hackathons/{hackathon_id}/challenges/new": frozenset({"officer"}),
    "GET /portal/hackathons/{hackathon_id}/desk/challenges/new": ORGANISERS,
    "POST /portal/hackathons/{hackathon_id}/desk/challenges/new": ORGANISERS,
    "GET /portal/challenges/{challenge_id}": ORGANISERS | {"officer"},
    "POST /portal/challenges/{challenge_id}/edit": frozenset({"officer"}),
    "POST /portal/challenges/{challenge_id}/step": ORGANISERS | {"officer"},
    "POST /portal/challenges/{challenge_id}/prepare": ORGANISERS,
    "GET /portal/hackathons/{judged_id}/teams": ALL,
    "GET /portal/hackathons/{draft_id}/teams": PROGRAMME,
    "GET /portal/hackathons/{hackathon_id}/teams/new": SIGNED,
    "POST /portal/hackathons/{hackathon_id}/teams/new": SIGNED,
    "GET /portal/account/teams": SIGNED,
    "GET /portal/teams/join": SIGNED,
    # Everybody reaches it, and the code that nobody has made is answered with 404.
    "POST /portal/teams/join": frozenset(),
    "GET /portal/teams/{team_id}": TEAM_SEEN,
    "POST /portal/teams/{team_id}/edit": HOSTS | {"captain"},
    "POST /portal/teams/{team_id}/step": HOSTS | {"captain", "mate"},
    "POST /portal/teams/{team_id}/code": frozenset({"captain"}),
    "POST /portal/teams/{team_id}/invite": frozenset({"captain"}),
    "POST /portal/teams/{team_id}/ask": TEAM_SEEN - {"visitor"},
    "POST /portal/teams/{team_id}/captain": HOSTS | {"captain"},
    "POST /portal/teams/{team_id}/members/{member_id}/step": frozenset({"captain"}),
    "POST /portal/account/teams/{member_id}/step": frozenset({"captain"}),
    "POST /portal/hackathons/{judged_id}/desk/teams/{team_id}/edit": HOSTS,
    "POST /portal/hackathons/{judged_id}/desk/teams/{team_id}/step": HOSTS,
    "POST /portal/hackathons/{judged_id}/desk/teams/{team_id}/captain": HOSTS,
    "POST /portal/hackathons/{judged_id}/desk/teams/{team_id}/mentor": HOSTS,
    # A step that is the captain's is refused as one.
    "POST /portal/hackathons/{judged_id}/desk/teams/{team_id}/members/{member_id}/step": HOSTS,
    "GET /portal/hackathons/{judged_id}/desk/teams": HOSTS,
    "POST /portal/hackathons/{judged_id}/desk/teams/bulk": HOSTS,
    "POST /portal/hackathons/{judged_id}/desk/mentors": HOSTS,
    "POST /portal/hackathons/{judged_id}/desk/mentors/{person_id}/end": HOSTS,
    "GET /portal/hackathons/{judged_id}/desk/teams/{team_id}": HOSTS,
    "GET /portal/hackathons/{hackathon_id}/desk/teams": ORGANISERS,
    # The team of another hackathon.
    "GET /portal/hackathons/{hackathon_id}/desk/teams/{team_id}": frozenset(),
    **submission_rows.rows(ALL, TEAM_SEEN, PROGRAMME, ORGANISERS, HOSTS),
    **judging_rows.rows(SIGNED, ORGANISERS, HOSTS),
    # Of what nobody sent from a page of theirs, nothing is kept.
    "GET /portal/account/drafts": SIGNED,
    "POST /portal/drafts": SIGNED,
    "POST /portal/drafts/discard": SIGNED,
    "GET /portal/account/notifications": SIGNED,
    "POST /portal/account/notifications/read": SIGNED,
    "POST /portal/account/notifications/choice": SIGNED,
    # Nobody's: others' are not there.
    "POST /portal/account/notifications/{notification_id}/open": frozenset(),
    "GET /portal/desk/texts": ADMINISTRATOR,
    "GET /portal/desk/texts/{page_name}": ADMINISTRATOR,
    "POST /portal/desk/texts/{page_name}/write": ADMINISTRATOR,
    "POST /portal/desk/texts/{page_name}/preview": ADMINISTRATOR,
    "POST /portal/desk/texts/{page_name}/restore": ADMINISTRATOR,
    "GET /portal/desk/mail-texts": ADMINISTRATOR,
    "GET /portal/desk/mail-texts/{noun}/{name}": ADMINISTRATOR,
    "POST /portal/desk/mail-texts/{noun}/{name}/write": ADMINISTRATOR,
    "POST /portal/desk/mail-texts/{noun}/{name}/restore": ADMINISTRATOR,
    "GET /portal/account/tokens": SIGNED,
    "POST /portal/account/tokens": SIGNED,
    # Nobody's: whose it is not is told that there is none, on the page of their own.
    "POST /portal/account/tokens/{token_id}/revoke": SIGNED,
    # The team's own, and to look at for who organises its hackathon.
    "GET /portal/teams/{team_id}/keys": PROGRAMME | {"captain", "mate", "host"},
    "POST /portal/teams/{team_id}/keys": frozenset({"captain"}),
    "POST /portal/teams/{team_id}/keys/{key_id}/replace": frozenset({"captain"}),
    "POST /portal/teams/{team_id}/keys/{key_id}/revoke": frozenset({"captain"}),
    "GET /portal/judging": ALL,
    "GET /portal/hackathons/{hackathon_id}/results": ALL,
    "GET /portal/hackathons/{draft_id}/results": PROGRAMME,
    "GET /portal/hackathons/{told_id}/results": ALL,
    "POST /portal/submissions/{told_submission_id}/vote": SIGNED,
    "GET /portal/hackathons/{told_id}/desk/results": HOSTS,
    "POST /portal/hackathons/{told_id}/desk/results/prepare": HOSTS,
    "POST /portal/hackathons/{told_id}/desk/results/tie": HOSTS,
    "POST /portal/hackathons/{told_id}/desk/results/release": HOSTS,
    "POST /portal/hackathons/{told_id}/desk/results/finalise": HOSTS,
    "POST /portal/hackathons/{told_id}/desk/results/appeals/{appeal_id}": HOSTS,
    "POST /portal/hackathons/{told_id}/desk/results/ballot": HOSTS,
    "POST /portal/hackathons/{told_id}/desk/results/continuation": HOSTS,
    # Nobody else learns that a team has an appeal or feedback.
    "GET /portal/teams/{told_team_id}/feedback": frozenset({"captain", "mate"}),
    "POST /portal/teams/{told_team_id}/appeal": frozenset({"captain"}),
    "POST /portal/teams/{told_team_id}/appeal/withdraw": frozenset({"captain"}),
    **certificate_rows.rows(ALL, SIGNED, STAFF, ADMINISTRATOR, PROGRAMME, HOSTS),
    **ambassador_rows.rows(ALL, SIGNED, STAFF),
    **factor_rows.rows(SIGNED, ADMINISTRATOR),
    **{row: who for scene in SCENES for row, who in scene.rows(ALL, SIGNED, ADMINISTRATOR).items()},
    # There is no sign-in service here.
    "GET /portal/account/identity/go": frozenset(),
    "GET /portal/account/identity/back": frozenset(),
    # Nobody signs in on dashboards here.
    "GET /portal/.well-known/openid-configuration": frozenset(),
    "GET /portal/account/dashboards": frozenset(),
    "POST /portal/account/dashboards": frozenset(),
    "POST /portal/account/dashboards/token": frozenset(),
    "GET /portal/account/dashboards/keys": frozenset(),
    "GET /portal/account/dashboards/out": frozenset(),
}


#: Objects that some rows are tried with instead, and the name that the path has for them.
OTHERS = {
    "unverified_id": "organisation_id", "draft_id": "hackathon_id", "judged_id": "hackathon_id",
    "told_id": "hackathon_id", "told_team_id": "team_id", "told_submission_id": "submission_id",
    **ambassador_rows.OTHERS,
    **submission_rows.OTHERS,
    **{other: name for scene in SCENES for other, name in scene.OTHERS.items()},
}  # fmt: skip

HEIR = {"member": "{member_id}", "version": "99"}
REMOVED = {"event": "remove", "reason": "agreed", "version": "99"}
TAKEN_OUT = {"event": "take_out", "reason": "conduct", "version": "99"}
#: Forms that would be understood, of a version that has gone: whoever may is told so, and nothing changes.
FORMS: dict[str, dict[str, str]] = {
    **ambassador_rows.FORMS,
    **certificate_rows.FORMS,
    **factor_rows.FORMS,
    **judging_rows.FORMS,
    **submission_rows.FORMS,
    **{row: form for scene in SCENES for row, form in scene.FORMS.items()},
    "POST /portal/hackathons/new": HACKATHON | {"code": "not a code"},
    "POST /portal/hackathons/{hackathon_id}/edit": HACKATHON | {"version": "99"},
    "POST /portal/hackathons/{hackathon_id}/step": {"event": "cancel", "reason": "no_venue", "version": "99"},
    "POST /portal/hackathons/{hackathon_id}/decisions/release": {"decision": "{decision_id}"},
    "POST /portal/hackathons/{hackathon_id}/challenges/new": {
        "organisation": "{organisation_id}",
        "title_ar": "",
        "title_en": "",
    },
    "POST /portal/hackathons/{hackathon_id}/desk/challenges/new": {"organisation": "{organisation_id}"},
    "POST /portal/hackathons/{hackathon_id}/teams/new": {"name": "Early"},
    "POST /portal/teams/join": {"code": "AAAA-BBBB-CCCC-DDDD"},
    "POST /portal/teams/{team_id}/edit": {"name": "Palms", "version": "99"},
    "POST /portal/teams/{team_id}/step": {"event": "fall_short", "version": "99"},
    "POST /portal/teams/{team_id}/invite": {"email": "guest@baladiya.example"},
    "POST /portal/teams/{team_id}/captain": HEIR,
    "POST /portal/hackathons/{judged_id}/desk/teams/{team_id}/edit": {"name": "Palms", "version": "99"},
    "POST /portal/hackathons/{judged_id}/desk/teams/{team_id}/step": {"event": "fall_short", "version": "99"},
    "POST /portal/hackathons/{judged_id}/desk/teams/{team_id}/captain": HEIR,
    "POST /portal/hackathons/{judged_id}/desk/teams/{team_id}/mentor": {
        "person": "{person_id}",
        "helps": "1",
    },
    "POST /portal/hackathons/{judged_id}/desk/teams/{team_id}/members/{member_id}/step": TAKEN_OUT,
    "POST /portal/hackathons/{judged_id}/desk/mentors": {"email": "no address"},
    "POST /portal/teams/{team_id}/members/{member_id}/step": REMOVED,
    "POST /portal/account/teams/{member_id}/step": REMOVED,
    "POST /portal/challenges/{challenge_id}/edit": {"title_ar": "ظل", "title_en": "Shade", "version": "99"},
    "POST /portal/challenges/{challenge_id}/step": {"event": "withdraw", "reason": "merged", "version": "99"},
    "POST /portal/challenges/{challenge_id}/prepare": {"event": "approve", "version": "99"},
    "POST /portal/hackathons/{told_id}/desk/results/tie": {"reason": ""},
    "POST /portal/hackathons/{told_id}/desk/results/release": {"number": "99"},
    "POST /portal/hackathons/{told_id}/desk/results/finalise": {"version": "99"},
    "POST /portal/hackathons/{told_id}/desk/results/appeals/{appeal_id}": {
        "decision": "dismiss/no_error",
        "answer": "No",
        "version": "99",
    },
    "POST /portal/hackathons/{told_id}/desk/results/ballot": {
        "opens_at": "2026-01-02T00:00",
        "closes_at": "2026-01-01T00:00",
    },
    "POST /portal/hackathons/{told_id}/desk/results/continuation": {
        "submission": "{told_submission_id}",
        "kind": "pilot",
        "reference": "Ruwi",
    },
    "POST /portal/teams/{told_team_id}/appeal": {"text": "Look again"},
    "POST /portal/teams/{told_team_id}/appeal/withdraw": {"version": "99"},
    "POST /portal/account/tokens": {"days": "0"},
    "POST /portal/organisations/new": {"kind": "agency"},
    "POST /portal/organisations/{organisation_id}/step": {
        "event": "suspend",
        "reason": "other",
        "version": "99",
    },
    "POST /portal/organisations/{organisation_id}/invite": {"email": "guest@baladiya.example"},
    "POST /portal/organisations/{organisation_id}/edit": {"name_en": "Baladiya"},
    "POST /portal/memberships/{membership_id}/step": {"event": "approve", "version": "99"},
    "POST /portal/memberships/{membership_id}/admin": {"is_admin": "1", "version": "99"},
    "POST /portal/desk/people/{person_id}/step": {"event": "suspend", "reason": "other", "version": "99"},
    "POST /portal/desk/people/{person_id}/grants": {"role": "editor"},
    "POST /portal/desk/people/{person_id}/sessions/end": {"version": "99"},
    "POST /portal/desk/grants/{grant_id}/revoke": {"person": "{person_id}"},
}


def routes() -> dict[str, APIRoute]:
    return {
        f"{method} {route.path}": route
        for room in ROOMS
        for route in room.router.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    }


def renamed(row: str) -> str:
    """As the route has it: some rows try it with another object."""
    for other, name in OTHERS.items():
        row = row.replace(f"{{{other}}}", f"{{{name}}}")
    return row


def test_every_route_has_a_row() -> None:
    assert set(routes()) == {renamed(row) for row in ROWS}


@pytest.fixture(scope="module")
def town(portal: Portal) -> Town:
    return build_town(portal)


#: The first row of each set of people.
TRIED_BY_ALL = frozenset({who: row for row, who in sorted(ROWS.items(), reverse=True)}.values())


def tried_by(row: str) -> frozenset[str]:
    """All of them, or those among whom a mistake would show."""
    return ALL if row in TRIED_BY_ALL else at_the_door(ALL, ROWS[row], sorted(ROWS).index(row))


@pytest.mark.usefixtures("bare_refusals")
@pytest.mark.parametrize("row", sorted(ROWS))
def test_who_gets_in(portal: Portal, town: Town, newcomer: Browser, row: str, is_long: bool) -> None:
    tried = ALL if is_long else tried_by(row)
    visitor = portal.browser()
    visitor.begin_as(newcomer)
    found = {
        who
        for who in tried
        if is_in(signed_in(portal, town.people[who]) if who in town.people else visitor, town.objects, row)
    }
    assert found == ROWS[row] & tried


def test_everybody_is_tried_on_both_sides_of_a_door() -> None:
    """Or a name in the table could stand for nobody."""
    tried = {row: tried_by(row) for row in ROWS}
    assert {who for row in ROWS for who in tried[row] & ROWS[row]} == ALL
    assert {who for row in ROWS for who in tried[row] - ROWS[row]} == ALL


def is_in(browser: Browser, objects: Mapping[str, object], row: str) -> bool:
    method, _, path = row.partition(" ")
    address = path.format(**objects).removeprefix("/portal")
    form = {name: value.format(**objects) for name, value in FORMS.get(row, {}).items()}
    answer = browser.get(address) if method == "GET" else browser.send(address, form)
    assert answer.status_code < 500, answer.text
    assert answer.status_code != 429, "a limit is no guard"
    entrances = ("/portal/account/sign-in?next", "/portal/follow?next")
    is_led_away = answer.headers.get("location", "").startswith(entrances)
    return answer.status_code not in {403, 404} and not is_led_away


def signed_in(portal: Portal, somebody: Somebody) -> Browser:
    """The browser of somebody whom a row before may have signed out."""
    if not somebody.browser.client.cookies.get("falaj_session"):
        fields = {"email": somebody.email, "password": PASSWORD}
        assert somebody.browser.send("/account/sign-in", fields).status_code == 303
    return somebody.browser


def test_nobody_ends_the_session_of_somebody_else(portal: Portal) -> None:
    salma, eve = portal.join(), portal.join("eve")
    found = portal.store.execute(
        "SELECT session_id FROM innovation.sessions WHERE person_id = %s", [salma.person_id]
    ).fetchone()
    assert found is not None
    assert eve.browser.send(f"/account/sessions/{found[0]}/end").status_code == 303
    assert salma.browser.get("/account").status_code == 200
