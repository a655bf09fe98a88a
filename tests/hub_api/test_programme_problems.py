"""Which status the refusals of hackathons have."""

from __future__ import annotations

import pytest

from citycore.errors import FalajError
from hackathon.files.errors import FileRefused
from hackathon.judging.errors import DecisionDoesNotFit, Fault, InvalidRubric, InvalidSheet
from hackathon.jury.errors import ProposalOutdated
from hackathon.submissions.errors import LateCodeUnknown
from hackathon.teams.errors import CodeUnknown, TeamFull
from hub_api.statuses import status_of


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidRubric([Fault("no_criteria")]), 422),
        (InvalidSheet([Fault("nothing_marked")]), 422),
        (DecisionDoesNotFit(["a"]), 409),
        (FileRefused("empty", name="a.txt"), 422),
        (ProposalOutdated(), 409),
        (TeamFull(members_max=3), 409),
        (CodeUnknown(), 404),
        (LateCodeUnknown(), 404),
    ],
    ids=lambda value: value.slug if isinstance(value, FalajError) else str(value),
)
def test_a_refusal_has_its_status(error: FalajError, status: int):
    assert status_of(error) == status
