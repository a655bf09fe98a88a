"""Deadlines of submissions, and what their forms say."""

from __future__ import annotations

from typing import Any

from casework.files.service import MEDIA_TYPES
from casework.forms.model import FormField
from casework.programme import Session
from hackathon.contest.submissions.model import Content, Submission
from hub_api.programme.kit.forms import Form

#: What browsers offer to choose from; what a file holds is checked all the same.
ACCEPT = ",".join(f".{one}" for one in MEDIA_TYPES)


def deadlines_of(session: Session, submission: Submission) -> dict[str, Any]:
    """Of the hackathon, or its own where the team was given late access."""
    own = submission.hackathon_id if submission.late_until is None else submission.submission_id
    return session.planned(own)


def content_of(form: Form, questions: tuple[FormField, ...]) -> Content:
    """What a team wrote; a question that was left out has no answer."""
    answers = {one.code: form.text(answer_name(one.code)).strip() for one in questions}
    return Content(
        form.text("title").strip(),
        form.text("summary").strip(),
        {code: text for code, text in answers.items() if text},
    )


def answer_name(code: str) -> str:
    """The name of the field of a question."""
    return f"answer_{code}"
