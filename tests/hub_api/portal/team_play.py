"""A hackathon whose clock the portal goes by, and short ways to press what a team's pages offer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from casework.access.model import Role, Scope, ScopeKind
from hackathon.contest.teams.model import Team
from tests.hackathon.stage import Stage
from tests.hub_api.portal.conftest import PASSWORD, Portal, Somebody

CODE = re.compile(r'<p class="code"><bdi class="value">([A-Z2-7-]{19})</bdi>')


@dataclass
class Play:
    """A hackathon with a clock that the portal goes by; teams have two members at least and three at most."""

    portal: Portal
    stage: Stage

    def until(self, deadline: str, *, before: bool = False) -> None:
        self.stage.until(deadline, before=before)
        self.portal.watch.at = self.stage.watch.at

    def clock_at(self, deadline: str) -> None:
        """It is the instant of the deadline, and the clockwork has not come round yet."""
        self.until(deadline, before=True)
        self.portal.watch.pass_by(microseconds=1)

    @property
    def path(self) -> str:
        return f"/hackathons/{self.stage.hackathon_id}"

    def person(self, name: str = "salma", domain: str = "baladiya.example") -> Somebody:
        return self.portal.join(name, domain=domain)

    def appoint(self, role: Role, name: str = "host") -> Somebody:
        return self.portal.appoint(role, Scope(ScopeKind.HACKATHON, self.stage.hackathon_id), name)

    def back(self, somebody: Somebody) -> Somebody:
        """Signed in again, after days."""
        somebody.browser.client.cookies.delete("falaj_session")
        fields = {"email": somebody.email, "password": PASSWORD}
        assert somebody.browser.send("/account/sign-in", fields).status_code == 303
        return somebody

    def team(self, captain: Somebody, *others: Somebody, **options: Any) -> Team:
        return self.stage.team([one.person_id for one in others], captain=captain.person_id, **options)

    def member(self, team: Team, somebody: Somebody) -> tuple[UUID, int]:
        """The key and the version of somebody in a team."""
        row = self.portal.store.execute(
            "SELECT member_id, version FROM innovation.team_members WHERE team_id = %s AND person_id = %s"
            " AND state IN ('invited', 'requested', 'member')",
            [team.team_id, somebody.person_id],
        ).fetchone()
        assert row is not None
        return row

    def step(self, who: Somebody, team: Team, event: str, **fields: str) -> httpx.Response:
        version = str(self.stage.seen(team).version)
        form = {"event": event, "version": version, **fields}
        answer: httpx.Response = who.browser.send(f"/teams/{team.team_id}/step", form)
        return answer

    def move(self, who: Somebody, team: Team, whom: Somebody, event: str, **fields: str) -> httpx.Response:
        member_id, version = self.member(team, whom)
        form = {"event": event, "version": str(version), **fields}
        answer: httpx.Response = who.browser.send(f"/teams/{team.team_id}/members/{member_id}/step", form)
        return answer


def refused(answer: httpx.Response, status: int, words: str) -> None:
    """Told in words on a page of its own kind."""
    assert (answer.status_code, 'role="alert"' in answer.text) == (status, True)
    assert words in answer.text


def id_of(answer: httpx.Response) -> UUID:
    assert answer.status_code == 303, answer.text
    return UUID(answer.headers["location"].rpartition("/")[2])


def make_code(captain: Somebody, team: Team) -> str:
    assert captain.browser.send(f"/teams/{team.team_id}/code").status_code == 303
    found = CODE.search(captain.browser.get(f"/teams/{team.team_id}").text)
    assert found is not None
    return found.group(1)
