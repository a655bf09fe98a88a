"""What services answer, as elements of JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from casework.attachments.model import StoredFile
from casework.forms.model import FormField
from casework.people.model import Names
from casework.workflow.model import Machine
from hackathon.contest.judging.model import Mark, NotApplicable
from hackathon.contest.judging.rubric import Rubric
from hackathon.contest.jury.machines import SHEET
from hackathon.contest.jury.model import Progress, StoredSheet
from hackathon.contest.submissions.machine import SUBMISSION
from hackathon.contest.submissions.model import Submission, Version
from hackathon.contest.teams.machine import TEAM
from hackathon.contest.teams.model import Team
from hackathon.funding.applications.machine import APPLICATION
from hackathon.funding.applications.model import Application, Content
from hackathon.funding.applications.model import Version as Proposal
from hackathon.funding.calls.model import Call
from hackathon.funding.reviewing.copies.reading import Assigned
from hackathon.funding.reviewing.machines import REVIEW
from hackathon.funding.reviewing.model import Review
from hackathon.outreach.activities.machine import ACTIVITY
from hackathon.outreach.activities.model import Activity
from hub_api.programme.open_data.elements import both_languages, filled_names

Element = dict[str, Any]


def team_element(team: Team) -> Element:
    profile = team.profile
    return {
        "team": str(team.team_id),
        "hackathon": str(team.hackathon_id),
        "name": profile.name,
        "pitch": profile.pitch,
        "open_roles": list(profile.open_roles),
        "challenge": _id(profile.challenge_id),
        "member_count": team.members,
        "short": team.is_short,
        **stateful(TEAM, team.state, team.state_reason, team.version),
    }


def submission_element(one: Submission) -> Element:
    """As organisers see it: drafts are their team's."""
    return {
        "submission": str(one.submission_id),
        "hackathon": str(one.hackathon_id),
        "team": str(one.team_id),
        "challenge": _id(one.challenge_id),
        "title": one.draft.title,
        "summary": one.draft.summary,
        "version_count": one.versions,
        "sha256": one.frozen_digest,
        **stateful(SUBMISSION, one.state, one.state_reason, one.version),
    }


def own_submission_element(one: Submission, form: Sequence[FormField]) -> Element:
    return {
        **submission_element(one),
        "answers": dict(one.draft.answers),
        "late_until": one.late_until,
        "form": _form(form),
    }


def application_element(one: Application, call: Call) -> Element:
    """As applicants may know it: that a decision is near says the state to nobody."""
    return {
        "application": str(one.application_id),
        "call": call.description.terms.code,
        "reference": one.reference,
        "round": one.round,
        "title": one.draft.title,
        "summary": one.draft.summary,
        "version_count": one.versions,
        "sha256": one.frozen_digest,
        **stateful(APPLICATION, one.state, one.state_reason, one.version),
        "state": APPLICATION.state(one.state).public or one.state,
        "state_name": both_languages(APPLICATION.public_label(one.state)),
    }


def own_application_element(one: Application, call: Call, form: Sequence[FormField]) -> Element:
    terms = call.description.terms
    return {
        **application_element(one, call),
        **_proposal(one.draft),
        "currency": terms.award_min.currency,
        "amount_min_minor": terms.award_min.minor,
        "amount_max_minor": terms.award_max.minor,
        "late_until": one.late_until,
        "form": _form(form),
        "statements": [
            {"code": each.code, "name": {"en": each.name_en, "ar": each.name_ar}}
            for each in call.eligibility.statements
        ],
    }


def proposal_element(one: Proposal) -> Element:
    """What was handed in for funding."""
    return {
        "number": one.number,
        "round": one.round,
        **_proposal(one.content),
        "files": _files(one.files),
        "sha256": one.digest,
        "submitted_at": one.submitted_at,
    }


def version_element(one: Version) -> Element:
    return {
        "number": one.number,
        "title": one.content.title,
        "summary": one.content.summary,
        "answers": dict(one.content.answers),
        "files": _files(one.files),
        "sha256": one.digest,
        "submitted_at": one.submitted_at,
    }


def sheet_element(one: StoredSheet, title: str | None) -> Element:
    return {
        "sheet": str(one.sheet_id),
        "hackathon": str(one.hackathon_id),
        "round": one.round,
        "submission": str(one.submission_id),
        "title": title,
        "state": one.state,
        "state_name": both_languages(SHEET.label("state", one.state)),
        "version": one.version,
        "submitted_at": one.submitted_at,
    }


