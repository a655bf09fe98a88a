"""Administrators' routes: who comes in, what they see, and what a replay or a discarding does."""

from __future__ import annotations

import secrets
from base64 import b64decode
from collections.abc import Callable, Iterator
from itertools import product

import httpx
import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from pydantic import ValidationError
from structlog.testing import capture_logs

from citycore.broker.connecting import sign_in
from citycore.keys import KEY_BYTES, build_key, digest_of
from citycore.settings import BrokerSettings, StoreSettings
from hub_api.serving.limits.settings import LimitSettings
from hub_api.serving.paging import question
from hub_api.settings import ApiSettings
from stack.broker import PrivateBroker
from stack.ports import free_port
from stack.waiting import wait_until
from tests.conftest import Database, open_folder
from tests.hub_api.conftest import NOW, Api

KEY = build_key(secrets.token_bytes(KEY_BYTES))
OTHER_KEY = build_key(secrets.token_bytes(KEY_BYTES))
LETTERS = "/v1/admin/dead-letters"
ROUTES = [
    ("GET", LETTERS), ("GET", f"{LETTERS}/1"), ("POST", f"{LETTERS}/1/replay"),
    ("POST", f"{LETTERS}/1/discard"), ("POST", f"{LETTERS}/replay?all=true"),
    ("POST", f"{LETTERS}/discard?all=true"),
]  # fmt: skip
#: Spans of letters that no cursor of ours has.
FORGED = ("abc-x", "1-", "-2", "", "5", "1-99999999999999999999", "9223372036854775808-1", "1-2-3")


