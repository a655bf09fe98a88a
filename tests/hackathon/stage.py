"""A hackathon to play on: people, an agency with a challenge, dates, and a clock that the test moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import count
from pathlib import Path
from types import MappingProxyType
from uuid import UUID, uuid4

from casework.access.model import Actor, Grant, Role
from casework.attachments.model import StoredFile
from casework.files.service import receive
from casework.people.model import Visitor
from casework.people.roles.service import find_actor
from casework.people.settings import PasswordSettings
from casework.programme import Session
from casework.workflow.clockwork import run_due
from citycore.store.connections import Connection
from hackathon.contest.hackathons import service as hackathons
from hackathon.contest.hackathons.machine import DEADLINES
from hackathon.contest.hackathons.model import Description
from hackathon.contest.hackathons.repository import HACKATHONS
from hackathon.contest.judging.model import Mark
from hackathon.contest.judging.rubric import Criterion, Rubric, Scale
from hackathon.contest.jury import assignment, judges, sheets
from hackathon.contest.jury.model import Judge, Marking, StoredSheet, Terms
from hackathon.contest.submissions import service as submissions
from hackathon.contest.submissions import writing
from hackathon.contest.submissions.model import Content, Submission
from hackathon.contest.submissions.repository import SUBMISSIONS
from hackathon.contest.submissions.settings import SubmissionSettings
from hackathon.contest.teams import members, service
from hackathon.contest.teams.model import Profile, Team
from programme.registry import BINDINGS
from tests.hackathon.calling import programme_for
from tests.hackathon.people.conftest import Watch

DAY = timedelta(days=1)
BEGIN = datetime(2026, 11, 1, 8, tzinfo=UTC)
DATES = {name: BEGIN + DAY * number for number, name in enumerate(DEADLINES, 1)}
RUBRIC = Rubric(
    (
        Criterion(code="impact", name_en="Impact", name_ar="الأثر", weight=Decimal(60)),
        Criterion(
            code="data", name_en="Data", name_ar="البيانات", weight=Decimal(40), may_be_not_applicable=True
        ),
    ),
    Scale(Decimal(0), Decimal(10), Decimal("0.5")),
)
HOME = Visitor("10.9.8.7", "test")
_numbers = count(1)


class Stage:
    """``owner`` sets the scene past the services; ``portal`` is what they work with."""

    def __init__(
        self,
        portal: Connection,
        owner: Connection,
        *,
        members_min: int = 1,
        rounds: int = 1,
        folder: Path | None = None,
        parts: Iterable[object] = (),
        dates: Mapping[str, datetime] = MappingProxyType(DATES),
    ) -> None:
        self.portal, self.owner, self.dates = portal, owner, dates
        self.watch = Watch(BEGIN)
        known = PasswordSettings(memory_kib=64, passes=1), SubmissionSettings(folder=folder)
        self.programme = programme_for(portal, self.watch, *known, *parts)
        self.call = self.programme.call
        self.chief = Actor(self.person(), (Grant(Role.ADMINISTRATOR),))
        description = Description(
            f"stage-{next(_numbers)}-{uuid4().hex[:8]}", "حر المدينة", "City heat", "ظل", "Shade",
            team_members_min=members_min, team_members_max=3, rounds=rounds,
        )  # fmt: skip
        self.hackathon_id = self.call(self.chief, hackathons.create, description)
        programme_for(portal, self.watch).call(self.chief, Session.plan, HACKATHONS, self.hackathon_id, dates)
        self.step("announce")
        self.agency = self.organisation("agency")
        self.challenge_id = self.challenge(self.agency)

    def person(self, email: str | None = None, organisation: UUID | None = None) -> UUID:
        """Somebody with a confirmed address, at a provider for everybody unless told otherwise."""
        person_id = uuid4()
        self.owner.execute(
            "INSERT INTO innovation.people (person_id, email, email_key, name_en, language, state, state_changed_at,"
            " created_at, email_verified_at) VALUES (%(id)s, %(email)s, %(email)s, 'P', 'en', 'active', %(at)s,"
            " %(at)s, %(at)s)",
            {"id": person_id, "email": email or f"p{person_id.hex}@gmail.com", "at": BEGIN},
        )
        if organisation is not None:
            self.owner.execute(
                "INSERT INTO innovation.memberships (membership_id, organisation_id, person_id, state,"
                " state_changed_at, created_at) VALUES (%s, %s, %s, 'member', %s, %s)",
                [uuid4(), organisation, person_id, BEGIN, BEGIN],
            )
        return person_id

    def organisation(self, kind: str = "company") -> UUID:
        organisation_id = uuid4()
        self.owner.execute(
            "INSERT INTO innovation.organisations (organisation_id, kind, name_en, state, state_changed_at,"
            " registered_at) VALUES (%s, %s, 'O', 'verified', %s, %s)",
            [organisation_id, kind, BEGIN, BEGIN],
        )
        return organisation_id

    def challenge(self, agency: UUID) -> UUID:
        challenge_id = uuid4()
        self.owner.execute(
            "INSERT INTO innovation.challenges (challenge_id, hackathon_id, organisation_id, state,"
            " state_changed_at, created_at, title_ar, title_en, problem_ar, problem_en, terms)"
            " VALUES (%s, %s, %s, 'published', %s, %s, 'ع', 'T', 'م', 'P', 'shared')",
            [challenge_id, self.hackathon_id, agency, BEGIN, BEGIN],
        )
        return challenge_id

    def actor(self, person_id: UUID) -> Actor:
        """With the roles that the person has now."""
        return find_actor(self.portal, person_id, self.watch())

    @property
    def state(self) -> str:
        return self.call(self.chief, hackathons.get_hackathon, self.hackathon_id).state

    def step(self, event: str, reason: str | None = None) -> None:
        version = self.call(self.chief, hackathons.get_hackathon, self.hackathon_id).version
        self.call(self.chief, Session.apply, HACKATHONS, self.hackathon_id, event, version, reason)

    def until(self, deadline: str, *, before: bool = False) -> None:
        """Let it be the deadline (or the last moment before it), and the clockwork run."""
        self.watch.at = self.dates[deadline] - (timedelta(microseconds=1) if before else timedelta())
        self.run_clock()

    def run_clock(self) -> None:
        run_due(self.programme, BINDINGS)

    def team(self, people: Iterable[UUID] = (), name: str | None = None, captain: UUID | None = None) -> Team:
        """A team with a captain and these members; its challenge is chosen."""
        captain = captain or self.person()
        profile = Profile(name or f"Team {next(_numbers)}", challenge_id=self.challenge_id)
        team = self.call(self.actor(captain), service.found, self.hackathon_id, profile)
        code = self.call(self.actor(captain), members.make_code, team.team_id)
        for person_id in people:
            self.call(self.actor(person_id), members.join_by_code, code.text)
        return self.seen(team)

    def complete_team(
        self, people: Iterable[UUID] = (), name: str | None = None, captain: UUID | None = None
    ) -> Team:
        team = self.team(people, name, captain)
        self.call(self.captain(team), service.move, team.team_id, "complete", team.version)
        return self.seen(team)

    def seen(self, team: Team) -> Team:
        return self.call(self.chief, service.get_team, team.team_id)

    def captain(self, team: Team) -> Actor:
        rows = self.call(self.chief, members.list_members, team.team_id)
        (captain,) = [row.person_id for row in rows if row.is_captain]
        assert captain is not None
        return self.actor(captain)

    def draft(self, team: Team, title: str = "Shade map") -> Submission:
        captain = self.captain(team)
        begun = self.call(captain, writing.begin, team.team_id)
        content = Content(title, "Where to walk")
        return self.call(captain, writing.write, begun.submission_id, content, begun.version)

    def hand_in(
        self, team: Team, title: str = "Shade map", files: Mapping[str, bytes] = MappingProxyType({})
    ) -> Submission:
        draft = self.draft(team, title)
        captain = self.captain(team)
        for name, content in files.items():
            self.add_file(draft, captain, name, content)
        version = draft.version + len(files)
        self.call(captain, writing.submit, draft.submission_id, version)
        return self.looked_at(draft)

    def add_file(self, draft: Submission, actor: Actor, name: str, content: bytes) -> StoredFile:
        return self.call(
            actor,
            writing.add_file,
            draft.submission_id,
            receive(BytesIO(content), name, self.programme.of(SubmissionSettings).store()),
        )

    def looked_at(self, submission: Submission) -> Submission:
        return self.call(self.chief, submissions.get_submission, submission.submission_id)

    def screen(self, events: dict[UUID, tuple[str, str | None]]) -> None:
        """Decide about submissions, and tell all of it at once."""
        decided = []
        for submission_id, (event, reason) in events.items():
            known = self.call(self.chief, submissions.get_submission, submission_id)
            decided.append(
                self.call(
                    self.chief, Session.prepare, SUBMISSIONS, submission_id, event, known.version, reason
                ).prepared_id
            )
        self.call(self.chief, Session.release, SUBMISSIONS, decided)

    def judge(self, person_id: UUID | None = None, capacity: int = 20) -> Judge:
        """Somebody who has accepted to judge."""
        person_id = person_id or self.person()
        row = self.owner.execute(
            "SELECT email FROM innovation.people WHERE person_id = %s", [person_id]
        ).fetchone()
        assert row is not None
        asked = self.call(self.chief, judges.invite, self.hackathon_id, row[0], capacity)
        self.call(self.actor(person_id), judges.move, asked.judge_id, "accept", asked.version)
        return asked

    def judged_by(self, count: int, number: int = 1) -> None:
        terms = Terms(RUBRIC, count, is_by_challenge=False)
        self.call(self.chief, judges.set_terms, self.hackathon_id, number, terms)

    def admit(self, *handed_in: Submission) -> None:
        """Let submissions close, and these be judged."""
        self.until("submissions_close")
        self.step("begin_screening")
        self.screen({one.submission_id: ("accept", None) for one in handed_in})
        self.step("begin_judging")

    def assign(self, seed: int = 1) -> int:
        proposal = self.call(self.chief, assignment.propose, self.hackathon_id, seed)
        return self.call(self.chief, assignment.publish, proposal.proposal_id)

    def sheets(self) -> list[StoredSheet]:
        return self.call(self.chief, sheets.list_sheets, self.hackathon_id)

    def score(self, sheet: StoredSheet, impact: str, data: Mark = Decimal(5), comment: str = "") -> None:
        """Accept a sheet if need be, fill it, hand it in."""
        actor = self.actor(sheet.person_id)
        version = sheet.version
        if sheet.state == "offered":
            version = self.call(actor, sheets.move, sheet.sheet_id, "accept", version).version
        marks, remark = {"impact": Decimal(impact), "data": data}, comment and f"In all: {comment}"
        marking = Marking(marks, {"impact": comment}, remark)
        written = self.call(actor, sheets.write, sheet.sheet_id, marking, version)
        self.call(actor, sheets.move, sheet.sheet_id, "submit", written.version)

    def judging(self, count: int) -> tuple[list[Team], list[Submission]]:
        """Teams whose submissions are being judged."""
        self.until("registration_opens")
        found = [self.complete_team() for _ in range(count)]
        self.until("starts")
        handed_in = [self.hand_in(team, f"Idea {number}") for number, team in enumerate(found)]
        self.admit(*handed_in)
        return found, handed_in
