"""Conflicts as the database narrows them down: none is lost against looking at every judge and every team."""

from __future__ import annotations

from uuid import uuid4

import pytest

from citycore.store.connections import Connection
from hackathon.contest.interests import service
from hackathon.contest.interests.service import find_conflicts, hidden_teams
from hackathon.contest.judging.conflicts import Conflicts, Reason
from hackathon.contest.jury import judges
from hackathon.contest.jury.model import Judge
from hackathon.contest.teams.model import Team
from tests.conftest import Database
from tests.hackathon.stage import DAY, Stage

#: Domains that are one, above and below each other, in other letters, public, shared, broken, or nobody's.
DOMAINS = (
    "firm.example", "FIRM.example", "mail.firm.example", "firm.example.", "  firm.example \u00a0", "notfirm.example",
    "قسم.firm.example", "firm。example", "ｆｉｒｍ.example", "شركة.example", "فرع.شركة.example", "xn--mgbg2edr.example",
    "straße.example", "strasse.example", "dept.strasse.example", "Ünit.example", "ünit.example", "gmail.com",
    "mail.gmail.com", "gov.om", "one.gov.om", "two.gov.om", "example", "a..b.example", "_x.firm.example", "b%.example",
)  # fmt: skip


@pytest.fixture
def stage(programme: Database, portal: Connection):
    with programme.connect() as owner:
        yield Stage(portal, owner)


def without_narrowing(stage: Stage, teams: list[Team], monkeypatch: pytest.MonkeyPatch) -> Conflicts:
    with monkeypatch.context() as patch:
        patch.setattr(
            service, "_suspects",
            lambda _connection, _hackathon, judges: {
                (judge.id, str(team.team_id)) for judge in judges for team in teams
            },
        )  # fmt: skip
        return find_conflicts(stage.portal, stage.hackathon_id)


def seated(stage: Stage, person_id: object) -> Judge:
    """A judge by their key; what addresses these are no invitation would take."""
    judge = Judge(uuid4(), stage.hackathon_id, person_id, 9, (), "accepted", 1)  # type: ignore[arg-type]
    stage.owner.execute(
        "INSERT INTO innovation.judges (judge_id, hackathon_id, person_id, capacity, expertise, state,"
        " state_changed_at, created_at) VALUES (%s, %s, %s, 9, '{}', 'accepted', now(), now())",
        [judge.judge_id, stage.hackathon_id, person_id],
    )
    return judge


def test_no_pair_of_domains_is_lost(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    stage.until("registration_opens")
    stage.owner.execute("UPDATE innovation.challenges SET organisation_id = %s", [stage.organisation()])
    teams = [
        stage.team(captain=stage.person(f"member{number}@{domain}"))
        for number, domain in enumerate((*DOMAINS, "nobody.example"))
    ]
    jury = [seated(stage, stage.person(f"judge{number}@{domain}")) for number, domain in enumerate(DOMAINS)]
    everything = without_narrowing(stage, teams, monkeypatch)
    narrowed = find_conflicts(stage.portal, stage.hackathon_id)
    assert dict(narrowed.reasons) == dict(everything.reasons)
    assert len(narrowed.reasons) > len(DOMAINS), "the domains are close to each other"
    assert not any(team == str(teams[-1].team_id) for _, team in narrowed.reasons)
    for judge in jury:
        own = {team for person, team in everything.reasons if person == str(judge.person_id)}
        alone = find_conflicts(stage.portal, stage.hackathon_id, judge.person_id)
        assert {team for _, team in alone.reasons} == own
        hidden = hidden_teams(stage.portal, stage.actor(judge.person_id), stage.hackathon_id)
        assert {str(team) for team in hidden} == own


def test_no_kind_of_conflict_is_lost(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    firm, other = stage.organisation(), stage.organisation()
    stage.until("registration_opens")
    mate, mentor, friend = stage.person(), stage.person(), stage.person()
    before = Stage(stage.portal, stage.owner)
    before.until("registration_opens")
    before.team([mate, friend], captain=stage.person())
    teams = [
        stage.team([mate]),
        stage.team(),
        stage.team([stage.person(organisation=firm)]),
        stage.team([stage.person(organisation=other)]),
        stage.team(),
        stage.team(),
    ]
    stage.owner.execute("UPDATE innovation.teams SET challenge_id = NULL")
    theirs = stage.challenge(stage.organisation("agency"))
    stage.owner.execute(
        "UPDATE innovation.teams SET challenge_id = %s WHERE team_id = %s", [theirs, teams[4].team_id]
    )
    (agency,) = stage.owner.execute(
        "SELECT organisation_id FROM innovation.challenges WHERE challenge_id = %s", [theirs]
    ).fetchone() or (None,)
    stage.owner.execute(
        "INSERT INTO innovation.team_mentors VALUES (%s, %s, now())", [teams[1].team_id, mentor]
    )
    colleague, officer = stage.person(organisation=firm), stage.person(organisation=agency)
    for person_id in (mate, friend, mentor, colleague, officer):
        seated(stage, person_id)
    for about in (teams[5].team_id, mate, mentor, other):
        declaring = stage.judge()
        stage.call(stage.actor(declaring.person_id), judges.declare_interest, stage.hackathon_id, about)
    everything = without_narrowing(stage, teams, monkeypatch)
    narrowed = find_conflicts(stage.portal, stage.hackathon_id)
    assert dict(narrowed.reasons) == dict(everything.reasons)
    found = {reason for reasons in narrowed.reasons.values() for reason in reasons}
    assert found == set(Reason) - {Reason.SAME_MAIL_DOMAIN, Reason.CHALLENGE_SPONSOR}
    assert sum(Reason.DECLARED in reasons for reasons in narrowed.reasons.values()) == 4
    assert narrowed.between(str(friend), str(teams[0].team_id)) == (Reason.TOGETHER_BEFORE,)
    stage.owner.execute("UPDATE innovation.team_members SET joined_at = joined_at - %s", [DAY * 5 * 366])
    stage.owner.execute(
        "UPDATE innovation.team_members SET ended_at = joined_at + %s WHERE hackathon_id = %s",
        [DAY, before.hackathon_id],
    )
    later = find_conflicts(stage.portal, stage.hackathon_id)
    assert later.between(str(friend), str(teams[0].team_id)) == (), "longer ago than counts"
    assert dict(later.reasons) == dict(without_narrowing(stage, teams, monkeypatch).reasons)
