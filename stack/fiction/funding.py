"""One call for funding on the stage: its dates, applications, reviews, decisions and awards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from casework.files.service import receive
from casework.forms.model import FormField
from casework.money.model import Money
from hackathon.contest.judging.rubric import Criterion
from hackathon.funding.applications import applicants, screening, writing
from hackathon.funding.applications.model import Application, Content
from hackathon.funding.applications.settings import ApplicationSettings
from hackathon.funding.awards import service as awards
from hackathon.funding.awards import spending
from hackathon.funding.awards.model import Award, Claim, Milestone, Plan
from hackathon.funding.awards.model import Terms as AwardTerms
from hackathon.funding.awards.settings import AwardSettings
from hackathon.funding.calls import service as calls
from hackathon.funding.calls.machine import DEADLINES, needed_deadlines
from hackathon.funding.calls.model import Description, Eligibility, Statement, Terms, Texts
from hackathon.funding.reviewing import assignment, reviewers, reviews
from hackathon.funding.reviewing.copies import service as copies
from hackathon.funding.reviewing.deciding import decisions, panel
from hackathon.funding.reviewing.deciding.model import Choice, Verdict
from hackathon.funding.reviewing.model import Confidence, Opinion, Recommendation, Review
from stack.fiction.stage import VISITOR, Stage, morning, paper

OFFICER, FINANCE, SECOND = "programme", "finance", "second"
_CURRENCY = "OMR"


class Funding:
    """A call that the programme officer runs; ``offsets`` are days from now, one for each deadline of one round."""

    def __init__(
        self,
        stage: Stage,
        texts: Mapping[str, Any],
        offsets: Sequence[float],
        hackathon_id: UUID | None = None,
    ) -> None:
        self.stage, self.texts = stage, texts
        names = [name for name in DEADLINES if name in needed_deadlines(1)]
        instants = [morning(stage.now) + timedelta(days=days) for days in offsets]
        self.dates: dict[str, datetime] = dict(zip(names, instants, strict=True))
        self.applications: list[UUID] = []
        self.leads: dict[UUID, str] = {}
        self.call_id = stage.call(stage.actor(OFFICER), calls.create, _described(stage, texts, hackathon_id))
        self._write()
        self.step("approve")

    def step(self, event: str) -> None:
        stage = self.stage
        stage.call(stage.actor(OFFICER), calls.move, self.call_id, event, self._call_version())

    def begin(self, entry: Mapping[str, Any], submission_id: UUID | None = None) -> UUID:
        """Somebody writes a draft, alone or with another who accepts."""
        stage, lead = self.stage, entry["lead"]
        content = self._content(entry)
        own = stage.call(
            stage.actor(lead),
            writing.begin,
            self.call_id,
            content,
            submission_id=submission_id,
        )
        # From what won in a hackathon it has its title and summary.
        content = replace(content, title=own.draft.title, summary=own.draft.summary)
        stage.call(stage.actor(lead), writing.write, own.application_id, content, own.version)
        self.applications.append(own.application_id)
        self.leads[own.application_id] = lead
        if "co" in entry:
            co = entry["co"]
            asked = applicants.invite(
                stage.programme,
                stage.actor(lead),
                own.application_id,
                stage.part(co).email,
                VISITOR,
            )
            stage.call(stage.actor(co), applicants.accept, asked.applicant_id, asked.version)
        return own.application_id

    def hand_in(self, application_id: UUID) -> None:
        stage, actor = self.stage, self.stage.actor(self.leads[application_id])
        known = self.application(application_id)
        stage.call(
            actor,
            writing.add_file,
            application_id,
            receive(
                paper(known.draft.title, [known.draft.answers["plan"], "", "demo, تجريبي"]),
                "plan.md",
                stage.programme.of(ApplicationSettings).store(),
            ),
        )
        stage.call(
            actor,
            writing.submit,
            application_id,
            self.application(application_id).version,
        )

    def screen(self, excluded: Mapping[UUID, str]) -> None:
        """Admit what was handed in, but for ``excluded`` with reasons, and tell all of it."""
        stage, actor = self.stage, self.stage.actor(OFFICER)
        prepared = [
            stage.call(
                actor,
                screening.prepare,
                one,
                "exclude" if one in excluded else "accept",
                self.application(one).version,
                excluded.get(one),
            ).prepared_id
            for one in self.applications
        ]
        stage.call(actor, screening.release, prepared)

    def invite(self, reviewer: str) -> None:
        stage, email = self.stage, self.stage.part(reviewer).email
        asked = stage.call(stage.actor(OFFICER), reviewers.invite, self.call_id, email, 12)
        stage.call(stage.actor(reviewer), reviewers.move, asked.reviewer_id, "accept", asked.version)

    def assign(self) -> list[Review]:
        """Copies for the reviewers, released, and who reviews what; in an order that is the same each time."""
        stage, actor = self.stage, self.stage.actor(OFFICER)
        stage.call(actor, copies.prepare_all, self.call_id)
        for row in stage.call(actor, copies.list_rows, self.call_id):
            assert row.copy_id is not None
            copy = stage.call(actor, copies.get_copy, self.call_id, row.copy_id)
            stage.call(actor, copies.release, copy.copy_id, copy.version)
        proposal = stage.call(actor, assignment.propose, self.call_id, 968)
        stage.call(actor, assignment.publish, proposal.proposal_id)
        found = stage.call(actor, reviews.list_reviews, self.call_id)
        rank = {one: place for place, one in enumerate(self.applications)}
        return sorted(found, key=lambda one: (rank[one.application_id], stage.key_of(one.person_id)))

    def review(self, review: Review, *, is_handed_in: bool = True) -> None:
        """Marks around an application's own worth: the first that were written are the best."""
        stage, dice = self.stage, self.stage.dice
        worth = 8.8 - 1.1 * self.applications.index(review.application_id)
        marks = {
            one["code"]: Decimal(round(min(10.0, max(1.0, dice.gauss(worth, 0.7)))))
            for one in stage.funding["criteria"]
        }
        said = stage.funding["reviews"]
        advice = Recommendation.FUND if worth > 7 else Recommendation.FUND_WITH_CHANGES
        opinion = Opinion(
            marks, dice.choice(said["remark"]), dice.choice(said["advice"]), Confidence.MEDIUM, advice
        )
        actor = stage.actor(stage.key_of(review.person_id))
        do = reviews.hand_in if is_handed_in else reviews.write
        stage.call(actor, do, review.review_id, opinion, review.version)

    def sit(self) -> None:
        self.stage.call(self.stage.actor(OFFICER), panel.begin, self.call_id)

    def decide(self, decided: Sequence[tuple[UUID, str, Verdict, str | None]]) -> None:
        """Prepare decisions, each with what goes with it and why, and tell them together."""
        stage, actor = self.stage, self.stage.actor(OFFICER)
        prepared = [
            stage.call(
                actor,
                decisions.prepare,
                application_id,
                Choice(event, verdict, reason),
                self.application(application_id).version,
            ).decision_id
            for application_id, event, verdict, reason in decided
        ]
        stage.call(actor, decisions.release, self.call_id, prepared)

    def offer(self, number: int, amount_minor: int, conditions: tuple[str, str] = ("", "")) -> Award:
        """An award to the application of that number, for a year from the next month on."""
        stage, texts = self.stage, self.texts["awards"][number]
        starts_on = (stage.at + timedelta(days=31)).date().replace(day=1)
        terms = AwardTerms(
            texts["title_ar"],
            texts["title_en"],
            texts["abstract_ar"],
            texts["abstract_en"],
            *conditions,
            amount_minor,
            starts_on,
            starts_on.replace(year=starts_on.year + 1),
        )
        return stage.call(stage.actor(OFFICER), awards.offer, self.applications[number], terms)

    def application(self, application_id: UUID) -> Application:
        return self.stage.call(self.stage.actor(OFFICER), writing.find, application_id)

    def _write(self) -> None:
        stage, actor = self.stage, self.stage.actor(OFFICER)
        known = stage.funding
        criteria = [
            Criterion(
                code=one["code"],
                name_en=one["name_en"],
                name_ar=one["name_ar"],
                weight=Decimal(one["weight"]),
            )
            for one in known["criteria"]
        ]
        form = [FormField(**one) for one in known["form"]]
        rules = Eligibility(statements=tuple(Statement(**one) for one in known["statements"]))
        call, call_id = stage.call, self.call_id
        call(actor, calls.set_form, call_id, 1, form, self._call_version())
        call(actor, calls.set_criteria, call_id, criteria, self._call_version())
        call(actor, calls.set_eligibility, call_id, rules, self._call_version())
        call(actor, calls.plan, call_id, self.dates)

    def _content(self, entry: Mapping[str, Any]) -> Content:
        stage = self.stage
        language = stage.part(entry["lead"]).language if not entry["title"] else _language_of(entry["title"])
        said = stage.funding["answers"]
        answers = {
            "plan": entry["plan"],
            "measure": said[f"measure_{language}"],
            "team": said[f"team_{language}"],
        }
        organisation = entry.get("organisation")
        return Content(
            entry["title"],
            entry["summary"],
            {code: text for code, text in answers.items() if text},
            ("ethics",),
            entry["amount"],
            None if organisation is None else stage.organisations[organisation],
            "OM-MA",
            language,
        )

    def _call_version(self) -> int:
        stage = self.stage
        return stage.call(stage.actor(OFFICER), calls.get_call, self.call_id).version


