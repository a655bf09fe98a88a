"""``falaj letters`` and ``falaj admin-key``, with the onboarding of an unknown device."""

from __future__ import annotations

import json
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from citycore.keys import digest_of
from ingest.model import Account
from stack import boundary
from stack.broker import PrivateBroker
from stack.keys import DIGESTS, known_digests
from stack.waiting import wait_until
from tests.conftest import Database
from tests.ingest.conftest import (  # noqa: F401 (fixtures)
    IngestProcess,
    Publisher,
    ingest_process,
    ledger,
    publisher,
    settle,
)


@dataclass(frozen=True, slots=True)
class Ended:
    returncode: int
    stdout: str
    stderr: str


Falaj = Callable[..., Ended]


@pytest.fixture
def falaj(
    database: Database,
    broker: PrivateBroker,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Falaj:
    """Run one command line against this test's servers."""
    for name, value in (database.environment() | broker.environment() | {"COLUMNS": "200"}).items():
        monkeypatch.setenv(name, value)

    def run(*words: str, language: str = "en", **environment: str) -> Ended:
        with monkeypatch.context() as here:
            for name, value in {"FALAJ_LANGUAGE": language, **environment}.items():
                here.setenv(name, value)
            code = boundary.run(words)
        return Ended(code, *capsys.readouterr())

    return run


def describe(folder: Path, source: str) -> Path:
    file = folder / "things.json"
    document = {
        "source": {"code": source, "kind": "device", "name_en": "New", "name_ar": "جديد"},
        "things": [
            {
                "code": "gate-1", "kind": "station", "name_en": "Gate", "name_ar": "بوابة",
                "longitude": 58.4, "latitude": 23.6, "datastreams": [{"observed_property": "pm2_5"}],
            }
        ],
    }  # fmt: skip
    file.write_text(json.dumps(document), "utf-8")
    return file


def write(database: Database, payload: bytes, topic: str = "falaj/v1/s/t", reason: str = "wrong_type") -> int:
    with database.superuser() as connection:
        row = connection.execute(
            "INSERT INTO dead_letters (digest, topic, payload, reason, detail, first_received_at,"
            " last_received_at, batch_id) VALUES (sha256(gen_random_uuid()::text::bytea), %s, %s, %s, %s,"
            " now(), now(), 1) RETURNING dead_letter_id",
            [topic, payload, reason, "pm2_5: \x1b[31mred"],
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_an_unknown_device_is_taken_in_by_what_the_list_says(
    falaj: Falaj, ingest_process: IngestProcess, publisher: Publisher, ledger: Callable[[], Account],  # noqa: F811
    tmp_path: Path,
) -> None:  # fmt: skip
    ingest_process.start()
    publisher.publish(
        "gate-1", [b'{"phenomenon_time":"2026-11-24T10:0%d:00Z","results":{"pm2_5":1}}' % n for n in range(5)]
    )
    settle(ledger, 5)
    listed = falaj("letters", "list")
    assert listed.returncode == 0, listed.stderr
    assert "5 open, 0 replayed, 0 discarded" in listed.stdout
    assert f"falaj/v1/{publisher.source}/gate-1" in listed.stdout
    assert "`falaj things load FILE`" in listed.stdout
    assert "`falaj letters replay --reason unknown_thing`" in listed.stdout

    assert falaj("things", "load", str(describe(tmp_path, publisher.source))).returncode == 0
    replayed = falaj("letters", "replay", "--reason", "unknown_thing")
    assert replayed.returncode == 0, replayed.stderr
    assert "5 letters sent again" in replayed.stdout
    account = settle(ledger, 10)
    assert (account.received, account.stored, account.quarantined) == (10, 5, 5)
    assert wait_until(lambda: "0 open, 5 replayed" in falaj("letters", "list").stdout, 40)
    assert "things load" not in falaj("letters", "list").stdout


def test_a_letter_is_shown_as_text_or_hexadecimal_and_never_moves_the_cursor(
    falaj: Falaj, database: Database
) -> None:
    text, raw = write(database, '{"ع": 1}'.encode()), write(database, b"\x1b[2J\xff")
    shown = falaj("letters", "show", str(text))
    assert '{"ع": 1}' in shown.stdout
    assert "wrong_type – The result is not of the datastream's type." in shown.stdout
    assert "1b 5b 32 4a ff" in falaj("letters", "show", str(raw)).stdout
    arabic = falaj("letters", "show", str(text), language="ar")
    assert "النتيجة ليست من نوع تدفق البيانات." in arabic.stdout
    assert "\x1b" not in shown.stdout + falaj("letters", "show", str(raw)).stdout
    absent = falaj("letters", "show", "999", language="ar")
    assert (absent.returncode, absent.stderr.strip()) == (1, "لا يوجد رسالة معزولة بالاسم «999».")


def test_the_list_is_json_as_the_api_answers_it(falaj: Falaj, database: Database) -> None:
    numbers = [write(database, b"%d" % n) for n in range(3)]
    write(database, b"x", reason="clock_ahead")
    answer = json.loads(falaj("letters", "list", "--json", "--reason", "wrong_type", "--limit", "2").stdout)
    assert [letter["dead_letter"] for letter in answer["data"]] == [numbers[2], numbers[1]]
    assert answer["meta"]["counts"][0] == {
        "status": "open", "reason": "wrong_type", "letters": 3, "payload_bytes": 3,
    }  # fmt: skip


def test_letters_are_discarded_by_number_or_filter_and_a_vague_wish_is_wrong_usage(
    falaj: Falaj, database: Database
) -> None:
    numbers = [write(database, b"%d" % n) for n in range(4)]
    assert "2 letters discarded" in falaj("letters", "discard", *map(str, numbers[:2])).stdout
    assert "2 letters discarded" in falaj("letters", "discard", "--all").stdout
    assert falaj("letters", "discard", "999").returncode == 1
    for vague in ([], ["1", "--all"], ["--status", "open"]):
        for work in ("discard", "replay"):
            assert falaj("letters", work, *vague).returncode == 2


def test_a_replay_keeps_its_pace(falaj: Falaj, database: Database, publisher: Publisher) -> None:  # noqa: F811
    topic = f"falaj/v1/{publisher.source}/t"
    publisher.client.subscribe(f"falaj/v1/{publisher.source}/#", qos=1)
    for number in range(12):
        write(database, b"%d" % number, topic)
    began = time.monotonic()
    replayed = falaj("letters", "replay", "--all", FALAJ_LETTERS_REPLAY_LETTERS_PER_SECOND_MAX="4")
    assert "12 letters sent again" in replayed.stdout, replayed.stderr
    assert time.monotonic() - began > 2  # two pauses of a second between three batches of four


def test_letters_of_a_source_on_topics_of_its_own_are_listed_and_replayed(
    falaj: Falaj,
    database: Database,
    publisher: Publisher,  # noqa: F811
) -> None:
    space = publisher.source
    with database.superuser() as connection:
        connection.execute(
            "INSERT INTO sources (code, kind, name_en, name_ar, topic_filters) VALUES ('radio', 'device', 'Radio', 'راديو', %s)",
            [[f"{space}/rtl_433/+/humidity"]],
        )
    own, strange = f"{space}/rtl_433/roof/humidity", f"{space}/rtl_433/roof/battery"
    write(database, b"61", own)
    write(database, b"62", strange)
    listed = json.loads(falaj("letters", "list", "--source", "radio", "--json").stdout)
    assert [letter["topic"] for letter in listed["data"]] == [own]
    publisher.client.subscribe(f"{space}/#", qos=1)
    replayed = falaj("letters", "replay", "--source", "radio")
    assert "1 letters sent again" in replayed.stdout, replayed
    left = falaj("letters", "replay", "--all", "--status", "open")
    assert "not one that ingest subscribes to" in left.stdout, left


def test_an_administrators_key_is_printed_with_its_digest(falaj: Falaj) -> None:
    lines = falaj("admin-key").stdout.splitlines()
    key, digest = (line.rsplit(" ", 1)[1] for line in lines)
    assert digest_of(key) == digest
    assert falaj("admin-key").stdout.splitlines() != lines


def test_the_demos_key_is_made_once_and_readable_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "admin.key"
    digests = known_digests(file, {})
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert digests == digest_of(file.read_text("utf-8").strip())
    assert known_digests(file, {DIGESTS: "more"}) == f"{digests},more"
