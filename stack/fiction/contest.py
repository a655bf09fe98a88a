"""One hackathon on the stage: its dates, challenges, teams, submissions and sheets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from casework.access.model import Scope
from casework.files.service import receive
from casework.programme import Session
from hackathon.contest.challenges import decisions, service
from hackathon.contest.challenges.model import Description as Problem
from hackathon.contest.challenges.model import Terms as Ownership
from hackathon.contest.challenges.repository import CHALLENGES
from hackathon.contest.challenges.service import Place
from hackathon.contest.hackathons import service as hackathons
from hackathon.contest.hackathons.machine import DEADLINES
from hackathon.contest.hackathons.model import Description, Mode, Partner, Prize
from hackathon.contest.hackathons.repository import HACKATHONS
from hackathon.contest.judging.rubric import Criterion, Rubric, Scale
from hackathon.contest.jury import assignment, judges, sheets
from hackathon.contest.jury.model import Marking, StoredSheet, Terms
from hackathon.contest.submissions import service as submissions
from hackathon.contest.submissions import writing
from hackathon.contest.submissions.model import Content
from hackathon.contest.submissions.repository import SUBMISSIONS
from hackathon.contest.submissions.settings import SubmissionSettings
from hackathon.contest.teams import members
from hackathon.contest.teams import service as teams
from hackathon.contest.teams.model import Profile, Team
from stack.fiction.stage import Stage, morning, paper, scope_of

_THINGS_MAX = 4


class Contest:
    """A hackathon that ``organiser`` runs; ``offsets`` are days from now, one for each deadline."""

    def __init__(
        self, stage: Stage, texts: Mapping[str, Any], offsets: Sequence[float], organiser: str
    ) -> None:
        self.stage, self.texts, self.organiser = stage, texts, organiser
        instants = [morning(stage.now) + timedelta(days=days) for days in offsets]
        self.dates: dict[str, datetime] = dict(zip(DEADLINES, instants, strict=True))
        self.hackathon_id = stage.call(
            stage.actor(organiser), hackathons.create, _described(stage.texts["details"] | texts)
        )
        stage.call(stage.actor(organiser), Session.plan, HACKATHONS, self.hackathon_id, self.dates)
        self.step("announce")
        self.challenges: list[UUID] = []
        self.entered: list[tuple[Team, str]] = []
        self.submissions: list[UUID] = []

    def step(self, event: str) -> None:
        stage, actor = self.stage, self.stage.actor(self.organiser)
        known = stage.call(actor, hackathons.get_hackathon, self.hackathon_id)
        stage.call(actor, Session.apply, HACKATHONS, self.hackathon_id, event, known.version)

    def run_clock(self, *machines: str) -> None:
        """What the clockwork does by now with these; with nothing named, with the whole hackathon."""
        self.stage.run_clock(*(machines or ("hackathon", "challenge", "team", "submission")))

    def challenge(self, texts: Mapping[str, Any]) -> None:
        """An agency proposes it, the organiser approves and publishes it."""
        stage, officer = self.stage, texts["organisation"]
        found = [code for kind in texts["kinds"] for code in stage.things[kind][:_THINGS_MAX]]
        problem = Problem(
            texts["title_ar"],
            texts["title_en"],
            texts["problem_ar"],
            texts["problem_en"],
            Ownership.OPEN_SOURCE,
            (stage.things["dataset"],),
            tuple(found),
        )
        place = Place(self.hackathon_id, stage.organisations[officer])
        challenge_id = stage.call(stage.actor(officer), service.create, place, problem)
        for event, who in (("propose", officer), ("take_up", self.organiser)):
            self._move_challenge(challenge_id, event, who)
        actor = stage.actor(self.organiser)
        version = stage.call(actor, service.get_challenge, challenge_id).version
        decision = stage.call(actor, Session.prepare, CHALLENGES, challenge_id, "approve", version)
        stage.call(actor, decisions.release, [decision.prepared_id])
        self._move_challenge(challenge_id, "publish", self.organiser)
        self.challenges.append(challenge_id)

    def enter(
        self, texts: Mapping[str, Any], captain: str, mates: Iterable[str], roles: tuple[str, ...] = ()
    ) -> Team:
        """Somebody founds a team, and others join it with its code."""
        stage = self.stage
        challenge_id = self.challenges[len(self.entered) % len(self.challenges)]
        profile = Profile(texts["team"], texts["summary"], roles, challenge_id)
        team = stage.call(stage.actor(captain), teams.found, self.hackathon_id, profile)
        code = stage.call(stage.actor(captain), members.make_code, team.team_id)
        for mate in mates:
            stage.call(stage.actor(mate), members.join_by_code, code.text)
        self.entered.append((team, captain))
        return team

    def complete(self, team: Team, captain: str) -> None:
        self._move_team(team, captain, "complete")

    def begin(self, team: Team, captain: str) -> None:
        """Before the others, where the hackathon has started."""
        self._move_team(team, captain, "begin")

    def hand_in(self, team: Team, captain: str, texts: Mapping[str, str]) -> None:
        stage, actor = self.stage, self.stage.actor(captain)
        submission_id = stage.call(actor, writing.begin, team.team_id).submission_id
        stage.call(
            actor,
            writing.add_file,
            submission_id,
            receive(
                paper(texts["title"], [texts["summary"], "", "demo, تجريبي"]),
                "README.md",
                stage.programme.of(SubmissionSettings).store(),
            ),
        )
        version = stage.call(actor, submissions.get_submission, submission_id).version
        content = Content(texts["title"], texts["summary"])
        stage.call(actor, writing.write_and_submit, submission_id, content, version)
        self.submissions.append(submission_id)

    def admit(self, refused: Mapping[UUID, str]) -> None:
        """Screen what was handed in, and begin to judge; ``refused`` gives reasons."""
        stage, actor = self.stage, self.stage.actor(self.organiser)
        self.step("begin_screening")
        decided = []
        for submission_id in self.submissions:
            known = stage.call(actor, submissions.get_submission, submission_id)
            reason = refused.get(submission_id)
            decided.append(
                stage.call(
                    actor,
                    Session.prepare,
                    SUBMISSIONS,
                    submission_id,
                    "reject" if reason else "accept",
                    known.version,
                    reason,
                ).prepared_id
            )
        stage.call(actor, Session.release, SUBMISSIONS, decided)
        self.step("begin_judging")

    def invite(self, judge: str, capacity: int = 12) -> None:
        stage, actor = self.stage, self.stage.actor(self.organiser)
        email = stage.part(judge).email
        asked = stage.call(actor, judges.invite, self.hackathon_id, email, capacity)
        stage.call(stage.actor(judge), judges.move, asked.judge_id, "accept", asked.version)

    def set_rubric(self, judges_per_entry: int) -> None:
        criteria = tuple(
            Criterion(
                code=one["code"],
                name_en=one["name_en"],
                name_ar=one["name_ar"],
                weight=Decimal(one["weight"]),
            )
            for one in self.stage.texts["criteria"]
        )
        terms = Terms(
            Rubric(criteria, Scale(Decimal(0), Decimal(10), Decimal("0.5"))),
            judges_per_entry,
            is_by_challenge=False,
        )
        stage = self.stage
        stage.call(stage.actor(self.organiser), judges.set_terms, self.hackathon_id, 1, terms)

    def assign(self) -> list[StoredSheet]:
        stage, actor = self.stage, self.stage.actor(self.organiser)
        proposal = stage.call(actor, assignment.propose, self.hackathon_id, 968)
        stage.call(actor, assignment.publish, proposal.proposal_id)
        found = stage.call(actor, sheets.list_sheets, self.hackathon_id)
        # Their identifiers are random: an order of its own lets the same seed give the same marks.
        rank = {one: place for place, one in enumerate(self.submissions)}
        emails = {signed.person.person_id: signed.person.email for signed in stage.people.values()}
        return sorted(found, key=lambda one: (rank[one.submission_id], emails[one.person_id] or ""))

    def score(self, sheet: StoredSheet, judge: str, *, is_handed_in: bool = True) -> None:
        """Marks around a submission's own worth, stricter or milder by the judge."""
        stage, actor, dice = self.stage, self.stage.actor(judge), self.stage.dice
        version = stage.call(actor, sheets.move, sheet.sheet_id, "accept", sheet.version).version
        rank = self.submissions.index(sheet.submission_id) * 5 % 12
        # The first wins by far, whoever judges and whatever the dice say: other scenes go on with it.
        worth = 8.0 - 0.45 * rank if rank else 9.0
        marks = {
            one["code"]: Decimal(round(2 * min(10.0, max(1.0, dice.gauss(worth, 0.8))))) / 2
            for one in stage.texts["criteria"]
        }
        comments = stage.texts["comments"]
        written = stage.call(
            actor,
            sheets.write,
            sheet.sheet_id,
            Marking(marks, {"impact": dice.choice(comments["impact"])}, dice.choice(comments["summary"])),
            version,
        )
        if is_handed_in:
            stage.call(actor, sheets.move, sheet.sheet_id, "submit", written.version)

    def scope(self) -> Scope:
        return scope_of(self.hackathon_id)

    def _move_team(self, team: Team, captain: str, event: str) -> None:
        stage, actor = self.stage, self.stage.actor(captain)
        version = stage.call(actor, teams.get_team, team.team_id).version
        stage.call(actor, teams.move, team.team_id, event, version)

    def _move_challenge(self, challenge_id: UUID, event: str, who: str) -> None:
        stage, actor = self.stage, self.stage.actor(who)
        version = stage.call(actor, service.get_challenge, challenge_id).version
        stage.call(actor, Session.apply, CHALLENGES, challenge_id, event, version)


def _described(texts: Mapping[str, Any]) -> Description:
    return Description(
        texts["code"],
        texts["title_ar"],
        texts["title_en"],
        texts["summary_ar"],
        texts["summary_en"],
        Mode.ONLINE,
        team_members_min=texts.get("team_members_min", 2),
        team_members_max=4,
        prizes=tuple(
            Prize(one["title_ar"], one["title_en"], one.get("amount_minor")) for one in texts["prizes"]
        ),
        rules_ar=texts["rules_ar"],
        rules_en=texts["rules_en"],
        eligibility_ar=texts["eligibility_ar"],
        eligibility_en=texts["eligibility_en"],
        contact_email=texts["contact_email"],
        partners=tuple(Partner(one["name_ar"], one["name_en"]) for one in texts["partners"]),
    )
