"""Responses: handed in until the instant, and opened by two persons after it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

from casework.files.errors import FileRefused
from casework.sealing.errors import KeyUnreadable
from casework.sealing.keys import new_pair, words_of
from casework.workflow import errors as engine
from casework.workflow.errors import WrongField
from citycore.store.connections import Connection
from hackathon.market.needs import service as needs
from hackathon.market.needs.errors import NeedNotOpened, NotAnOpener
from hackathon.market.needs.machine import RESPONSES_CLOSE
from hackathon.market.responses import errors, evaluation, repository
from hackathon.market.responses import service as responses
from hackathon.market.responses.model import Answers, Attached, Opening
from hackathon.market.responses.rules import unpack
from hackathon.market.responses.settings import ResponseSettings
from tests.conftest import Database
from tests.hackathon.need_stage import ABOUT, ANSWERS, DAY, INSTANT, RESPONSES_END, NeedStage


@pytest.fixture
def stage(portal: Connection, programme: Database) -> Iterator[NeedStage]:
    with programme.connect() as owner:
        yield NeedStage(portal, owner)


def both_handed_in(stage: NeedStage) -> tuple[UUID, UUID, UUID]:
    need_id = stage.published()
    first = stage.hand_in(need_id)
    second = stage.hand_in(need_id, stage.rival, replace(ANSWERS, price_minor=18_000_000))
    return need_id, first.response_id, second.response_id


def test_the_receipt_is_the_document_whose_digest_is_kept(stage: NeedStage):
    need_id = stage.published()
    attached = responses.attach(ResponseSettings(), "plan.txt", b"one\ntwo\n")
    receipt = stage.hand_in(need_id, answers=replace(ANSWERS, files=(attached,)))
    response = stage.response(receipt.response_id)
    assert sha256(receipt.document).hexdigest() == receipt.digest == response.digest
    read = json.loads(receipt.document)
    assert read["price"] == {"currency": "OMR", "minor": 19_500_500}
    assert read["files"][0]["sha256"] == sha256(b"one\ntwo\n").hexdigest()
    assert len(bytes.fromhex(read["salt"])) == 32
    assert stage.mails(stage.vendor) == ["handed_in"]
    again = stage.hand_in(need_id, answers=replace(ANSWERS, files=(attached,)))
    assert again.digest != receipt.digest


def test_whoever_speaks_for_a_company_by_a_role_gets_the_receipt_and_what_follows(stage: NeedStage):
    need_id, company = stage.published(), stage.company_of(stage.vendor)
    speaker, former = stage.granted(company), stage.granted(company, stage.watch.at)
    other = stage.granted(stage.company_of(stage.rival))
    begun, actor = stage.begin(need_id), stage.actor(speaker)
    stage.call(actor, responses.hand_in, begun.response_id, ANSWERS, 1)
    later, reason = RESPONSES_END + DAY, "technical_fault"
    officer = stage.actor(stage.officer)
    stage.call(officer, needs.extend, need_id, RESPONSES_CLOSE, later, reason=reason)
    assert stage.mails(speaker) == stage.mails(stage.vendor) == ["handed_in", "extended"]
    assert stage.mails(former) == stage.mails(other) == []


def test_handed_in_and_withdrawn_until_the_instant(stage: NeedStage):
    need_id = stage.published()
    begun = stage.begin(need_id)
    vendor = stage.actor(stage.vendor)
    stage.watch.at = RESPONSES_END - INSTANT
    stage.call(vendor, responses.hand_in, begun.response_id, ANSWERS, 1)
    for late in (RESPONSES_END, RESPONSES_END + INSTANT):
        stage.watch.at = late
        with pytest.raises(engine.TooLate):
            stage.call(vendor, responses.hand_in, begun.response_id, ANSWERS, 2)
        with pytest.raises(engine.TooLate):
            stage.call(vendor, responses.withdraw, begun.response_id, 2)
        with pytest.raises(engine.TooLate):
            stage.begin(need_id, stage.rival)
    officer, later = stage.actor(stage.officer), RESPONSES_END + DAY
    stage.call(officer, needs.extend, need_id, RESPONSES_CLOSE, later, reason="technical_fault")
    stage.watch.at = later - INSTANT
    stage.call(vendor, responses.withdraw, begun.response_id, 2)
    assert stage.response(begun.response_id).digest is None
    rows = stage.owner.execute("SELECT count(*) FROM innovation.response_shares WHERE response_id = %s", [begun.response_id])  # fmt: skip
    assert rows.fetchone() == (0,)
    stage.call(vendor, responses.hand_in, begun.response_id, ANSWERS, 3)
    stage.watch.at = later
    with pytest.raises(engine.TooLate):
        stage.call(vendor, responses.withdraw, begun.response_id, 4)


def test_what_is_not_handed_in_expires(stage: NeedStage):
    need_id = stage.published()
    begun = stage.begin(need_id)
    handed_in = stage.hand_in(need_id, stage.rival)
    rival = stage.actor(stage.rival)
    stage.call(rival, responses.withdraw, handed_in.response_id, 2)
    stage.close()
    reasons = [stage.response(one.response_id).state_reason for one in (begun, handed_in)]
    assert reasons == ["deadline_passed", "withdrawn"]
    with pytest.raises(errors.NothingToOpen):
        stage.bring(need_id, stage.officer)
    stage.move(need_id, "find_none", stage.officer, "no_responses")
    assert stage.need(need_id).state == "none_suitable"


@pytest.mark.parametrize(
    "change",
    [
        {"summary": " "}, {"answers": {"fit": "x"}}, {"answers": {"fit": "x", "support": "x", "more": "x"}},
        {"answers": {"fit": "x", "support": " "}}, {"price_minor": None}, {"price_minor": 0},
        {"summary": "x\x00"}, {"files": tuple(Attached("a.txt", "text/plain", b"x") for _ in range(6))},
        {"files": (Attached("a.txt", "text/plain", bytes(12_000_001)),)},
    ],
)  # fmt: skip
def test_what_cannot_be_handed_in_is_not_stored(stage: NeedStage, change: dict[str, Any]):
    need_id = stage.published()
    begun = stage.begin(need_id)
    with pytest.raises(WrongField):
        stage.hand_in(need_id, answers=replace(ANSWERS, **change))
    assert stage.response(begun.response_id).digest is None


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.exe", b"MZ"), ("a.pdf", b"no"), ("a.txt", b""), ("a.txt", b"\xff"), ("a.docx", b"PK"), ("a.txt", bytes(5_000_001))],
)  # fmt: skip
def test_files_are_checked_in_memory(stage: NeedStage, name: str, content: bytes):
    with pytest.raises(FileRefused):
        responses.attach(ResponseSettings(), name, content)


def test_who_may_respond(stage: NeedStage):
    need_id = stage.published(replace(ABOUT, sme_only=True))
    large = stage.vendor_of("Large", is_sme=False)
    with pytest.raises(errors.ResponseSmallOnly):
        stage.begin(need_id, large)
    for person_id in (stage.officer, stage.person(), stage.vendor_of("New", state="verifying")):
        with pytest.raises(errors.ResponseVendorNotVerified):
            stage.begin(need_id, person_id)
    begun = stage.begin(need_id)
    assert stage.begin(need_id).response_id == begun.response_id
    with pytest.raises(engine.NoSuchObject):
        stage.call(stage.actor(stage.rival), responses.hand_in, begun.response_id, ANSWERS, 1)
    stage.owner.execute(
        "UPDATE innovation.vendors SET state = 'suspended' WHERE vendor_id = %s", [begun.vendor_id]
    )
    with pytest.raises(errors.ResponseVendorNotVerified):
        stage.call(stage.actor(stage.vendor), responses.hand_in, begun.response_id, ANSWERS, 1)
    unsealed = stage.published(replace(ABOUT, is_sealed=False, criteria=()))
    with pytest.raises(errors.NeedNotAnswered):
        stage.begin(unsealed, stage.rival)


def test_nothing_is_handed_in_while_the_need_is_suspended(stage: NeedStage):
    need_id = stage.published()
    begun = stage.begin(need_id)
    stage.move(need_id, "suspend", stage.programme, "complaint")
    vendor = stage.actor(stage.vendor)
    with pytest.raises(errors.NeedNotAnswered):
        stage.call(vendor, responses.hand_in, begun.response_id, ANSWERS, 1)
    stage.move(need_id, "resume", stage.programme)
    stage.call(vendor, responses.hand_in, begun.response_id, ANSWERS, 1)


def test_two_persons_open_after_the_instant_and_not_before(stage: NeedStage):
    need_id, first, second = both_handed_in(stage)
    stage.watch.at = RESPONSES_END - INSTANT
    for person_id in (stage.officer, stage.programme):
        with pytest.raises(engine.TooEarly):
            stage.bring(need_id, person_id)
    # At the instant the clockwork may still be on its way.
    stage.watch.at = RESPONSES_END
    with pytest.raises(errors.NeedNotClosed):
        stage.bring(need_id, stage.officer)
    stage.run_clock()
    assert stage.bring(need_id, stage.officer) == Opening(False, 0, 0)
    assert stage.response(first).state == "sealed"
    assert stage.need(need_id).state == "closed"
    with pytest.raises(errors.KeyAlreadyBrought):
        stage.bring(need_id, stage.officer)
    with pytest.raises(NeedNotOpened):
        stage.move(need_id, "evaluate", stage.officer)
    assert stage.bring(need_id, stage.programme) == Opening(True, 2, 0)
    assert {stage.response(one).state for one in (first, second)} == {"opened"}
    assert stage.need(need_id).state == "evaluating"


def test_an_extension_keeps_them_sealed(stage: NeedStage):
    need_id, *_ = both_handed_in(stage)
    later = RESPONSES_END + DAY
    officer = stage.actor(stage.officer)
    stage.call(officer, needs.extend, need_id, RESPONSES_CLOSE, later, reason="technical_fault")
    for instant in (RESPONSES_END, RESPONSES_END + INSTANT, later - INSTANT):
        stage.watch.at = instant
        stage.run_clock()
        for person_id in (stage.officer, stage.programme):
            with pytest.raises(engine.TooEarly):
                stage.bring(need_id, person_id)
    stage.watch.at = later
    stage.run_clock()
    stage.bring(need_id, stage.officer)
    assert stage.bring(need_id, stage.programme) == Opening(True, 2, 0)


def test_one_person_with_both_keys_opens_nothing(stage: NeedStage):
    need_id, first, _ = both_handed_in(stage)
    stage.close()
    stage.bring(need_id, stage.officer)
    for words, refusal in (
        (stage.keys[stage.programme], errors.WrongKey), (stage.keys[stage.officer], errors.KeyAlreadyBrought),
    ):  # fmt: skip
        with pytest.raises(refusal):
            stage.bring(need_id, stage.officer, words)
    for person_id in (stage.colleague, stage.vendor):
        with pytest.raises(NotAnOpener):
            stage.bring(need_id, person_id, stage.keys[stage.programme])
    assert stage.response(first).state == "sealed"
    stage.bring(need_id, stage.programme)
    assert stage.response(first).state == "opened"


def test_a_wrong_key_is_told_and_remembered(stage: NeedStage):
    need_id, *_ = both_handed_in(stage)
    stage.close()
    other = words_of(new_pair(lambda size: bytes(range(size))))
    with pytest.raises(errors.WrongKey) as wrong:
        stage.bring(need_id, stage.officer, other)
    with pytest.raises(KeyUnreadable) as slip:
        stage.bring(need_id, stage.officer, stage.keys[stage.officer][:-1])
    for refusal in (wrong.value, slip.value):
        assert other not in refusal.text("en") + refusal.text("ar")
    lines = stage.owner.execute(
        "SELECT subject, event, details FROM innovation.audit WHERE object = %s AND event = 'wrong_key'",
        [need_id],
    ).fetchall()
    assert lines == [(str(stage.officer), "wrong_key", {})] * 2


def test_any_two_of_three_open_and_a_lost_key_loses_nothing(stage: NeedStage):
    need_id = stage.published(ABOUT, stage.officer, stage.colleague, stage.programme)
    receipt = stage.hand_in(need_id)
    stage.close()
    stage.bring(need_id, stage.colleague)
    stage.bring(need_id, stage.programme)
    content = repository.find_content(stage.portal, receipt.response_id)
    assert content is not None
    assert content.document == receipt.document


def test_who_speaks_for_the_agency_no_more_opens_no_more(stage: NeedStage):
    need_id, *_ = both_handed_in(stage)
    stage.close()
    stage.owner.execute(
        "UPDATE innovation.memberships SET is_admin = false WHERE person_id = %s", [stage.officer]
    )
    with pytest.raises(NotAnOpener):
        stage.bring(need_id, stage.officer)


def test_what_was_tampered_with_is_given_up_and_holds_up_no_other(stage: NeedStage):
    need_id, first, second = both_handed_in(stage)
    stage.owner.execute(
        "UPDATE innovation.responses SET sealed = set_byte(sealed, 9, get_byte(sealed, 9) # 1) WHERE response_id = %s",
        [first],
    )
    stage.close()
    stage.bring(need_id, stage.officer)
    assert stage.bring(need_id, stage.programme) == Opening(True, 1, 1)
    assert (stage.response(first).state, stage.response(first).state_reason) == ("disqualified", "unreadable")
    assert stage.response(second).state == "opened"
    with pytest.raises(errors.ResponseNotReadable):
        stage.accept(first, "reinstate")


def test_a_response_of_another_need_opens_nothing_here(stage: NeedStage):
    """Whoever can write to the database swaps what two vendors have handed in."""
    need_id, first, second = both_handed_in(stage)
    stage.owner.execute(
        "UPDATE innovation.responses AS one SET sealed = other.sealed, digest = other.digest"
        " FROM innovation.responses AS other WHERE one.response_id = %s AND other.response_id = %s",
        [first, second],
    )
    stage.close()
    stage.bring(need_id, stage.officer)
    assert stage.bring(need_id, stage.programme) == Opening(True, 1, 1)


def test_nobody_knows_who_responded_before_it_is_opened(stage: NeedStage):
    need_id, first, _ = both_handed_in(stage)
    officer = stage.actor(stage.officer)
    assert stage.call(officer, evaluation.list_responses, need_id) == []
    assert stage.call(officer, evaluation.count_handed_in, need_id) is None
    stage.close()
    assert stage.call(officer, evaluation.list_responses, need_id) == []
    assert stage.call(officer, evaluation.count_handed_in, need_id) == 2
    for read in (
        lambda: stage.call(officer, evaluation.read, first),
        lambda: stage.call(stage.actor(stage.vendor), evaluation.read, first),
    ):
        with pytest.raises(engine.NoSuchObject):
            read()
    stage.bring(need_id, stage.officer)
    stage.bring(need_id, stage.programme)
    assert len(stage.call(officer, evaluation.list_responses, need_id)) == 2
    _, content = stage.call(officer, evaluation.read, first)
    assert content is not None
    assert (content.summary, content.price_minor) == (ANSWERS.summary, ANSWERS.price_minor)
    with pytest.raises(engine.NoSuchObject):
        stage.call(stage.actor(stage.rival), evaluation.read, first)
    readings = stage.owner.execute(
        "SELECT DISTINCT what FROM innovation.readings WHERE person_id = %s ORDER BY 1", [stage.vendor]
    ).fetchall()
    assert readings == [("responses.content",), ("responses.opening",)]


def test_what_was_not_packed_is_not_taken():
    for wrong in (b"", bytes(8), (99).to_bytes(8) + b"{}", (2).to_bytes(8) + b"{}x"):
        with pytest.raises((ValueError, KeyError)):
            unpack(wrong)
    assert "19500500" not in repr(Answers("secret", {"a": "secret"}, 19_500_500)) + repr(ANSWERS)
