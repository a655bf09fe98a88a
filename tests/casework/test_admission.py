"""Tokens that count once, kiosks that are refused once they are revoked, and draws that anybody repeats."""

from __future__ import annotations

import csv
import io
import random
import re
import secrets
import threading
from collections import Counter
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from casework.access.model import ANONYMOUS, SYSTEM
from casework.admission import errors, service
from casework.admission.model import Candidate, Ticket
from casework.admission.rules import (
    draw,
    is_marked,
    list_digest,
    new_token,
    read_kiosk_pass,
    read_ticket,
    read_token,
    sheet,
    token_digest,
    write_kiosk_pass,
    write_mark,
    write_ticket,
)
from casework.admission.settings import AdmissionSettings
from casework.governorates.model import Governorate
from casework.people.errors import InvalidName, TooOften
from casework.programme import Programme, Session
from casework.workflow.errors import NoSuchObject
from tests.casework.admitting import NOW, Watch, hub_of, open_survey, visitor
from tests.conftest import Database

KEY, OTHER = bytes(range(32)), bytes(32)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def hub(casework: Database, watch: Watch) -> Programme:
    return hub_of(
        casework,
        watch,
        AdmissionSettings(tokens_per_issue_max=40, tokens_per_roll_max=60, kiosks_per_roll_max=2),
    )


def test_a_token_is_read_however_it_is_typed_and_no_mistyped_one_is() -> None:
    token = new_token(secrets.token_bytes)
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}", token)
    bare = token.replace("-", "")
    assert read_token(f" {token.lower().replace('-', ' ')} ") == bare
    for place in range(len(bare) - 1):
        turned = bare[:place] + bare[place : place + 2][::-1] + bare[place + 2 :]
        assert (read_token(turned) is None) == (turned != bare)
    assert read_token(bare[:-1]) is None
    assert token_digest(KEY, UUID(int=1), bare) != token_digest(KEY, UUID(int=2), bare), "of one roll alone"
    assert token_digest(KEY, UUID(int=1), bare) != token_digest(OTHER, UUID(int=1), bare)


def test_a_sheet_has_tokens_and_where_they_are_typed_and_no_token_in_an_address() -> None:
    tokens = [new_token(secrets.token_bytes) for _ in range(3)]
    rows = list(csv.DictReader(io.StringIO(sheet(tokens, "https://hub.test/portal/surveys/1"))))
    assert [row["token"] for row in rows] == tokens
    assert {row["address"] for row in rows} == {"https://hub.test/portal/surveys/1"}
    assert set(rows[0]) == {"token", "address"}


def test_what_browsers_show_is_made_by_this_hub_for_one_purpose() -> None:
    ticket, kiosk_id = Ticket(uuid4(), secrets.token_bytes(32)), uuid4()
    until = NOW + timedelta(minutes=5)
    shown = write_ticket(KEY, ticket, until)
    assert read_ticket(KEY, shown, NOW) == ticket
    assert read_ticket(KEY, shown, until) is None
    kiosk, mark = write_kiosk_pass(KEY, kiosk_id), write_mark(KEY, kiosk_id)
    assert read_kiosk_pass(KEY, kiosk) == kiosk_id
    assert is_marked(KEY, kiosk_id, mark)
    assert not is_marked(KEY, uuid4(), mark)
    for wrong in ("", ".", "a.b", shown[:-1], f"{shown}ا", kiosk, mark):
        assert read_ticket(KEY, wrong, NOW) is None
    assert read_ticket(OTHER, shown, NOW) is None
    assert read_kiosk_pass(KEY, mark) is None, "the same words for another purpose"
    assert not is_marked(KEY, kiosk_id, kiosk)


