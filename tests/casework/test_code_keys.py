"""A new key of codes: what was given under the former ones still counts, and the command says what needs which."""

from __future__ import annotations

import stat
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from casework.access.model import SYSTEM
from casework.admission import browsers
from casework.admission import service as admission
from casework.admission.errors import TokenUnknown
from casework.dashboard_access.keys import SigningKey
from casework.follow_up import keys
from casework.follow_up.errors import HubKeyUnusable, NothingFollowed
from casework.follow_up.keys import HubKey, code_of_key
from casework.follow_up.service import enter, issued_to, open_follow_up
from casework.follow_up.settings import FollowUpSettings
from casework.governorates.model import Governorate
from casework.people.known_browsers import known_by, mark
from casework.programme import Programme
from programme.registry import open_programme
from stack import boundary
from tests.casework.admitting import Watch, hub_of, open_survey, visitor
from tests.conftest import Database

OLD, NEW, OTHER = "0a" * 32, "0b" * 32, "0c" * 32


@pytest.fixture
def watch() -> Watch:
    return Watch()


def with_keys(database: Database, watch: Watch, newest: str, *former: str) -> Programme:
    return hub_of(database, watch, FollowUpSettings(key=newest, former_keys=former))


def test_codes_of_a_former_key_still_open_and_new_ones_are_of_the_new(
    casework: Database, watch: Watch
) -> None:
    before = with_keys(casework, watch, OLD)
    after = with_keys(casework, watch, NEW, OLD)
    gone = with_keys(casework, watch, NEW)
    first, second, page = uuid4(), uuid4(), uuid4()
    old = before.call(SYSTEM, open_follow_up, "voice", first, page)
    new = after.call(SYSTEM, open_follow_up, "voice", second)
    assert enter(after, old.number, old.code, visitor()).object_id == first
    assert enter(after, new.number, new.code, visitor()).object_id == second
    assert after.call(SYSTEM, issued_to, first, page) == old, "a page that is sent again is told the same"
    for hub, issued in ((gone, old), (before, new)):
        with pytest.raises(NothingFollowed):
            enter(hub, issued.number, issued.code, visitor())
    with pytest.raises(NothingFollowed):
        enter(after, old.number, new.code, visitor())
    named = dict(stored(casework, "SELECT object_id, key_id FROM participation.follow_ups"))
    assert named[first] == HubKey(bytes.fromhex(OLD)).code
    assert named[second] == after.of(HubKey).code != named[first]


def test_tokens_kiosks_and_browsers_of_a_former_key_still_count(casework: Database, watch: Watch) -> None:
    before, after = with_keys(casework, watch, OLD), with_keys(casework, watch, NEW, OLD)
    object_id, (one, two, three) = open_survey(before, tokens=3)
    (four,) = after.call(SYSTEM, admission.issue_tokens, object_id, 1, "desk")
    for token in (one, four):
        ticket = admission.enter(after, object_id, token, visitor())
        assert admission.read_ticket_of(after, admission.write_ticket_of(after, ticket)[0]) == ticket
    shown, _ = admission.write_ticket_of(before, admission.enter(before, object_id, two, visitor()))
    ticket = admission.read_ticket_of(after, shown)
    assert ticket is not None
    assert after.call(SYSTEM, admission.use_ticket, ticket) == "letter"
    assert after.call(SYSTEM, admission.use_token, object_id, three) == "letter"
    with pytest.raises(TokenUnknown):
        admission.enter(with_keys(casework, watch, NEW), object_id, one, visitor())
    kiosks = [before.call(SYSTEM, admission.add_kiosk, object_id, name, Governorate.MUSCAT) for name in "ab"]
    _, kept = admission.pair_kiosk(before, kiosks[0].token, visitor())
    assert after.call(SYSTEM, admission.require_kiosk, object_id, kept).kiosk_id == kiosks[0].kiosk_id
    assert admission.pair_kiosk(after, kiosks[1].token, visitor())[0].kiosk_id == kiosks[1].kiosk_id
    assert admission.has_answered(after, object_id, admission.mark_of(before, object_id))
    counted = {hub.call(SYSTEM, browsers.participant_in, "t" * 43, object_id) for hub in (before, after)}
    assert len(counted) == 1, "nobody counts twice by a new key"
    text = mark(before, "salma@baladiya.example").text
    assert known_by(after, "salma@baladiya.example", text) is not None
    assert known_by(with_keys(casework, watch, NEW), "salma@baladiya.example", text) is None


def test_a_sign_in_of_the_dashboards_is_ended_by_what_a_former_key_signed() -> None:
    old, new = (
        SigningKey.of(bytes.fromhex(OLD)),
        SigningKey.of(bytes.fromhex(NEW), (SigningKey.of(bytes.fromhex(OLD)),)),
    )
    assert new.read(old.sign({"jti": "1"})) == {"jti": "1"}
    assert old.read(new.sign({"jti": "1"})) is None
    assert [one["kid"] for one in new.public()["keys"]] == [new.code, old.code]
    assert all("d" not in one for one in new.public()["keys"])