class Granted:
    """An award on the stage, from its acceptance to its payments."""

    def __init__(self, stage: Stage, award: Award, lead: str, texts: Mapping[str, Any]) -> None:
        self.stage, self.award_id, self.lead, self.texts = stage, award.award_id, lead, texts
        self.milestones: list[UUID] = []

    def move(self, event: str, who: str = OFFICER) -> None:
        stage, actor = self.stage, self.stage.actor(who)
        version = stage.call(actor, awards.get_award, self.award_id).version
        stage.call(actor, awards.move, self.award_id, event, version)

    def contract(self, days: Sequence[float]) -> None:
        """Milestones on these days from now, a signed contract, and the start."""
        stage, actor = self.stage, self.stage.actor(OFFICER)
        for planned, offset in zip(self.texts["milestones"], days, strict=True):
            due_at = morning(stage.now) + timedelta(days=offset)
            plan = Plan(planned["title"], planned["amount"], due_at)
            made = stage.call(actor, spending.plan_milestone, self.award_id, plan)
            self.milestones.append(made.milestone_id)
        version = stage.call(actor, awards.get_award, self.award_id).version
        stage.call(
            actor,
            awards.set_contract,
            self.award_id,
            self.texts["contract"],
            stage.at.date(),
            version,
        )
        # What is large is not contracted by whoever offered it.
        self.move("contract", "administrator")

    def report(self, number: int) -> None:
        """What was done for a milestone, with a file, is handed in and accepted."""
        stage, actor, milestone_id = self.stage, self.stage.actor(self.lead), self.milestones[number]
        text = self.texts["milestones"][number]["report"]
        stage.call(actor, spending.write_report, milestone_id, text, self._milestone(number).version)
        stage.call(
            actor,
            spending.add_file,
            milestone_id,
            receive(
                paper(self._milestone(number).plan.title, [text, "", "demo, تجريبي"]),
                "report.md",
                stage.programme.of(AwardSettings).store(),
            ),
        )
        for event, who in (("report", self.lead), ("accept", OFFICER)):
            stage.call(
                stage.actor(who),
                spending.move_milestone,
                milestone_id,
                event,
                self._milestone(number).version,
            )

    def claim(self, number: int) -> UUID:
        """All that the milestone is worth; the programme approves it."""
        stage = self.stage
        amount, account = self._milestone(number).plan.amount_minor, self.texts["milestones"][number]["claim"]
        asked = stage.call(stage.actor(self.lead), spending.claim, self.milestones[number], amount, account)
        self.move_claim(asked.claim_id, "approve", OFFICER)
        return asked.claim_id

    def pay(self, claim_id: UUID) -> None:
        """What is large is recorded by a second person of finance."""
        stage, actor = self.stage, self.stage.actor(SECOND)
        self.move_claim(claim_id, "approve_payment", FINANCE)
        stage.at += timedelta(days=2)
        stage.call(
            actor,
            spending.record_payment,
            claim_id,
            stage.at.date(),
            "DEMO-PAY-0001",
            self._claim(claim_id).version,
        )

    def move_claim(self, claim_id: UUID, event: str, who: str) -> None:
        stage = self.stage
        stage.call(stage.actor(who), spending.move_claim, claim_id, event, self._claim(claim_id).version)

    def _milestone(self, number: int) -> Milestone:
        stage = self.stage
        found = stage.call(stage.actor(OFFICER), awards.list_milestones, self.award_id)
        return next(one for one in found if one.milestone_id == self.milestones[number])

    def _claim(self, claim_id: UUID) -> Claim:
        stage = self.stage
        found = stage.call(stage.actor(OFFICER), awards.list_claims, self.award_id)
        return next(one for one in found if one.claim_id == claim_id)


def _described(stage: Stage, texts: Mapping[str, Any], hackathon_id: UUID | None) -> Description:
    budget, least, most = (Money(texts[name], _CURRENCY) for name in ("budget", "award_min", "award_max"))
    return Description(
        Texts(texts["title_ar"], texts["title_en"], texts["summary_ar"], texts["summary_en"]),
        Terms(
            texts["code"],
            budget,
            least,
            most,
            reviews_each=texts["reviews_each"],
            organisation_id=stage.organisations[texts["organisation"]],
            hackathon_id=hackathon_id,
        ),
    )


def _language_of(title: str) -> Any:
    return "en" if title.isascii() else "ar"