def test_a_token_counts_once_and_its_bit_alone_is_kept(hub: Programme) -> None:
    object_id, (token, other, *_) = open_survey(hub, 5)
    assert hub.call(SYSTEM, service.count_issued, object_id) == {"letter": 5}
    ticket = service.enter(hub, object_id, f" {token.lower()} ", visitor())
    assert hub.call(ANONYMOUS, service.use_ticket, ticket) == "letter"
    for refused in (
        lambda: hub.call(ANONYMOUS, service.use_ticket, ticket),
        lambda: hub.call(ANONYMOUS, service.use_token, object_id, token),
        lambda: service.enter(hub, object_id, token, visitor()),
    ):
        with pytest.raises(errors.TokenUsed):
            refused()
    another, _ = open_survey(hub, 1)
    for unknown in (new_token(secrets.token_bytes), token):
        with pytest.raises(errors.TokenUnknown):
            service.enter(hub, another, unknown, visitor())
        with pytest.raises(errors.TokenUnknown):
            hub.call(ANONYMOUS, service.use_token, another, unknown)
    with pytest.raises(errors.TokenMistyped):
        hub.call(ANONYMOUS, service.use_token, object_id, other[:-1] + ("Z" if other[-1] != "Z" else "Y"))
    with pytest.raises(errors.RollStillOpen):
        hub.call(SYSTEM, service.count_tokens, object_id)
    hub.call(SYSTEM, service.close_roll, object_id)
    with pytest.raises(errors.RollClosed):
        hub.call(ANONYMOUS, service.use_token, object_id, other)
    with pytest.raises(errors.RollClosed):
        service.enter(hub, object_id, other, visitor())
    (counted,) = hub.call(SYSTEM, service.count_tokens, object_id)
    assert (counted.channel, counted.issued, counted.used) == ("letter", 5, 1)


def test_a_roll_closes_by_the_clock(hub: Programme, watch: Watch) -> None:
    object_id, (token, *_) = open_survey(hub, 2)
    hub.call(SYSTEM, service.set_closing, object_id, NOW + timedelta(hours=1))
    watch.pass_by(hours=1)
    with pytest.raises(errors.RollClosed):
        hub.call(ANONYMOUS, service.use_token, object_id, token)
    with pytest.raises(errors.RollClosed):
        hub.call(SYSTEM, service.set_closing, object_id, NOW + timedelta(hours=2))


def test_limits_of_a_roll(hub: Programme) -> None:
    object_id, _ = open_survey(hub, 30)
    for many in (0, 41, 31):
        with pytest.raises(errors.TooManyTokens):
            hub.call(SYSTEM, service.issue_tokens, object_id, many, "letter")
    with pytest.raises(errors.ChannelUnsound):
        hub.call(SYSTEM, service.issue_tokens, object_id, 1, "A letter")
    assert len(set(hub.call(SYSTEM, service.issue_tokens, object_id, 30, "booth"))) == 30
    with pytest.raises(NoSuchObject):
        hub.call(SYSTEM, service.issue_tokens, uuid4(), 1, "letter")