@pytest.fixture
def admin_api(database: Database, broker: PrivateBroker, make_api: Callable[..., Api]) -> Iterator[Api]:
    """The API with one key, in front of the real broker."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in broker.environment().items():
            patch.setenv(name, value)
        patch.setenv("FALAJ_API_ADMIN_KEY_SHA256", f"{digest_of(OTHER_KEY)}, {digest_of(KEY)}")
        yield make_api()


@pytest.fixture
def listener(broker_settings: BrokerSettings) -> Iterator[list[bytes]]:
    heard: list[bytes] = []
    subscribed: list[bool] = []
    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    client.on_message = lambda _c, _d, message: heard.append(bytes(message.payload))
    client.on_subscribe = lambda *_: subscribed.append(True)
    sign_in(client, broker_settings)
    client.connect(broker_settings.host, broker_settings.port)
    client.loop_start()
    client.subscribe("falaj/v1/letters/#", qos=1)
    assert wait_until(lambda: bool(subscribed), 40)
    yield heard
    client.disconnect()
    client.loop_stop()


def write(
    database: Database, payload: bytes, *, reason: str = "unknown_thing", topic: str = "falaj/v1/letters/t"
) -> int:
    with database.superuser() as connection:
        row = connection.execute(
            "INSERT INTO dead_letters (digest, topic, payload, reason, detail, first_received_at,"
            " last_received_at, batch_id) VALUES (sha256(gen_random_uuid()::text::bytea), %s, %s, %s,"
            " 'a detail', %s, %s, 1) RETURNING dead_letter_id",
            [topic, payload, reason, NOW, NOW],
        ).fetchone()
    assert row is not None
    return int(row[0])


def ask(api: Api, method: str, url: str, key: str = KEY, **headers: str) -> httpx.Response:
    return api.request(method, url, headers={"authorization": f"Bearer {key}", **headers})


def test_nobody_comes_in_without_a_key_or_with_a_wrong_one(database: Database, admin_api: Api) -> None:
    write(database, b"secret")
    for method, url in ROUTES:
        for headers in (
            {},
            {"authorization": KEY},
            {"authorization": f"Basic {KEY}"},
            {"authorization": "Bearer "},
        ):
            answer = admin_api.request(method, url, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (401, "admin_key_missing"), (method, url)
            assert answer.headers["www-authenticate"].startswith("Bearer")
        for key in (build_key(bytes(KEY_BYTES)), KEY[:-1], digest_of(KEY), "x" * 5_000):
            answer = ask(admin_api, method, url, key)
            assert (answer.status_code, answer.json()["code"]) == (403, "admin_key_wrong"), (method, url)
    with database.superuser() as connection:
        assert connection.execute("SELECT status, times_replayed FROM dead_letters").fetchall() == [
            ("open", 0)
        ]


def test_each_configured_key_opens_and_without_any_none_does(
    admin_api: Api, make_api: Callable[..., Api]
) -> None:
    assert ask(admin_api, "GET", LETTERS).status_code == 200
    assert ask(admin_api, "GET", LETTERS, OTHER_KEY).status_code == 200
    closed = make_api(admin_key_sha256=())
    assert ask(closed, "GET", LETTERS).status_code == 403


def test_a_digest_that_is_none_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FALAJ_API_ADMIN_KEY_SHA256", KEY)
    with pytest.raises(ValidationError, match="64 hexadecimal digits"):
        ApiSettings()


def test_wrong_keys_of_administrators_are_counted(
    make_api: Callable[..., Api], city: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FALAJ_API_ADMIN_KEY_SHA256", digest_of(KEY))
    api = make_api(limits=LimitSettings(wrong_keys_per_minute=3))

    def code(key: str) -> int:
        return api.get(LETTERS, headers={"authorization": f"Bearer {key}"}).status_code

    assert code(KEY) == 200
    assert [code(f"guess-{n}") for n in range(5)] == [403, 403, 403, 429, 429]
    assert code(KEY) == 429, "whoever guesses is not told which one is right"
    assert api.get("/v1/sources").status_code == 200


def test_the_key_is_in_no_log(admin_api: Api) -> None:
    with capture_logs() as events:
        ask(admin_api, "GET", LETTERS)
        ask(admin_api, "GET", LETTERS, "wrong-" + KEY)
        admin_api.get(LETTERS)
    assert events
    assert KEY not in repr(events)
    assert digest_of(KEY) not in repr(events)


def test_the_list_has_pages_filters_counts_and_reasons_in_both_languages(
    database: Database, admin_api: Api
) -> None:
    numbers = [write(database, b"{%d}" % n) for n in range(5)]
    late = write(database, b"x" * 10, reason="wrong_type", topic="falaj/v1/other/t")
    found: list[int] = []
    url, cursor = f"{LETTERS}?limit=2&reason=unknown_thing", ""
    while True:
        page = ask(admin_api, "GET", url + cursor).json()
        found += [letter["dead_letter"] for letter in page["data"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert found == numbers[::-1]
    assert page["meta"]["counts"] == [
        {"status": "open", "reason": "unknown_thing", "letters": 5, "payload_bytes": 15},
        {"status": "open", "reason": "wrong_type", "letters": 1, "payload_bytes": 10},
    ]
    (one,) = ask(admin_api, "GET", f"{LETTERS}?source=other&lang=ar").json()["data"]
    assert (one["dead_letter"], one["reason_text"]) == (late, "النتيجة ليست من نوع تدفق البيانات.")
    assert ask(admin_api, "GET", f"{LETTERS}?status=discarded").json()["data"] == []
    for wrong in ("limit=1001", "status=lost", "colour=red"):
        assert ask(admin_api, "GET", f"{LETTERS}?{wrong}").status_code == 422, wrong
    for foreign in ("forged", cursor[8:]):
        assert ask(admin_api, "GET", f"{LETTERS}?cursor={foreign}").status_code == 409, foreign


def test_one_letter_comes_with_its_payload(database: Database, admin_api: Api) -> None:
    text, raw = write(database, '{"ع": 1}'.encode()), write(database, b"\x00\xff")
    answer = ask(admin_api, "GET", f"{LETTERS}/{text}")
    assert answer.headers["cache-control"] == "no-store"
    letter = answer.json()["data"]
    assert letter["payload_text"] == '{"ع": 1}'
    assert letter["first_received_at"] == "2026-11-24T12:00:00Z"
    letter = ask(admin_api, "GET", f"{LETTERS}/{raw}").json()["data"]
    assert (letter["payload_text"], b64decode(letter["payload_base64"])) == (None, b"\x00\xff")
    problem = ask(admin_api, "GET", f"{LETTERS}/999", **{"accept-language": "ar"})
    assert problem.status_code == 404
    assert "رسالة معزولة" in problem.json()["detail"]
    assert ask(admin_api, "GET", f"{LETTERS}/0").status_code == 422


def test_one_letter_is_replayed_and_another_discarded(
    database: Database, admin_api: Api, listener: list[bytes]
) -> None:
    first, second = write(database, b"first"), write(database, b"second")
    letter = ask(admin_api, "POST", f"{LETTERS}/{first}/replay").json()["data"]
    assert (letter["status"], letter["times_replayed"]) == ("replayed", 1)
    assert letter["last_replayed_at"] is not None
    letter = ask(admin_api, "POST", f"{LETTERS}/{second}/discard").json()["data"]
    assert (letter["status"], letter["times_replayed"]) == ("discarded", 0)
    assert wait_until(lambda: listener == [b"first"], 40)
    assert ask(admin_api, "POST", f"{LETTERS}/999/replay").status_code == 404
    assert ask(admin_api, "POST", f"{LETTERS}/999/discard").status_code == 404


def test_many_are_replayed_page_by_page(database: Database, admin_api: Api, listener: list[bytes]) -> None:
    for number in range(5):
        write(database, b"%d" % number)
    write(database, b"elsewhere", topic="elsewhere/t")
    write(database, b"not meant", reason="wrong_type")
    url, cursor, outcomes = f"{LETTERS}/replay?reason=unknown_thing&limit=2", "", []
    while True:
        page = ask(admin_api, "POST", url + cursor).json()
        outcomes.append(page["data"])
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert sum(outcome["replayed"] for outcome in outcomes) == 5
    assert outcomes[-1]["not_replayable"] in ({}, {"topic": 1})
    assert {"topic": 1} in [outcome["not_replayable"] for outcome in outcomes]
    assert wait_until(lambda: listener == [b"0", b"1", b"2", b"3", b"4"], 40)


def test_many_are_discarded_and_a_wish_without_a_filter_is_refused(
    database: Database, admin_api: Api
) -> None:
    for number in range(3):
        write(database, b"%d" % number)
    for work in ("replay", "discard"):
        problem = ask(admin_api, "POST", f"{LETTERS}/{work}").json()
        assert (problem["status"], problem["errors"][0]["code"]) == (422, "no_letters_named")
    assert ask(admin_api, "POST", f"{LETTERS}/discard?source=letters").json()["data"] == {"discarded": 3}
    assert ask(admin_api, "POST", f"{LETTERS}/discard?all=true").json()["data"] == {"discarded": 0}


def test_what_cannot_be_sent_is_a_conflict_that_says_why(database: Database, admin_api: Api) -> None:
    number = write(database, b"x", topic="elsewhere/t")
    problem = ask(admin_api, "POST", f"{LETTERS}/{number}/replay").json()
    assert (problem["status"], problem["code"]) == (409, "letter_not_replayable")
    assert "topic" in problem["detail"]


def test_without_a_subscriber_nothing_is_thrown_away(
    database: Database, make_api: Callable[..., Api], monkeypatch: pytest.MonkeyPatch
) -> None:
    number = write(database, b"x")
    with open_folder("lonely") as folder:
        lonely = PrivateBroker(folder, free_port())
        lonely.start()
        monkeypatch.setenv("FALAJ_BROKER_PORT", str(lonely.port))
        api = make_api(admin_key_sha256=(digest_of(KEY),))
        answer = ask(api, "POST", f"{LETTERS}/{number}/replay")
        lonely.stop()
    assert (answer.status_code, answer.json()["code"]) == (503, "no_subscriber")
    assert ask(api, "GET", f"{LETTERS}/{number}").json()["data"]["status"] == "open"


def test_a_broker_or_a_database_that_is_away_is_a_503(
    database: Database, make_api: Callable[..., Api], monkeypatch: pytest.MonkeyPatch
) -> None:
    number = write(database, b"x")
    monkeypatch.setenv("FALAJ_BROKER_PORT", str(free_port()))
    api = make_api(admin_key_sha256=(digest_of(KEY),))
    answer = ask(api, "POST", f"{LETTERS}/{number}/replay")
    assert (answer.status_code, answer.json()["code"]) == (503, "broker_unavailable")
    assert "127.0.0.1" not in answer.text
    away = StoreSettings.model_validate(
        {f"{role}_url": f"postgresql://x@127.0.0.1:{free_port()}/x" for role in ("read", "admin")}
    )
    api = make_api(store=away, admin_key_sha256=(digest_of(KEY),))
    answer = ask(api, "GET", LETTERS)
    assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")
    assert answer.headers["retry-after"]


def test_the_open_data_document_does_not_speak_of_it(admin_api: Api) -> None:
    assert not [path for path in admin_api.get("/openapi.json").json()["paths"] if "admin" in path]


def test_a_forged_span_is_refused(admin_api: Api) -> None:
    """Whoever knows the key that seals cursors can seal anything."""
    for work, span in product(("replay", "discard"), FORGED):
        path = f"{LETTERS}/{work}"
        cursor = admin_api.app.state.hub.cursors.write(question(path, {"reason": "unknown_thing"}), span)
        answer = ask(admin_api, "POST", f"{path}?reason=unknown_thing&cursor={cursor}")
        assert (answer.status_code, answer.json()["code"]) == (409, "contradictory_parameters"), (work, span)
