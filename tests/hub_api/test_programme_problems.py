"""Which status the refusals of hackathons have."""

from __future__ import annotations

import pytest

from casework.files.errors import FileRefused
from citycore.errors import FalajError
from hackathon.contest.judging.errors import (
    Fault,
    JudgingDecisionDoesNotFit,
    JudgingRubricInvalid,
    JudgingSheetInvalid,
)
from hackathon.contest.jury.errors import ProposalOutdated
from hackathon.contest.submissions.errors import LateCodeUnknown
from hackathon.contest.teams.errors import TeamCodeUnknown, TeamFull
from hub_api.serving.kinds import status_of


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (JudgingRubricInvalid([Fault("no_criteria")]), 422),
        (JudgingSheetInvalid([Fault("nothing_marked")]), 422),
        (JudgingDecisionDoesNotFit(["a"]), 409),
        (FileRefused("empty", name="a.txt"), 422),
        (ProposalOutdated(), 409),
        (TeamFull(members_max=3), 409),
        (TeamCodeUnknown(), 404),
        (LateCodeUnknown(), 404),
    ],
    ids=lambda value: value.slug if isinstance(value, FalajError) else str(value),
)
def test_a_refusal_has_its_status(error: FalajError, status: int):
    assert status_of(error) == status
