"""The life of a team as its people press it together, page by page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from casework.access.model import HUB, Role
from hackathon.contest.hackathons.machine import DEADLINES, HACKATHON
from hackathon.contest.teams.machine import TEAM
from hackathon.contest.teams.model import Profile, Team
from hackathon.contest.teams.rules import what_next
from hackathon.contest.teams.service import get_team
from hub_api.programme.kit.rendering import WORDS
from tests.hackathon.stage import DATES, Stage
from tests.hub_api.conftest import NOW
from tests.hub_api.portal.conftest import Portal, Somebody
from tests.hub_api.portal.team_play import CODE, Play, id_of, refused


@pytest.fixture
def play(portal: Portal) -> Iterator[Play]:
    with portal.city.database.connect() as owner:
        one = Play(portal, Stage(portal.store, owner, members_min=2))
        one.until("registration_opens")
        yield one


@pytest.mark.parametrize("state", [state.name for state in TEAM.states])
def test_in_every_state_it_is_said_what_comes_next(state: str) -> None:
    dates = dict.fromkeys(DEADLINES, NOW)
    for hackathon in HACKATHON.states:
        for members, challenge in ((1, None), (2, None), (2, UUID(int=1))):
            profile = Profile("Falcons", challenge_id=challenge)
            team = Team(UUID(int=2), UUID(int=3), profile, state, None, 1, NOW, members, members < 2)
            ahead = what_next(team, hackathon.name, dates, NOW)
            assert f"teams.next.{ahead.what}" in WORDS.texts["ar"]
            is_waited_for = ahead.what in {"members", "challenge", "complete", "freeze", "start", "hand_in"}
            assert not is_waited_for or ahead.until == NOW


def test_where_each_team_begins_on_its_own_one_button_says_so(portal: Portal) -> None:
    early = DATES | {"starts": DATES["registration_opens"] + timedelta(hours=1)}
    with portal.city.database.connect() as owner:
        play = Play(portal, Stage(portal.store, owner, members_min=1, dates=early))
        play.until("registration_opens")
        captain = play.person("captain")
        new = {"name": "Palms", "challenge": str(play.stage.challenge_id)}
        team_id = id_of(captain.browser.send(f"{play.path}/teams/new", new))
        space = captain.browser.get(f"/teams/{team_id}").text
    assert "Begin: our team is final" in space
    assert "Declare complete" not in space


def test_a_team_from_its_founding_to_the_freeze(play: Play) -> None:
    captain, second, third = play.person("captain"), play.person("second"), play.person("third")
    page = captain.browser.get(play.path).text
    assert f"{play.path}/teams/new" in page
    new = {
        "name": "Shade & palms", "pitch": "Less <heat>", "open_roles": "designer\r\n\r\ntree person",
        "challenge": str(play.stage.challenge_id),
    }  # fmt: skip
    team_id = id_of(captain.browser.send(f"{play.path}/teams/new", new))
    space = captain.browser.get(f"/teams/{team_id}").text
    assert "The team is founded" in space
    assert "Shade &amp; palms" in space
    assert "Less &lt;heat&gt;" in space
    assert "tree person</bdi>" in space
    assert "The team is too small" in space
    assert "5 November 2026" in space, "the end of team formation"
    team = play.stage.call(play.stage.chief, get_team, team_id)

    assert captain.browser.send(f"/teams/{team_id}/code").status_code == 303
    found = CODE.search(captain.browser.get(f"/teams/{team_id}").text)
    assert found is not None
    code = found.group(1)
    assert CODE.search(captain.browser.get(f"/teams/{team_id}").text) is None, "shown once"
    join = second.browser.get(f"/teams/join?code={code.lower()}").text
    assert "Shade &amp; palms" in join
    assert second.browser.send("/teams/join", {"code": code.lower()}).status_code == 303
    assert "You belong to the team now" in second.browser.get(f"/teams/{team_id}").text

    assert captain.browser.send(f"/teams/{team_id}/invite", {"email": third.email}).status_code == 303
    (link,) = [fields["link"] for name, fields in play.portal.mails(third.email) if name == "invitation"]
    own = third.browser.get(link.removeprefix("http://hub.test/portal")).text
    assert "Shade &amp; palms" in own
    assert 'value="accept"' in own
    member_id = re.search(r"/account/teams/([0-9a-f-]+)/step", own)
    assert member_id is not None
    accept = {"event": "accept", "version": "2"}
    assert third.browser.send(f"/account/teams/{member_id.group(1)}/step", accept).status_code == 303
    assert "Where you belong" not in third.browser.get("/account/teams").text
    assert play.stage.seen(team).members == 3

    assert play.step(captain, team, "complete").status_code == 303
    assert "The team is complete" in second.browser.get(f"/teams/{team_id}").text
    play.until("team_formation_closes")
    space = play.back(captain).browser.get(f"/teams/{team_id}").text
    assert "You take part" in space
    assert "/invite" not in space
    play.until("starts")
    assert "hand it in" in play.back(second).browser.get(f"/teams/{team_id}").text


def test_a_request_is_asked_and_answered(play: Play) -> None:
    captain, asking = play.person("captain"), play.person("asking")
    team = play.team(captain)
    path = f"/teams/{team.team_id}"
    assert f"{path}/ask" in asking.browser.get(path).text
    assert asking.browser.send(f"{path}/ask").status_code == 303
    page = asking.browser.get(path).text
    assert "You have asked to join" in page
    assert f'action="/portal{path}/ask"' not in page
    assert "take_back" in page
    refused(asking.browser.send(f"{path}/ask"), 409, "has asked to join")
    mail = dict(play.portal.mails(captain.email))["request"]
    assert mail["link"] == f"http://hub.test/portal{path}"
    assert "Asking Al Harthy" in captain.browser.get(path).text
    assert "wait for your answer: 1" in captain.browser.get("/account/teams").text
    assert play.move(asking, team, asking, "approve").status_code == 403
    assert play.move(captain, team, asking, "refuse").status_code == 303
    turned = dict(play.portal.mails(asking.email))["not_taken_in"]["link"]
    assert asking.browser.get(turned.removeprefix("http://hub.test/portal")).status_code == 200
    assert asking.browser.send(f"{path}/ask").status_code == 303
    assert play.move(captain, team, asking, "approve").status_code == 303
    taken = dict(play.portal.mails(asking.email))["taken_in"]["link"]
    assert 'value="leave"' in asking.browser.get(taken.removeprefix("http://hub.test/portal")).text


def test_a_captain_hands_over_leaves_and_the_last_one_ends_the_team(play: Play) -> None:
    captain, mate = play.person("captain"), play.person("mate")
    team = play.team(captain, mate)
    assert play.step(captain, team, "complete").status_code == 303
    refused(play.move(captain, team, captain, "leave"), 409, "Hand over to another member first")
    heir, _ = play.member(team, mate)
    seen = str(play.stage.seen(team).version)
    over = {"member": str(heir), "version": seen}
    assert captain.browser.send(f"/teams/{team.team_id}/captain", over).status_code == 303
    assert play.move(captain, team, captain, "leave").status_code == 303
    assert "Forming" in mate.browser.get(f"/teams/{team.team_id}").text, "too small again"
    assert play.portal.mails(mate.email)[-1][0] == "short"
    assert play.move(mate, team, mate, "leave").status_code == 303
    assert "Withdrawn" in play.portal.browser().get(f"/teams/{team.team_id}").text
    assert str(team.team_id) not in play.portal.browser().get(f"{play.path}/teams").text


def test_those_who_were_in_a_team_when_it_ended_read_why(play: Play) -> None:
    captain, mate, gone = play.person("captain"), play.person("mate"), play.person("gone")
    team = play.team(captain, mate, gone)
    assert play.move(captain, team, gone, "remove", reason="agreed").status_code == 303
    version = str(play.stage.seen(team).version)
    step = {"event": "withdraw", "version": version}
    assert captain.browser.send(f"/teams/{team.team_id}/step", step).status_code == 303
    for member in (captain, mate):
        for path in (f"/teams/{team.team_id}", "/account/teams"):
            assert "Withdrawn by the team" in member.browser.get(path).text
    for other in (gone.browser, play.portal.browser()):
        page = other.get(f"/teams/{team.team_id}").text
        assert "Withdrawn" in page
        assert "Withdrawn by the team" not in page


def test_a_captain_takes_out_somebody_with_a_reason_and_takes_an_invitation_back(play: Play) -> None:
    captain, mate = play.person("captain"), play.person("mate")
    team = play.team(captain, mate)
    refused(play.move(captain, team, mate, "remove"), 409, "reason")
    assert play.move(mate, team, captain, "remove", reason="agreed").status_code == 403
    assert play.move(captain, team, mate, "remove", reason="agreed").status_code == 303
    assert play.stage.seen(team).members == 1
    invite = {"email": "guest@baladiya.example"}
    assert captain.browser.send(f"/teams/{team.team_id}/invite", invite).status_code == 303
    refused(captain.browser.send(f"/teams/{team.team_id}/invite", invite), 409, "is invited")
    refused(captain.browser.send(f"/teams/{team.team_id}/invite", {"email": "no <address>"}), 422, "address")
    page = captain.browser.get(f"/teams/{team.team_id}").text
    assert "guest@baladiya.example" in page
    row = play.portal.store.execute(
        "SELECT member_id, version FROM innovation.team_members WHERE team_id = %s AND state = 'invited'", [team.team_id]
    ).fetchone()  # fmt: skip
    assert row is not None
    member_id, version = row
    assert f"/members/{member_id}/step" in page
    back = {"event": "withdraw", "version": str(version)}
    address = f"/teams/{team.team_id}/members/{member_id}/step"
    assert captain.browser.send(address, back).status_code == 303
    assert "guest@baladiya.example" not in captain.browser.get(f"/teams/{team.team_id}").text


def test_who_is_outside_reads_the_public_part_alone(play: Play) -> None:
    captain, mate, other = play.person("captain"), play.person("mate"), play.person("other")
    team = play.team(captain, mate, name="Falcons")
    captain.browser.send(f"/teams/{team.team_id}/invite", {"email": "guest@baladiya.example"})
    for page in (
        other.browser.get(f"/teams/{team.team_id}").text,
        play.portal.browser().get(f"/teams/{team.team_id}").text,
    ):
        assert "Falcons" in page
        assert "2 of at most 3" in page
        for secret in ("Mate Al Harthy", "guest@baladiya.example", "/invite", "/code", "What you can do"):
            assert secret not in page
    assert "Mate Al Harthy" in captain.browser.get(f"/teams/{team.team_id}").text
    inside = mate.browser.get(f"/teams/{team.team_id}").text
    assert "Captain Al Harthy" in inside
    assert "guest@baladiya.example" not in inside, "addresses are for who invites"


def test_teams_are_found_by_name_and_by_whom_they_look_for(play: Play) -> None:
    play.team(play.person("one"), name="نخلة الباطنة")
    captain = play.person("two")
    looking = id_of(
        captain.browser.send(f"{play.path}/teams/new", {"name": "Oasis", "open_roles": "designer"})
    )
    visitor = play.portal.browser()
    assert "Oasis" not in visitor.get(f"{play.path}/teams?q=نخله").text
    assert "نخلة الباطنة" in visitor.get(f"{play.path}/teams?q=نخله").text
    page = visitor.get(f"{play.path}/teams?looking=1").text
    assert str(looking) in page
    assert "نخلة الباطنة" not in page
    assert "Nothing found" in visitor.get(f"{play.path}/teams?q=nowhere").text
    assert "(<bdi>2</bdi>)" in visitor.get(play.path).text
    mine = captain.browser.get(play.path).text
    assert f"/portal/teams/{looking}" in mine
    assert f"{play.path}/teams/new" not in mine, "one team a person"


def test_a_long_list_goes_on_where_it_ended(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Ward", "Anbar", "أفق"):
        play.team(play.person(), name=name)
    office = play.portal.office
    short = office.settings.portal.model_copy(update={"page_rows": 2})
    monkeypatch.setattr(office, "settings", replace(office.settings, portal=short))
    first = play.portal.browser().get(f"{play.path}/teams").text
    after = re.search(r'href="\?q=&amp;after=([0-9a-f-]+)"', first)
    assert after is not None
    second = play.portal.browser().get(f"{play.path}/teams?after={after.group(1)}").text
    assert [name in first for name in ("Anbar", "Ward", "أفق")] == [True, True, False], "by name"
    assert [name in second for name in ("Anbar", "Ward", "أفق")] == [False, False, True]
    assert "q=&amp;after=" not in second


def test_whoever_judges_does_not_learn_from_readings_who_is_in_a_team(play: Play) -> None:
    captain, host = play.person("captain"), play.appoint(Role.ORGANISER)
    team = play.team(captain, name="Falcons")
    assert host.browser.get(f"{play.path}/desk/teams/{team.team_id}").status_code == 200
    judge, other = (play.portal.appoint(Role.ADMINISTRATOR, HUB, name) for name in ("judge", "other"))

    def is_told(somebody: Somebody) -> bool:
        found: str = somebody.browser.get("/desk/readings", params={"q": captain.email}).text
        return "the members of a team" in found.partition("<tbody>")[2]

    assert (is_told(judge), is_told(other)) == (True, True)
    play.stage.judge(judge.person_id)
    assert (is_told(judge), is_told(other)) == (False, True)


def test_organisers_look_after_teams_and_their_look_is_noted(play: Play) -> None:
    captain, host = play.person("captain"), play.appoint(Role.ORGANISER)
    team = play.team(captain, name="Falcons")
    desk = f"{play.path}/desk/teams"
    assert "Falcons" in host.browser.get(desk).text
    assert "Too few members" in host.browser.get(desk).text
    assert "Captain Al Harthy" not in host.browser.get(f"/teams/{team.team_id}").text, "not by the way"
    assert "members of a team" not in captain.browser.get("/account/readings").text
    assert "Captain Al Harthy" in host.browser.get(f"{desk}/{team.team_id}").text
    assert "the members of a team" in captain.browser.get("/account/readings").text
    step = f"{desk}/{team.team_id}/step"
    admit = {"event": "admit", "version": str(team.version)}
    assert captain.browser.send(step, admit).status_code == 403
    answer = host.browser.send(step, admit)
    assert answer.headers["location"] == f"/portal{desk}/{team.team_id}"
    out = {"event": "disqualify", "version": str(team.version + 1)}
    missing = host.browser.send(step, out)
    refused(missing, 409, "reason")
    assert "Whoever you look at" in missing.text, "on the page it was pressed on"
    assert host.browser.send(step, out | {"reason": "conduct"}).status_code == 303
    assert "Conduct" in captain.browser.get(f"/teams/{team.team_id}").text
    assert dict(play.portal.mails(captain.email))["decided_because"]["because"] == "Conduct"
    public = play.portal.browser().get(f"/teams/{team.team_id}").text
    assert "No longer taking part" in public
    assert "Conduct" not in public
    assert "Falcons" not in play.portal.browser().get(f"{play.path}/teams").text
    assert play.step(host, team, "reinstate").status_code == 303
    assert "Taking part" in play.portal.browser().get(f"/teams/{team.team_id}").text


def test_organisers_take_somebody_out_and_name_a_captain_when_it_is_needed(play: Play) -> None:
    captain, mate, host = play.person("captain"), play.person("mate"), play.appoint(Role.ORGANISER)
    team = play.team(captain, mate)
    assert play.step(captain, team, "complete").status_code == 303
    play.until("team_formation_closes")
    for somebody in (captain, mate, host):
        play.back(somebody)
    refused(play.move(captain, team, mate, "remove", reason="agreed"), 409, "5 November 2026")
    heir, version = play.member(team, mate)
    over = {"member": str(heir), "version": str(play.stage.seen(team).version)}
    assert host.browser.send(f"{play.path}/desk/teams/{team.team_id}/captain", over).status_code == 303
    member_id, version = play.member(team, captain)
    out = {"event": "take_out", "reason": "conduct", "version": str(version)}
    path = f"{play.path}/desk/teams/{team.team_id}/members/{member_id}/step"
    assert mate.browser.send(path, out).status_code == 403
    assert host.browser.send(path, out).status_code == 303
    assert "fewer members than the hackathon asks for" in mate.browser.get(f"/teams/{team.team_id}").text


def test_organisers_appoint_mentors_and_let_them_help_a_team(play: Play) -> None:
    captain, host, mentor = play.person("captain"), play.appoint(Role.ORGANISER), play.person("mentor")
    team = play.team(captain, name="Falcons")
    appointing = f"{play.path}/desk/mentors"
    assert captain.browser.send(appointing, {"email": mentor.email}).status_code == 403
    unknown = host.browser.send(appointing, {"email": "nobody@baladiya.example"})
    refused(unknown, 409, "Nobody has an account")
    assert "nobody@baladiya.example" in unknown.text
    assert host.browser.send(appointing, {"email": mentor.email}).status_code == 303
    link = dict(play.portal.mails(mentor.email))["mentor"]["link"]
    assert "You belong to no team yet" in mentor.browser.get(link.removeprefix("http://hub.test/portal")).text
    desk = f"{play.path}/desk/teams/{team.team_id}"
    path = f"{desk}/mentor"
    assert str(mentor.person_id) in host.browser.get(desk).text, "to choose from"
    helps = {"person": str(mentor.person_id), "helps": "1"}
    assert captain.browser.send(path, helps).status_code == 403
    assert host.browser.send(path, helps).status_code == 303
    assert "Mentor Al Harthy" in captain.browser.get(f"/teams/{team.team_id}").text
    assert "Mentor Al Harthy" not in play.portal.browser().get(f"/teams/{team.team_id}").text
    assert "Falcons" in mentor.browser.get("/account/teams").text
    refused(host.browser.send(path, helps | {"person": str(captain.person_id)}), 409, "not a mentor")
    assert host.browser.send(path, {"person": str(mentor.person_id)}).status_code == 303
    assert "Mentor Al Harthy" not in captain.browser.get(f"/teams/{team.team_id}").text
    assert host.browser.send(path, helps).status_code == 303
    end = f"{appointing}/{mentor.person_id}/end"
    assert mentor.browser.send(end).status_code == 403
    assert host.browser.send(end).status_code == 303
    assert "Falcons" not in mentor.browser.get("/account/teams").text
    refused(host.browser.send(end), 409, "not a mentor")


def test_a_mentor_sees_the_last_teams_and_that_there_are_more(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    host, mentor = play.appoint(Role.ORGANISER), play.person("mentor")
    host.browser.send(f"{play.path}/desk/mentors", {"email": mentor.email})
    for name in ("Anbar", "Falcons", "Ward"):
        team = play.team(play.person(), name=name)
        helps = {"person": str(mentor.person_id), "helps": "1"}
        assert host.browser.send(f"{play.path}/desk/teams/{team.team_id}/mentor", helps).status_code == 303
        play.portal.watch.pass_by(hours=0.01)
    whole = mentor.browser.get("/account/teams").text
    assert [name in whole for name in ("Anbar", "Falcons", "Ward", "There are more")] == [True] * 3 + [False]
    office = play.portal.office
    short = office.settings.portal.model_copy(update={"page_rows": 2})
    monkeypatch.setattr(office, "settings", replace(office.settings, portal=short))
    page = mentor.browser.get("/account/teams").text
    assert [name in page for name in ("Anbar", "Falcons", "Ward", "There are more")] == [False] + [True] * 3


def test_my_teams_over_all_hackathons(play: Play) -> None:
    captain, empty = play.person("captain"), play.person("empty")
    assert "You belong to no team yet" in empty.browser.get("/account/teams").text
    assert "/portal/account/teams" in empty.browser.get("/account").text
    play.team(captain, name="Falcons")
    host = play.person("elsewhere")
    other = play.team(host, name="Hawks")
    with play.portal.city.database.connect() as owner:
        second = Play(play.portal, Stage(play.portal.store, owner))
        second.until("registration_opens")
        second.team(captain, name="Eagles")
    assert empty.browser.send(f"/teams/{other.team_id}/ask").status_code == 303
    own = captain.browser.get("/account/teams").text
    assert "Falcons" in own
    assert "Eagles" in own
    assert "5 November 2026" in own
    waiting = empty.browser.get("/account/teams").text
    assert "Has asked to join" in waiting
    assert "Hawks" in waiting
    answer = empty.browser.send(
        f"/account/teams/{play.member(other, empty)[0]}/step", {"event": "take_back", "version": "2"}
    )
    assert answer.headers["location"] == "/portal/account/teams"
    assert "You belong to no team yet" in empty.browser.get("/account/teams").text
