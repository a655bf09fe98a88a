"""The marketplace on the stage: vendors, what they offer, what agencies look for, and who meets whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from casework.files.service import receive
from casework.governorates.model import Governorate
from casework.programme import Session
from casework.taxonomy.model import Capability, ClientKind, Maturity, PriceBand, Sector, Standard
from hackathon.contest.challenges import service as challenges
from hackathon.contest.challenges.model import Terms
from hackathon.contest.challenges.repository import CHALLENGES
from hackathon.market.introductions import outcomes
from hackathon.market.introductions import service as introductions
from hackathon.market.introductions.model import Side, Told
from hackathon.market.needs import asking, openers
from hackathon.market.needs import service as needs
from hackathon.market.needs.machine import QUESTIONS_CLOSE, RESPONSES_CLOSE
from hackathon.market.needs.model import Answer, Criterion, Description, Need
from hackathon.market.offerings import service as offerings
from hackathon.market.offerings.model import Content, Reference
from hackathon.market.offerings.settings import OfferingSettings
from hackathon.market.pilots import service as pilots
from hackathon.market.pilots import things
from hackathon.market.pilots.model import NewDatastream, NewThing, Origin, Plan
from hackathon.market.responses import evaluation, opening, outcome
from hackathon.market.responses import service as responses
from hackathon.market.responses.model import Answers
from hackathon.market.responses.repository import find_response
from hackathon.market.vendors import documents
from hackathon.market.vendors import service as vendors
from hackathon.market.vendors.model import DocumentKind, Paper, Profile
from hackathon.market.vendors.settings import VendorSettings
from stack.fiction.funding import OFFICER
from stack.fiction.stage import Stage, morning, paper

#: Papers are valid for so long, unless the story says otherwise.
_PAPER_DAYS = 400
_OFFERINGS, _VENDORS = OfferingSettings(), VendorSettings()


class Shop:
    """A company that has come to the marketplace; ``key`` is who speaks for it."""

    def __init__(self, stage: Stage, texts: Mapping[str, Any]) -> None:
        self.stage, self.key = stage, texts["key"]
        organisation = texts["organisation"]
        if self.key not in stage.people:
            stage.join(self.key, organisation["domain"])
        company = stage.organise(organisation, self.key)
        is_sme = texts.get("is_sme", False)
        profile = Profile(
            Governorate(texts["governorate"]),
            is_sme,
            texts["profile_ar"],
            texts["profile_en"],
            f"https://{organisation['domain']}",
        )
        self.vendor_id = stage.call(stage.actor(self.key), vendors.register, company, profile)
        kinds = [*_VENDORS.required_kinds, *([DocumentKind.SME_CARD] if is_sme else [])]
        for kind in kinds:
            ends = texts.get("paper_ends", _PAPER_DAYS) if kind is DocumentKind.TAX_CARD else _PAPER_DAYS
            self._show(kind, (stage.now + timedelta(days=ends)).date())
        for event, who in (("hand_in", self.key), ("verify", OFFICER)):
            if event == "verify":
                self._accept()
            self._move(event, who)

    def offer(self, texts: Mapping[str, Any], submission_id: UUID | None = None) -> UUID:
        """Written, handed in, and published by the programme."""
        stage, actor = self.stage, self.stage.actor(self.key)
        offering_id = stage.call(
            actor, offerings.begin, self.vendor_id, _content(texts, stage), submission_id
        )
        for event, who in (("hand_in", self.key), ("publish", OFFICER)):
            acting = stage.actor(who)
            version = stage.call(acting, offerings.get_offering, offering_id).version
            stage.call(acting, offerings.move, offering_id, event, version)
        return offering_id

    def _show(self, kind: DocumentKind, ends: date) -> None:
        stage = self.stage
        stage.call(
            stage.actor(self.key),
            documents.add,
            self.vendor_id,
            Paper(kind, "DEMO-0000", ends),
            receive(
                paper(kind.value, ["demo, تجريبي"]),
                f"{kind.value}.md",
                stage.programme.of(VendorSettings).store(),
            ),
        )

    def _accept(self) -> None:
        stage, actor = self.stage, self.stage.actor(OFFICER)
        for one in stage.call(actor, documents.list_documents, self.vendor_id):
            stage.call(actor, documents.accept, self.vendor_id, one.document_id)

    def _move(self, event: str, who: str) -> None:
        stage, actor = self.stage, self.stage.actor(who)
        version = stage.call(actor, vendors.get_vendor, self.vendor_id).version
        stage.call(actor, vendors.move, self.vendor_id, event, seen_version=version)


class Sought:
    """What an agency looks for, published by the programme; ``offsets`` are the two closes, in days from now."""

    def __init__(self, stage: Stage, texts: Mapping[str, Any], offsets: Sequence[float]) -> None:
        self.stage, self.texts, self.agency = stage, texts, texts["agency"]
        self.keys: dict[str, str] = {}
        about, actor = _sought(stage, texts), stage.actor(self.agency)
        self.need_id = stage.call(actor, needs.create, stage.organisations[self.agency], about)
        instants = [morning(stage.now) + timedelta(days=days) for days in offsets]
        planned = dict(zip((QUESTIONS_CLOSE, RESPONSES_CLOSE), instants, strict=True))
        stage.call(actor, needs.plan, self.need_id, planned)
        if about.is_sealed:
            for key in (self.agency, OFFICER):
                stage.call(actor, openers.add_opener, self.need_id, stage.part(key).email)
                self.keys[key] = stage.call(stage.actor(key), openers.make_key, self.need_id)
        self.step("submit", self.agency)
        self.step("publish", OFFICER)

    def need(self) -> Need:
        return self.stage.call(self.stage.actor(OFFICER), needs.get_need, self.need_id)

    def step(self, event: str, who: str, reason: str | None = None) -> None:
        stage = self.stage
        stage.call(stage.actor(who), outcome.move, self.need_id, event, self.need().version, reason)

    def ask(self) -> None:
        """Questions of vendors; those that have an answer are answered to all."""
        stage = self.stage
        for one in self.texts["questions"]:
            asked = stage.call(
                stage.actor(one["vendor"]), asking.ask, self.need_id, one["text"], one["language"]
            )
            if "answer_ar" in one:
                given = Answer(one["text"], one["answer_ar"], one["answer_en"])
                stage.call(stage.actor(self.agency), asking.answer, self.need_id, asked.question_id, given)

    def add(self) -> None:
        stage, text = self.stage, self.texts["addendum"]
        stage.call(stage.actor(self.agency), asking.add, self.need_id, text["ar"], text["en"])

    def respond(self) -> list[UUID]:
        """Sealed, each by its vendor."""
        stage, said = self.stage, self.stage.market["responding"]
        handed_in = []
        for one in self.texts["responses"]:
            actor = stage.actor(one["vendor"])
            response_id = stage.call(actor, responses.begin, self.need_id)
            by_code = {code: said[f"{code}_ar"] for code in ("fit", "support", "openness")}
            answers = Answers(one["summary"], by_code, one["price"])
            stage.call(actor, responses.hand_in, response_id, answers, self._version(response_id))
            handed_in.append(response_id)
        return handed_in

    def open(self) -> None:
        """Both openers bring their keys; with the second the evaluation begins."""
        stage = self.stage
        for key, words in self.keys.items():
            opening.bring_key(stage.programme, stage.actor(key), self.need_id, words)

    def evaluate(self, handed_in: Sequence[UUID], officers: Sequence[str]) -> None:
        """All comply; each officer marks each, the second a little milder."""
        stage = self.stage
        for response_id, one in zip(handed_in, self.texts["responses"], strict=True):
            stage.call(
                stage.actor(self.agency), evaluation.decide, response_id, "accept", self._version(response_id)
            )
            for milder, officer in enumerate(officers):
                marks = {
                    code: Decimal(min(10, mark + milder))
                    for code, mark in zip(("fit", "support", "openness"), one["marks"], strict=True)
                }
                stage.call(
                    stage.actor(officer),
                    evaluation.mark,
                    response_id,
                    marks,
                    stage.market["responding"]["comment"],
                )

    def intend(self, response_id: UUID) -> None:
        """Who is to win, told to all: standstill begins."""
        stage = self.stage
        stage.call(
            stage.actor(self.agency),
            evaluation.prepare,
            self.need_id,
            evaluation.Intended(response_id, self.texts["debrief_ar"], self.texts["debrief_en"]),
            self.need().version,
        )
        self.step("announce", self.agency)

    def become_challenge(self, hackathon_id: UUID) -> None:
        """Proposed to a hackathon, with data of the city."""
        stage, actor = self.stage, self.stage.actor(self.agency)
        challenge_id = stage.call(
            actor, outcome.make_challenge, self.need_id, hackathon_id, self.need().version
        )
        drafted = stage.call(actor, challenges.get_challenge, challenge_id)
        things = tuple(stage.things[self.texts["things"]][:4])
        description = replace(
            drafted.description, terms=Terms.OPEN_SOURCE, datasets=(stage.things["dataset"],), things=things
        )
        stage.call(actor, challenges.edit, challenge_id, description, drafted.version)
        version = stage.call(actor, challenges.get_challenge, challenge_id).version
        stage.call(actor, Session.apply, CHALLENGES, challenge_id, "propose", version)

    def _version(self, response_id: UUID) -> int:
        found = find_response(self.stage.connection, response_id)
        assert found is not None
        return found.version


class Meeting:
    """An introduction on the stage, suggested by ``by``."""

    def __init__(self, stage: Stage, sought: Sought, offering_id: UUID, vendor: str, by: Side) -> None:
        self.stage, self.sides = stage, {Side.AGENCY: sought.agency, Side.VENDOR: vendor}
        actor = stage.actor(self.sides.get(by, OFFICER))
        self.introduction_id = stage.call(actor, introductions.introduce, sought.need_id, offering_id, by)

    def move(self, event: str, side: Side) -> None:
        stage, actor = self.stage, self.stage.actor(self.sides[side])
        version = stage.call(actor, introductions.get_introduction, self.introduction_id).version
        stage.call(actor, introductions.move, self.introduction_id, event, version)

    def answer(self, days: int, note: str) -> None:
        """What has come of it after so many days, as both sides say."""
        stage = self.stage
        for key in self.sides.values():
            told = Told(has_met=True, has_pilot=True, has_contract=False, note=note)
            stage.call(stage.actor(key), outcomes.answer, self.introduction_id, days, told)

    def pilot(self, texts: Mapping[str, Any], days: tuple[float, float]) -> UUID:
        """Proposed by the agency, agreed by the vendor, and started."""
        stage = self.stage
        begins, ends = ((stage.now + timedelta(days=one)).date() for one in days)
        plan = Plan(
            code=texts["code"],
            title_ar=texts["title_ar"],
            title_en=texts["title_en"],
            purpose_ar=texts["purpose_ar"],
            purpose_en=texts["purpose_en"],
            starts_on=begins,
            ends_on=ends,
        )
        agency, vendor = (self.sides[one] for one in (Side.AGENCY, Side.VENDOR))
        pilot_id = stage.call(
            stage.actor(agency), pilots.propose, Origin.INTRODUCTION, self.introduction_id, plan
        )
        for event, who in (("provider_agree", vendor), ("start", agency)):
            actor = stage.actor(who)
            version = stage.call(actor, pilots.get_own_pilot, pilot_id).version
            stage.call(actor, pilots.move, pilot_id, event, version)
        return pilot_id

    def register(self, pilot_id: UUID) -> None:
        """The things that the simulator plays, by whoever provides the pilot."""
        stage, actor = self.stage, self.stage.actor(self.sides[Side.VENDOR])
        for one in stage.things["pilot"]:
            name = one.code.removeprefix(f"{stage.things['pilot_source']}-")
            thing = NewThing(name, one.kind, one.name_ar, one.name_en, one.longitude, one.latitude)
            code = stage.call(actor, things.register, pilot_id, thing)
            for sent in one.datastreams:
                stream = NewDatastream(code, sent.observed_property, sent.interval_seconds)
                stage.call(actor, things.add_datastream, pilot_id, stream)


def _content(texts: Mapping[str, Any], stage: Stage) -> Content:
    references: tuple[Reference, ...] = ()
    if "reference_ar" in texts:
        references = (
            Reference(
                ClientKind.MUNICIPALITY,
                Governorate.MUSCAT,
                Capability(texts["capabilities"][0]),
                stage.now.year - 1,
                texts["reference_ar"],
                texts["reference_en"],
            ),
        )
    return Content(
        title_ar=texts["title_ar"],
        title_en=texts["title_en"],
        summary_ar=texts["summary_ar"],
        summary_en=texts["summary_en"],
        sectors=tuple(map(Sector, texts["sectors"])),
        capabilities=tuple(map(Capability, texts["capabilities"])),
        standards=tuple(map(Standard, texts["standards"])),
        maturity=Maturity(texts["maturity"]),
        price_band=PriceBand(texts["price_band"]),
        languages=("ar", "en"),
        references=references,
    )


def _sought(stage: Stage, texts: Mapping[str, Any]) -> Description:
    criteria = tuple(
        Criterion(
            code=one["code"], name_ar=one["name_ar"], name_en=one["name_en"], weight=Decimal(one["weight"])
        )
        for one in stage.market["criteria"]
    )
    return Description(
        title_ar=texts["title_ar"],
        title_en=texts["title_en"],
        problem_ar=texts["problem_ar"],
        problem_en=texts["problem_en"],
        client_kind=ClientKind.MUNICIPALITY,
        sector=Sector(texts["sector"]),
        required=frozenset(map(Capability, texts["required"])),
        wished=frozenset(map(Capability, texts.get("wished", ()))),
        standards=frozenset(map(Standard, texts.get("standards", ()))),
        maturity_min=texts["maturity"],
        governorate=Governorate.MUSCAT,
        languages=frozenset({"ar"}),
        budget_minor=texts["budget"],
        is_budget_public=True,
        is_sealed=texts.get("is_sealed", True),
        criteria=criteria if texts.get("is_sealed", True) else (),
    )