def whole_sheet_element(one: StoredSheet, title: str | None, rubric: Rubric) -> Element:
    return {
        **sheet_element(one, title),
        "marks": {code: _mark(mark) for code, mark in one.sheet.marks.items()},
        "comments": dict(one.comments),
        "remark": one.remark,
        "rubric": _rubric(rubric),
    }


def review_element(one: Review) -> Element:
    """Without the application that it is about: the code of the copy stands in for it."""
    return {
        "review": str(one.review_id),
        "call": str(one.call_id),
        "round": one.round,
        "code": one.code,
        "state": one.state,
        "state_name": both_languages(REVIEW.label("state", one.state)),
        "version": one.version,
    }


def whole_review_element(one: Assigned, call: Call) -> Element:
    opinion, content = one.review.opinion, one.copy.content
    return {
        **review_element(one.review),
        "marks": {code: _mark(mark) for code, mark in opinion.marks.items()},
        "advice": opinion.advice,
        "remark": opinion.remark,
        "confidence": opinion.confidence,
        "recommendation": opinion.recommendation,
        "copy_read": {
            "title": content.title,
            "summary": content.summary,
            "answers": dict(content.answers),
            "amount_minor": content.amount_minor,
            "currency": call.description.terms.budget.currency,
            "files": [file.name for file in one.copy.files],
        },
        "rubric": _rubric(call.rubric),
    }


def activity_element(one: Activity) -> Element:
    event, report = one.event, one.report
    return {
        "activity": str(one.activity_id),
        "event": str(one.event_id),
        "title": event.title,
        "language": event.language,
        "mode": event.mode.value,
        "governorate": None if event.governorate is None else event.governorate.value,
        "topic": event.topic.value,
        "audience": event.audience.value,
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "report": None
        if report is None
        else {"reached": report.reached, "minutes": report.minutes, "account": report.account},
        "counted": one.counted,
        **stateful(ACTIVITY, one.state, one.state_reason, one.version),
    }


def progress_element(one: Progress, names: Mapping[Any, Names]) -> Element:
    known = names.get(one.person_id)
    return {
        "judge": str(one.judge_id),
        "name": None if known is None else filled_names(known.en, known.ar),
        "sheets": one.sheets,
        "last_submitted_at": one.last_submitted_at,
    }


def _form(form: Sequence[FormField]) -> list[Element]:
    return [
        {
            "code": field.code,
            "name": {"en": field.name_en, "ar": field.name_ar},
            "kind": field.kind.value,
            "required": field.is_required,
            "characters_max": field.characters_max,
        }
        for field in form
    ]


def _files(files: Sequence[StoredFile]) -> list[Element]:
    return [
        {
            "file": str(file.file_id),
            "name": file.name,
            "media_type": file.media_type,
            "size_bytes": file.size_bytes,
            "sha256": file.digest,
        }
        for file in files
    ]


def _proposal(content: Content) -> Element:
    return {
        "title": content.title,
        "summary": content.summary,
        "answers": dict(content.answers),
        "confirmed": list(content.confirmed),
        "amount_minor": content.amount_minor,
        "organisation": _id(content.organisation_id),
        "governorate": content.governorate,
        "language": content.language,
    }


def stateful(machine: Machine[Any], state: str, reason: str | None, version: int) -> Element:
    return {
        "state": state,
        "state_name": both_languages(machine.label("state", state)),
        "state_reason": reason,
        "version": version,
    }


def _rubric(rubric: Rubric) -> Element:
    return {
        "lowest": float(rubric.scale.lowest),
        "highest": float(rubric.scale.highest),
        "step": float(rubric.scale.step),
        "criteria": [
            {
                "code": criterion.code,
                "name": {"en": criterion.name_en, "ar": criterion.name_ar},
                "weight": float(criterion.weight),
                "may_be_not_applicable": criterion.may_be_not_applicable,
            }
            for criterion in rubric.criteria
        ],
    }


def _mark(mark: Mark) -> float | str:
    return mark.value if isinstance(mark, NotApplicable) else float(mark)


def _id(value: object) -> str | None:
    return None if value is None else str(value)
