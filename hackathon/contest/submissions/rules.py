"""What may be written in a submission, what its digest is over, and who sees it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from casework.access.model import Actor, Scope, ScopeKind
from casework.access.rules import holds_any
from casework.attachments.model import StoredFile
from casework.dossiers.rules import describe_files
from casework.forms import rules as forms
from casework.forms.model import FormField
from casework.forms.rules import is_answered
from casework.workflow.fields import Fields
from hackathon.contest.submissions.machine import MEMBERS, PUBLIC, PUBLIC_IN, STAFF, SUBMISSION
from hackathon.contest.submissions.model import Content, Submission
from hackathon.contest.submissions.settings import SubmissionSettings

FIELDS = Fields(SUBMISSION.package)
#: Whose a version is, in its record.
NOUN: Final = "submission"


def document_of(content: Content, files: Sequence[StoredFile]) -> dict[str, object]:
    """What a version is: everything written, and each file by its digest."""
    return {
        "title": content.title,
        "summary": content.summary,
        "answers": dict(content.answers),
        "files": describe_files(files),
    }


def scopes_of(submission: Submission) -> frozenset[Scope]:
    return frozenset(
        {Scope(ScopeKind.TEAM, submission.team_id), Scope(ScopeKind.HACKATHON, submission.hackathon_id)}
    )


def is_own(actor: Actor, submission: Submission) -> bool:
    return holds_any(actor, MEMBERS, [Scope(ScopeKind.TEAM, submission.team_id)])


def is_public(submission: Submission) -> bool:
    """Everybody sees what is in the contest, from the beginning of judging on."""
    return (
        submission.state in PUBLIC
        and submission.team_state == "locked"
        and submission.hackathon_state in PUBLIC_IN
    )


def may_see(actor: Actor, submission: Submission) -> bool:
    """Its team and the organisers always, everybody what is public. Judges in conflict are not asked here."""
    return is_public(submission) or holds_any(actor, MEMBERS | STAFF, scopes_of(submission))


def is_filled(form: Sequence[FormField], content: Content) -> bool:
    return all((content.title.strip(), content.summary.strip(), is_answered(form, content.answers)))


def check(form: Sequence[FormField], content: Content, settings: SubmissionSettings) -> None:
    """:class:`WrongField` for the first field that cannot be stored like this."""
    FIELDS.check_text("title", content.title, settings.title_characters_max, least=0)
    FIELDS.check_text("summary", content.summary, settings.summary_characters_max, least=0)
    for found in forms.wrong_answers(form, content.answers):
        raise FIELDS.wrong(*found)


def check_form(form: Sequence[FormField], settings: SubmissionSettings) -> None:
    """:class:`WrongField` for the first field of a form that cannot be asked like this."""
    found = forms.why_wrong_form(form, settings.fields_max, settings.field_characters_max)
    if found is not None:
        raise FIELDS.wrong(*found)
