"""Short ways to press what the pages of a submission offer."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from uuid import UUID

import httpx

from casework.access.model import Role
from hackathon.contest.submissions.model import Submission
from hackathon.contest.submissions.service import find_own_submission
from hackathon.contest.teams.model import Team
from tests.hub_api.portal.conftest import Somebody
from tests.hub_api.portal.team_play import Play

DIGEST = re.compile(r"<code>([0-9a-f]{64})</code>")
FILE = re.compile(r"/files/([0-9a-f-]{36})\"")
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"0" * 40


@dataclass
class Desk:
    """A hackathon that runs, one team with a captain and a mate, and a host who organises it."""

    play: Play
    team: Team
    captain: Somebody
    mate: Somebody
    host: Somebody

    @property
    def submission(self) -> Submission:
        stage = self.play.stage
        found = stage.call(stage.actor(self.captain.person_id), find_own_submission, self.team.team_id)
        assert found is not None
        return found

    @property
    def path(self) -> str:
        return f"/submissions/{self.submission.submission_id}"

    @property
    def at_desk(self) -> str:
        return f"{self.play.path}/desk{self.path}"

    def begin(self) -> None:
        answer = self.captain.browser.send(f"/teams/{self.team.team_id}/submission")
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"] == f"/portal{self.path}"

    def write(self, who: Somebody, then: str = "save", **fields: str) -> httpx.Response:
        form = {"title": "Shade map", "summary": "Where to walk", "version": str(self.submission.version)}
        answer: httpx.Response = who.browser.send(self.path, form | {"then": then} | fields)
        return answer

    def upload(self, who: Somebody, name: str, content: bytes) -> httpx.Response:
        answer: httpx.Response = who.browser.send(f"{self.path}/files", files={"file": (name, content)})
        return answer

    def step(self, who: Somebody, event: str, path: str | None = None, **fields: str) -> httpx.Response:
        form = {"event": event, "version": str(self.submission.version)}
        answer: httpx.Response = who.browser.send(path or f"{self.path}/step", form | fields)
        return answer

    def screen(self) -> None:
        self.play.until("submissions_close")
        self.play.stage.step("begin_screening")

    def back(self) -> None:
        """Everybody signs in again, after days."""
        for somebody in (self.captain, self.mate, self.host):
            self.play.back(somebody)


def open_desk(play: Play) -> Desk:
    play.until("registration_opens")
    captain, mate = play.person("captain"), play.person("mate")
    team = play.stage.complete_team([mate.person_id], "Shade palms", captain.person_id)
    host = play.appoint(Role.ORGANISER)
    play.until("starts")
    desk = Desk(play, team, captain, mate, host)
    desk.back()
    return desk


def archive(**entries: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return stream.getvalue()


def file_ids(page: str) -> list[UUID]:
    return [UUID(one) for one in dict.fromkeys(FILE.findall(page))]
