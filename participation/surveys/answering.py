"""Surveys as what people are asked so that nobody can know what they said."""

from __future__ import annotations

from typing import Final

from casework.access.model import ScopeKind
from casework.counting.asking import Asked, Asking
from casework.workflow.errors import existing
from participation.surveys import errors, repository
from participation.surveys.machine import OVER
from participation.surveys.model import KIND, Survey


def _asked(survey: Survey) -> Asked:
    return Asked(
        object_id=survey.survey_id,
        version=survey.version,
        titles=survey.titles,
        sampling=survey.description.sampling,
        channels=survey.description.channels,
        form_version=survey.form_version,
        form_digest=survey.form_digest,
        opens=survey.opens,
        closes=survey.closes,
        targets=survey.targets,
        release_id=survey.release_id,
        is_open=survey.state == "open",
        is_over=survey.state in OVER,
        is_counted=survey.state == "counted",
    )


ASKING: Final = Asking(
    KIND,
    ScopeKind.SURVEY,
    lambda session, survey_id: existing(repository.find_survey(session.connection, survey_id)),
    _asked,
    repository.QUERIES,
    errors.SurveyNotOpen,
    errors.SurveyNotOver,
)
