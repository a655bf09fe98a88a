"""A call that is being reviewed: applicants who have handed in, reviewers, and a clock that the test moves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

from casework.access.model import HUB, Actor, Grant, Role
from casework.files.service import path_of
from casework.forms.model import FieldKind, FormField
from casework.forms.rules import document_of
from casework.people.passwords import Passwords
from casework.people.roles.service import find_actor
from casework.people.settings import PasswordSettings
from citycore.store.connections import Connection
from hackathon.contest.judging.model import Mark
from hackathon.funding.applications.settings import ApplicationSettings
from hackathon.funding.reviewing import assignment, repository, reviewers, reviews
from hackathon.funding.reviewing.copies import service as copies
from hackathon.funding.reviewing.copies.model import CopiedFile, Copy
from hackathon.funding.reviewing.model import Confidence, Opinion, Recommendation, Review, Round
from hackathon.funding.reviewing.settings import ReviewingSettings
from tests.hackathon.calling import programme_for
from tests.hackathon.people.conftest import Watch

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
CRITERIA = [
    {
        "code": "worth",
        "name_ar": "الجدوى",
        "name_en": "Worth",
        "weight": "60",
        "may_be_not_applicable": False,
    },
    {"code": "team", "name_ar": "الفريق", "name_en": "Team", "weight": "40", "may_be_not_applicable": True},
]
FORM = (
    FormField("plan", "الخطة", "Plan", is_required=True),
    FormField("where", "المكان", "Where", FieldKind.LINE),
    FormField("cv", "من أنتم", "Who", is_identifying=True),
)
#: Of applications as reviewers see them the rest does not follow from the number.
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Applied:
    """An application that was handed in, and who leads it."""

    application_id: UUID
    lead: UUID
    reference: str
    files: tuple[UUID, ...] = ()


@dataclass
class ReviewingStage:
    """``owner`` sets the scene past the services; ``portal`` is what they work with."""

    portal: Connection
    owner: Connection
    folder: Path
    is_blind: bool = True
    reviews_each: int = 2
    watch: Watch = field(default_factory=lambda: Watch(NOW))

    def __post_init__(self) -> None:
        self.applications = ApplicationSettings(folder=self.folder / "applications")
        self.programme = programme_for(
            self.portal,
            self.watch,
            Passwords(PasswordSettings(memory_kib=64, passes=1)),
            ReviewingSettings(folder=self.folder / "reviewing"),
            self.applications,
        )
        self.call = self.programme.call
        self.officer = Actor(self.person(), (Grant(Role.PROGRAMME_OFFICER, HUB),))
        self.call_id = self._call()

    def person(self, email: str | None = None, name: str = "P", *, name_ar: str | None = None) -> UUID:
        """Somebody with a confirmed address, at a provider for everybody unless told otherwise."""
        person_id = uuid4()
        self.owner.execute(
            "INSERT INTO innovation.people (person_id, email, email_key, name_en, name_ar, language, state,"
            " state_changed_at, created_at, email_verified_at) VALUES (%(id)s, %(email)s, lower(%(email)s), %(name)s,"
            " %(name_ar)s, 'en', 'active', %(at)s, %(at)s, %(at)s)",
            {
                "id": person_id,
                "email": email or f"p{person_id.hex}@gmail.com",
                "at": NOW,
                "name": name,
                "name_ar": name_ar,
            },
        )
        return person_id

    def organisation(self, name_en: str = "O", name_ar: str | None = None) -> UUID:
        organisation_id = uuid4()
        self.owner.execute(
            "INSERT INTO innovation.organisations (organisation_id, kind, name_en, name_ar, state, state_changed_at,"
            " registered_at) VALUES (%s, 'company', %s, %s, 'verified', %s, %s)",
            [organisation_id, name_en, name_ar, NOW, NOW],
        )
        return organisation_id

    def belongs(self, person_id: UUID, organisation_id: UUID) -> None:
        self.owner.execute(
            "INSERT INTO innovation.memberships (membership_id, organisation_id, person_id, state, state_changed_at,"
            " created_at) VALUES (%s, %s, %s, 'member', %s, %s)",
            [uuid4(), organisation_id, person_id, NOW, NOW],
        )

    def pass_on(self, copy_id: UUID, file_id: UUID, seen_version: int) -> CopiedFile:
        """As the officer does it: found, made without a transaction, and put into the copy."""
        source = self.call(self.officer, copies.find_source, copy_id, file_id, seen_version)
        passed = copies.make_passed(self.programme, source)
        return self.call(self.officer, copies.pass_file, source, passed)

    def apply(
        self,
        title: str = "Shade",
        *,
        lead: UUID | None = None,
        organisation_id: UUID | None = None,
        answers: Mapping[str, str] | None = None,
        summary: str = "Where to walk at noon",
        amount_minor: int = 2_000_000,
        files: Mapping[str, tuple[str, bytes]] | None = None,
        state: str = "in_review",
    ) -> Applied:
        """Handed in; ``files`` are media types and bytes by their names."""
        application_id, lead = uuid4(), lead or self.person()
        reference = _letters(uuid4(), 8)
        answers = answers or {"plan": "Measure, then plant.", "where": "Muttrah"}
        self.owner.execute(
            "INSERT INTO innovation.applications (application_id, call_id, state, state_changed_at, created_at,"
            " reference, organisation_id, governorate, language, title, summary, answers, amount_minor, versions)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, 'OM-MA', 'en', %s, %s, %s, %s, 1)",
            [
                application_id, self.call_id, state, NOW, NOW, reference, organisation_id, title, summary,
                json.dumps({"1": answers}), amount_minor,
            ],
        )  # fmt: skip
        self.joins(application_id, lead, is_lead=True)
        kept = [self._file(application_id, name, *file) for name, file in (files or {}).items()]
        document = {
            "round": 1, "title": title, "summary": summary, "answers": answers, "confirmed": [],
            "amount_minor": amount_minor, "organisation": None if organisation_id is None else str(organisation_id),
            "governorate": "OM-MA", "language": "en", "files": kept,
        }  # fmt: skip
        self.owner.execute(
            "INSERT INTO innovation.application_versions VALUES (%s, 1, 1, %s, %s, %s)",
            [application_id, json.dumps(document), bytes(32), NOW],
        )
        return Applied(application_id, lead, reference, tuple(UUID(one["file"]) for one in kept))

    def joins(self, application_id: UUID, person_id: UUID, *, is_lead: bool = False) -> None:
        self.owner.execute(
            "INSERT INTO innovation.applicants (applicant_id, application_id, person_id, is_lead, state,"
            " state_changed_at, created_at, joined_at) VALUES (%s, %s, %s, %s, 'member', %s, %s, %s)",
            [uuid4(), application_id, person_id, is_lead, NOW, NOW, NOW],
        )

    def reviewer(self, person_id: UUID | None = None, capacity: int = 10) -> Actor:
        """Asked, and has accepted."""
        person_id = person_id or self.person()
        row = self.owner.execute(
            "SELECT email FROM innovation.people WHERE person_id = %s", [person_id]
        ).fetchone()
        assert row is not None
        asked = self.call(self.officer, reviewers.invite, self.call_id, row[0], capacity)
        self.call(self.actor(person_id), reviewers.move, asked.reviewer_id, "accept", asked.version)
        return self.actor(person_id)

    def actor(self, person_id: UUID) -> Actor:
        """With the roles that the person has now."""
        return find_actor(self.portal, person_id, self.watch())

    def copy_all(self, *, release: bool = True) -> list[Copy]:
        """A copy of everything that is in review."""
        self.call(self.officer, copies.prepare_all, self.call_id)
        made = []
        for row in self.call(self.officer, copies.list_rows, self.call_id):
            assert row.copy_id is not None
            copy = self.call(self.officer, copies.get_copy, self.call_id, row.copy_id)
            if release and not copy.is_released:
                self.call(self.officer, copies.release, copy.copy_id, copy.version)
            made.append(copy)
        return made

    def assign(self, seed: int = 1) -> list[Review]:
        proposal = self.call(self.officer, assignment.propose, self.call_id, seed)
        self.call(self.officer, assignment.publish, proposal.proposal_id)
        return self.reviews()

    def reviews(self) -> list[Review]:
        return repository.find_reviews(self.portal, Round(self.call_id, 1))

    def hand_in(self, review: Review, mark: str | Decimal = "7", advice: str = "", remark: str = "") -> None:
        self.call(
            self.actor(review.person_id),
            reviews.hand_in,
            review.review_id,
            opinion(mark, advice, remark),
            review.version,
        )

    def state_of(self, application_id: UUID) -> str:
        row = self.owner.execute(
            "SELECT state FROM innovation.applications WHERE application_id = %s", [application_id]
        ).fetchone()
        assert row is not None
        return str(row[0])

    def _call(self) -> UUID:
        call_id = uuid4()
        self.owner.execute(
            "INSERT INTO innovation.calls (call_id, state, state_changed_at, created_at, code, title_ar, title_en,"
            " summary_ar, summary_en, currency, budget_minor, award_min_minor, award_max_minor, rounds, round,"
            " is_blind, reviews_each, eligibility, criteria) VALUES (%s, 'reviewing', %s, %s, %s, 'مدن أبرد',"
            " 'Cooler cities', 'ظلال وماء', 'Shade and water', 'OMR', 5000000, 1000, 3000000, 1, 1, %s, %s,"
            ' \'{"kinds": ["person", "company"], "governorates": [], "statements": []}\', %s)',
            [call_id, NOW, NOW, f"call-{next(_numbers)}-{call_id.hex[:6]}", self.is_blind, self.reviews_each,
             json.dumps(CRITERIA)],
        )  # fmt: skip
        self.owner.execute(
            "INSERT INTO innovation.call_forms VALUES (%s, 1, %s)", [call_id, json.dumps(document_of(FORM))]
        )
        return call_id

    def _file(self, application_id: UUID, name: str, media_type: str, data: bytes) -> dict[str, object]:
        file_id, digest = uuid4(), sha256(data).hexdigest()
        path = path_of(digest, self.applications.store())
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.owner.execute(
            "INSERT INTO innovation.application_files VALUES (%s, %s, %s, %s, %s, decode(%s, 'hex'), %s)",
            [file_id, application_id, name, media_type, len(data), digest, NOW],
        )
        return {
            "file": str(file_id), "name": name, "type": media_type, "bytes": len(data), "sha256": digest,
        }  # fmt: skip


def opinion(mark: str | Decimal = "7", advice: str = "", remark: str = "") -> Opinion:
    marks: dict[str, Mark] = {"worth": Decimal(mark), "team": Decimal(mark)}
    return Opinion(marks, remark, advice, Confidence.HIGH, Recommendation.FUND)


def _letters(identifier: UUID, length: int) -> str:
    """Out of the alphabet of references."""
    return identifier.hex[:length]
