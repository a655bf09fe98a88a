"""Whatever can stand against a step of a team, told on the page that it was pressed on."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest

from casework.access.model import Role
from tests.hackathon.stage import Stage
from tests.hub_api.portal.conftest import Portal
from tests.hub_api.portal.team_play import Play, make_code, refused


@pytest.fixture
def play(portal: Portal) -> Iterator[Play]:
    with portal.city.database.connect() as owner:
        one = Play(portal, Stage(portal.store, owner, members_min=2))
        one.until("registration_opens")
        yield one


def test_what_was_typed_stays_where_a_form_is_refused(play: Play) -> None:
    captain, other = play.person("captain"), play.person("other")
    play.team(captain, name="Falcons")
    fields = {"name": "falcons", "pitch": "My <own> words", "open_roles": "cook"}
    answer = other.browser.send(f"{play.path}/teams/new", fields)
    refused(answer, 409, "Another team of this hackathon has this name")
    assert "My &lt;own&gt; words" in answer.text
    assert ">\ncook</textarea>" in answer.text
    refused(other.browser.send(f"{play.path}/teams/new", fields | {"name": "x" * 81}), 422, "1–80")
    wrong = other.browser.send(f"{play.path}/teams/new", fields | {"challenge": "no such"})
    assert wrong.status_code == 422
    foreign = other.browser.send(f"{play.path}/teams/new", fields | {"challenge": str(UUID(int=7))})
    refused(foreign, 409, "cannot be chosen")
    refused(
        captain.browser.send(f"{play.path}/teams/new", fields | {"name": "Second"}), 409, "one team of a hackathon"
    )  # fmt: skip
    assert "one team of a hackathon" in captain.browser.get(f"{play.path}/teams/new").text, (
        "said before anybody writes"
    )


def test_somebody_else_was_faster(play: Play) -> None:
    captain, mate = play.person("captain"), play.person("mate")
    team = play.team(captain, mate, name="Falcons")
    path, seen = f"/teams/{team.team_id}", str(team.version)
    fields = {"name": "Hawks", "pitch": "Wings", "version": seen}
    assert captain.browser.send(f"{path}/edit", fields).status_code == 303
    late = captain.browser.send(f"{path}/edit", fields | {"pitch": "Late words"})
    refused(late, 409, "in the meantime")
    assert "Late words" in late.text
    refused(
        captain.browser.send(f"{path}/step", {"event": "withdraw", "version": seen}), 409, "in the meantime"
    )
    member_id, version = play.member(team, mate)
    old = {"event": "leave", "version": str(version - 1)}
    refused(mate.browser.send(f"/account/teams/{member_id}/step", old), 409, "in the meantime")
    over = {"member": str(member_id), "version": seen}
    refused(captain.browser.send(f"{path}/captain", over), 409, "in the meantime")


def test_codes_that_let_nobody_in(play: Play) -> None:
    captain, other = play.person("captain"), play.person("other")
    team = play.team(captain)
    old = make_code(captain, team)
    new = make_code(captain, team)
    for code in (old, "AAAA-BBBB-CCCC-DDDD", "", "رمز", "' OR 1=1 --"):
        refused(other.browser.send("/teams/join", {"code": code}), 404, "No team has this code")
    page = other.browser.get(f"/teams/join?code={old}")
    assert page.status_code == 404
    assert f'value="{old}"' in page.text
    assert other.browser.get("/teams/join").status_code == 200
    assert play.portal.browser().get(f"/teams/join?code={new}").headers["location"].endswith(
        f"next=%2Fportal%2Fteams%2Fjoin%3Fcode%3D{new}"
    ), "back after signing in"  # fmt: skip
    play.clock_at("team_formation_closes")
    refused(play.back(other).browser.send("/teams/join", {"code": new}), 404, "no longer counts")


def test_a_full_team_takes_nobody_in_and_says_so_beforehand(play: Play) -> None:
    captain, other = play.person("captain"), play.person("other")
    team = play.team(captain)
    code = make_code(captain, team)
    asked = play.person("asked")
    assert asked.browser.send(f"/teams/{team.team_id}/ask").status_code == 303
    roles = {"name": "Falcons", "open_roles": "cook", "version": str(play.stage.seen(team).version)}
    assert captain.browser.send(f"/teams/{team.team_id}/edit", roles).status_code == 303
    assert "Falcons" in other.browser.get(f"{play.path}/teams?looking=1").text
    for name in ("second", "third"):
        assert play.person(name).browser.send("/teams/join", {"code": code}).status_code == 303
    refused(other.browser.send("/teams/join", {"code": code}), 409, "at most 3 members")
    refused(other.browser.send(f"/teams/{team.team_id}/ask"), 409, "at most 3 members")
    assert "at most 3 members" in other.browser.get(f"/teams/{team.team_id}").text
    refused(
        captain.browser.send(f"/teams/{team.team_id}/invite", {"email": other.email}), 409, "at most 3 members"
    )  # fmt: skip
    refused(play.move(captain, team, asked, "approve"), 409, "at most 3 members")
    assert "Falcons" not in other.browser.get(f"{play.path}/teams?looking=1").text, "it looks for nobody now"


def test_at_the_very_instant_of_a_deadline_it_is_too_late(play: Play) -> None:
    captain, other, asked = play.person("captain"), play.person("other"), play.person("asked")
    team = play.team(captain, play.person("mate"))
    assert asked.browser.send(f"/teams/{team.team_id}/ask").status_code == 303
    play.until("registration_closes", before=True)
    assert f"{play.path}/teams/new" in play.back(other).browser.get(play.path).text
    play.clock_at("registration_closes")
    late = other.browser.send(f"{play.path}/teams/new", {"name": "Late"})
    refused(late, 409, "4 November 2026")
    assert f"{play.path}/teams/new" not in other.browser.get(play.path).text
    play.clock_at("team_formation_closes")
    for somebody in (captain, other, asked):
        play.back(somebody)
    refused(other.browser.send(f"/teams/{team.team_id}/ask"), 409, "5 November 2026")
    refused(play.step(captain, team, "complete"), 409, "5 November 2026")
    refused(play.move(captain, team, asked, "approve"), 409, "5 November 2026")
    refused(
        captain.browser.send(f"/teams/{team.team_id}/invite", {"email": other.email}), 409, "5 November 2026"
    )  # fmt: skip
    play.until("team_formation_closes")
    assert "Not complete in time" in captain.browser.get("/account/teams").text
    edit = {"name": "New", "version": "99"}
    assert captain.browser.send(f"/teams/{team.team_id}/edit", edit).status_code == 403, (
        "no longer its captain"
    )


def test_an_invitation_is_for_the_address_it_was_sent_to(play: Play) -> None:
    captain, guest, other = play.person("captain"), play.person("guest"), play.person("other")
    team = play.team(captain)
    assert captain.browser.send(f"/teams/{team.team_id}/invite", {"email": guest.email}).status_code == 303
    row = play.portal.store.execute(
        "SELECT member_id FROM innovation.team_members WHERE team_id = %s AND state = 'invited'", [team.team_id]
    ).fetchone()  # fmt: skip
    assert row is not None
    path = f"/account/teams/{row[0]}/step"
    refused(other.browser.send(path, {"event": "accept", "version": "2"}), 404, "no such invitation")
    assert other.browser.send(path, {"event": "decline", "version": "2"}).status_code == 403
    assert "This team invites you" in guest.browser.get(f"/teams/{team.team_id}").text
    play.team(guest, name="Elsewhere")
    refused(guest.browser.send(path, {"event": "accept", "version": "2"}), 409, "one team of a hackathon")
    assert guest.browser.send(path, {"event": "decline", "version": "2"}).status_code == 303
    refused(guest.browser.send(path, {"event": "accept", "version": "2"}), 404, "no such invitation")


def test_for_a_judge_in_conflict_the_team_is_nowhere(play: Play) -> None:
    captain = play.person("captain", domain="firm.example")
    close, far = play.person("close", domain="firm.example"), play.person("far", domain="jamia.example")
    host = play.appoint(Role.ORGANISER, "host")
    team = play.team(captain, play.person("mate", domain="firm.example"), name="Falcons")
    play.team(play.person("other", domain="elsewhere.example"), name="Hawks")
    code = make_code(captain, team)
    assert captain.browser.send(f"/teams/{team.team_id}/invite", {"email": close.email}).status_code == 303
    for judge in (close, far):
        play.stage.judge(judge.person_id)
    path = f"/teams/{team.team_id}"
    assert far.browser.get(path).status_code == 200
    assert "(<bdi>2</bdi>)" in far.browser.get(play.path).text
    assert "(<bdi>1</bdi>)" in close.browser.get(play.path).text
    assert "Falcons" not in close.browser.get(f"{play.path}/teams?q=falcons").text
    assert "Falcons" not in close.browser.get("/account/teams").text
    assert close.browser.get(path).status_code == 404
    assert close.browser.send(f"{path}/ask").status_code == 404
    wrong, right = close.browser.get("/teams/join?code=A"), close.browser.get(f"/teams/join?code={code}")
    assert (wrong.status_code, right.status_code) == (404, 404)
    refused(close.browser.send("/teams/join", {"code": code}), 404, "No team has this code")
    assert "Falcons" in host.browser.get(f"{play.path}/desk/teams").text
    # Also if the judge organises.
    chief = play.appoint(Role.ORGANISER, "chief")
    play.portal.store.execute(
        "UPDATE innovation.people SET email = %(email)s, email_key = %(email)s WHERE person_id = %(id)s",
        {"email": "chief@firm.example", "id": chief.person_id},
    )
    play.stage.judge(chief.person_id)
    assert "Falcons" not in chief.browser.get(f"{play.path}/desk/teams").text
    assert chief.browser.get(f"{play.path}/desk{path}").status_code == 404
    assert (
        chief.browser.send(f"{play.path}/desk{path}/step", {"event": "remove", "version": "1"}).status_code
        == 404
    )


@pytest.mark.parametrize(
    "query", ["q=%00", "q=%ED%A0%80", "q=%25_%5C", "q=x&after=x", "looking=%27", "q=" + "x" * 2_000]
)
def test_what_makes_no_sense_to_a_search_finds_nothing_and_breaks_nothing(play: Play, query: str) -> None:
    play.team(play.person(), name="Falcons")
    answer = play.portal.browser().get(f"{play.path}/teams?{query}")
    assert answer.status_code in {200, 422}
    assert ("Falcons" in answer.text) == query.startswith("looking")
