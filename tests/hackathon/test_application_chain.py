"""From a hackathon to a call: who has won can apply with what was handed in, and the link is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from citycore.store.connections import Connection
from hackathon.contest.hackathons.service import get_hackathon
from hackathon.contest.results.model import Continuation
from hackathon.contest.results.repository import find_continuations
from hackathon.contest.results.service import finalise
from hackathon.funding.applications import continuing, errors, writing
from hackathon.funding.applications.model import Content
from tests.conftest import Database
from tests.hackathon import stage as stages
from tests.hackathon.applying import FILLED, Applying
from tests.hackathon.stage import Stage
from tests.hub_api.portal.town import told


def test_a_winner_applies_with_what_was_handed_in(programme: Database, portal: Connection, tmp_path: Path):
    with programme.connect() as owner:
        stage = Stage(portal, owner, folder=tmp_path / "submissions")
        captain, mate = stage.person(), stage.person()
        _teams, handed_in = told(stage, ["9", "8", "7", "5"], captain, [mate])
        won, lost = handed_in[0].submission_id, handed_in[3].submission_id
        funding = Applying(portal, owner, folder=tmp_path / "files")
        funding.until("opens")

        def begin(person, submission_id):
            return funding.do(funding.actor(person), writing.begin, funding.call_id, Content(), submission_id=submission_id)  # fmt: skip

        with pytest.raises(errors.NotYourSubmission):
            begin(captain, won)
        stage.watch.at = stages.DATES["appeals_close"]
        version = stage.call(stage.chief, get_hackathon, stage.hackathon_id).version
        stage.call(stage.chief, finalise, stage.hackathon_id, version)
        for person, submission_id in ((funding.person(), won), (captain, lost)):
            with pytest.raises(errors.NotYourSubmission):
                begin(person, submission_id)
            assert not funding.do(funding.actor(person), continuing.may_continue, submission_id)
        begun = begin(mate, won)
        assert (begun.draft.title, begun.submission_id) == ("Idea 1", won)
        assert find_continuations(portal, won) == []
        funding.write(begun, mate, FILLED)
        funding.submit(begun, mate)
        funding.move(begun, mate, "reopen")
        funding.submit(begun, mate)
        code = funding.call().description.terms.code
        assert find_continuations(portal, won) == [(Continuation.FUNDING_CALL, code)]