def test_keys_are_rotated_and_retired_in_one_file(tmp_path: Path) -> None:
    settings, chances = FollowUpSettings(folder=tmp_path), iter((b"1" * 32, b"2" * 32, b"3" * 32))
    keys.make(settings, lambda _: next(chances))
    first = keys.read(settings)
    settings.key_file().chmod(0o640)
    second = keys.rotate(settings, lambda _: next(chances))
    assert stat.S_IMODE(settings.key_file().stat().st_mode) == 0o640, "as its operator has it"
    settings.key_file().chmod(0o600)
    third = keys.rotate(settings, lambda _: next(chances))
    assert third.secrets == (b"3" * 32, b"2" * 32, b"1" * 32)
    assert [file.name for file in tmp_path.iterdir()] == ["key"]
    assert stat.S_IMODE(settings.key_file().stat().st_mode) == 0o600
    for code in (third.code, "00000000"):
        with pytest.raises(KeyError):
            keys.retire(settings, code)
    assert keys.retire(settings, second.code).secrets == (b"3" * 32, b"1" * 32)
    assert keys.read(settings).called(first.code) == b"1" * 32
    assert keys.read(settings).called(None) == b"1" * 32
    assert (third.secret.hex() in repr(third), third.code in third.secret.hex()) == (False, False)


@pytest.mark.parametrize("text", ["", "\n", f"{OLD}\n\n", f"{OLD}\nno key\n", f"{OLD[:-2]}\n"])
def test_a_file_of_keys_is_whole_or_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "key").write_text(text, "ascii")
    with pytest.raises(HubKeyUnusable) as refused:
        keys.read(FollowUpSettings(folder=tmp_path))
    assert OLD[:-2] not in str(refused.value)


def test_a_key_of_the_environment_is_rotated_there(tmp_path: Path) -> None:
    with pytest.raises(HubKeyUnusable) as refused:
        keys.rotate(FollowUpSettings(folder=tmp_path, key=OLD), bytes)
    assert refused.value.details["place"] == "FALAJ_FOLLOW_UP_KEY"
    assert list(tmp_path.iterdir()) == []


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    stdout: str
    stderr: str


Falaj = Callable[..., Ended]


@pytest.fixture
def falaj(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Falaj:
    (tmp_path / "key").write_text(f"{OLD}\n", "ascii")
    told = database.environment() | {
        "FALAJ_FOLLOW_UP_FOLDER": str(tmp_path),
        "FALAJ_LANGUAGE": "en",
        "COLUMNS": "250",
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)

    def run(*words: str) -> Ended:
        code = boundary.run(["codes", *words])
        return Ended(code, *capsys.readouterr())

    return run


def test_an_operator_sees_what_needs_which_key(database: Database, falaj: Falaj, tmp_path: Path) -> None:
    old = code_of_key(bytes.fromhex(OLD))
    alone = falaj("keys")
    assert (alone.code, alone.stdout) == (0, f"{old}  not in use  for new ones\n")
    assert "There is one key" in alone.stderr
    follow(database, tmp_path)
    named_before_keys_had_names(database, follow(database, tmp_path))
    rotated = falaj("rotate")
    new = rotated.stdout.strip()
    assert (rotated.code, "Restart the API and the worker" in rotated.stderr) == (0, True)
    follow(database, tmp_path)
    assert falaj("keys").stdout.splitlines() == [
        f"{new}  in use: 1  for new ones",
        f"{old}  in use: 2  former",
    ]
    for words, said in (((new,), "no former key"), (("12345678",), "no former key"), ((old,), "Kept under")):
        refused = falaj("retire", *words)
        assert (refused.code, said in refused.stderr) == (2, True)
    assert falaj("retire", old, "--force").code == 0
    # What names no key is looked for under the oldest there is, also where its own was forgotten by force.
    assert falaj("keys").stdout.splitlines() == [f"{new}  in use: 2  for new ones"]
    assert OLD not in (tmp_path / "key").read_text("ascii")


def follow(database: Database, folder: Path) -> UUID:
    """Something that is followed under the newest key of the folder, as a process that begins now does it."""
    object_id = uuid4()
    with database.connect("portal") as connection:
        hub = open_programme(lambda: nullcontext(connection), parts=(FollowUpSettings(folder=folder),))
        hub.call(SYSTEM, open_follow_up, "voice", object_id)
    return object_id


def named_before_keys_had_names(database: Database, object_id: UUID) -> None:
    with database.connect() as owner:
        owner.execute("UPDATE participation.follow_ups SET key_id = NULL WHERE object_id = %s", [object_id])


def stored(database: Database, query: str) -> list[tuple[UUID, str]]:
    with database.connect("portal") as connection:
        return connection.execute(query.encode()).fetchall()  # type: ignore[return-value]