def test_of_two_presses_at_once_one_counts(hub: Programme) -> None:
    object_id, tokens = open_survey(hub, 8)
    outcomes: list[str] = []
    for token in tokens:
        together = threading.Barrier(2)

        def press(token: str = token, together: threading.Barrier = together) -> None:
            together.wait(60)
            try:
                outcomes.append(hub.call(ANONYMOUS, service.use_token, object_id, token))
            except errors.TokenUsed:
                outcomes.append("used")

        threads = [threading.Thread(target=press) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert Counter(outcomes) == {"letter": 8, "used": 8}


def test_a_token_is_not_used_where_what_it_is_used_for_fails(hub: Programme) -> None:
    object_id, (token,) = open_survey(hub, 1)

    def fail(session: Session) -> None:
        service.use_token(session, object_id, token)
        raise RuntimeError("the answer was lost")

    with pytest.raises(RuntimeError):
        hub.call(ANONYMOUS, fail)
    assert hub.call(ANONYMOUS, service.use_token, object_id, token) == "letter"


def test_whoever_guesses_is_stopped_and_whoever_knows_is_not(hub: Programme) -> None:
    object_id, tokens = open_survey(hub, 40)
    crowd = visitor()
    for token in tokens:
        service.enter(hub, object_id, token, crowd)
    guesser = visitor()
    for _ in range(30):
        with pytest.raises(errors.TokenUnknown):
            service.enter(hub, object_id, new_token(secrets.token_bytes), guesser)
    with pytest.raises(TooOften):
        service.enter(hub, object_id, tokens[0], guesser)
    with pytest.raises(TooOften):
        service.pair_kiosk(hub, tokens[0], guesser)
    with pytest.raises(TooOften):
        service.count_try(hub, guesser)


def test_a_kiosk_is_one_browser_until_it_is_revoked(hub: Programme) -> None:
    object_id, _ = open_survey(hub)
    issued = hub.call(SYSTEM, service.add_kiosk, object_id, " Door ", Governorate.MUSCAT)
    kiosk, shown = service.pair_kiosk(hub, issued.token.lower(), visitor())
    assert (kiosk.kiosk_id, kiosk.name, kiosk.governorate) == (issued.kiosk_id, "Door", Governorate.MUSCAT)
    assert hub.call(ANONYMOUS, service.require_kiosk, object_id, shown).is_in_use
    with pytest.raises(errors.KioskTaken):
        service.pair_kiosk(hub, issued.token, visitor())
    for elsewhere, wrong in ((uuid4(), shown), (object_id, ""), (object_id, f"{shown}x")):
        with pytest.raises(errors.KioskNeeded):
            hub.call(ANONYMOUS, service.require_kiosk, elsewhere, wrong)
    with pytest.raises(errors.KioskUnknown):
        service.pair_kiosk(hub, new_token(secrets.token_bytes), visitor())
    with pytest.raises(errors.TokenMistyped):
        service.pair_kiosk(hub, "door", visitor())
    with pytest.raises(NoSuchObject):
        hub.call(SYSTEM, service.revoke_kiosk, uuid4(), issued.kiosk_id)
    hub.call(SYSTEM, service.revoke_kiosk, object_id, issued.kiosk_id)
    with pytest.raises(errors.KioskRevoked):
        hub.call(ANONYMOUS, service.require_kiosk, object_id, shown)
    for name in ("", "n" * 81):
        with pytest.raises(errors.KioskUnnamed):
            hub.call(SYSTEM, service.add_kiosk, object_id, name, Governorate.MUSCAT)
    with pytest.raises(InvalidName):
        hub.call(SYSTEM, service.add_kiosk, object_id, "Desk \u202eeno", Governorate.MUSCAT)
    early = [hub.call(SYSTEM, service.add_kiosk, object_id, name, Governorate.DHOFAR) for name in "ab"]
    with pytest.raises(errors.TooManyKiosks):
        hub.call(SYSTEM, service.add_kiosk, object_id, "c", Governorate.DHOFAR)
    hub.call(SYSTEM, service.revoke_kiosk, object_id, early[0].kiosk_id)
    with pytest.raises(errors.KioskRevoked):
        service.pair_kiosk(hub, early[0].token, visitor())
    listed = hub.call(SYSTEM, service.list_kiosks, object_id)
    assert [(one.name, one.is_in_use) for one in listed] == [("Door", False), ("a", False), ("b", False)]


def test_a_mark_of_a_browser_is_of_one_survey(hub: Programme) -> None:
    mine, other = uuid4(), uuid4()
    mark = service.mark_of(hub, mine)
    assert service.has_answered(hub, mine, mark)
    assert not service.has_answered(hub, other, mark)
    assert not service.has_answered(hub, mine, "")
    ticket = Ticket(mine, secrets.token_bytes(32))
    text, seconds = service.write_ticket_of(hub, ticket)
    assert (service.read_ticket_of(hub, text), seconds) == (ticket, 14_400)
    assert service.read_ticket_of(hub, "") is None


def test_a_draw_is_the_same_for_whoever_repeats_it() -> None:
    people = [Candidate(f"p{number}", "north" if number % 3 else "south") for number in range(90)]
    quotas = {"north": 5, "south": 40, "nowhere": 3}
    drawn = draw("2026-11-29 water", people, quotas)
    assert Counter(one.group for one in drawn) == {"north": 5, "south": 30}
    mixed = random.Random(3).sample(people, len(people))
    assert draw("2026-11-29 water", mixed, quotas) == drawn
    assert list_digest(mixed) == list_digest(people) != list_digest(people[1:])
    assert draw("2026-11-29 fire", people, quotas) != drawn
    with pytest.raises(ValueError, match="same key"):
        draw("s", [*people, Candidate("p1", "south")], quotas)


def test_everybody_is_drawn_equally_often() -> None:
    people = [Candidate(str(number)) for number in range(10)]
    often = Counter(one.key for seed in range(3_000) for one in draw(str(seed), people, {"": 3}))
    expected = 900
    # Chi square with 9 degrees of freedom; the seeds are these, so the sum is the same each time.
    assert sum((often[one.key] - expected) ** 2 / expected for one in people) < 27.9
