"""Credentials of devices at a real broker: made by the hub, enforced by the broker, taken away by the hub."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from citycore.broker import credentials, security
from citycore.broker.control import Control
from citycore.broker.credentials import State
from citycore.broker.errors import BrokerUserTaken, BrokerWithoutSecurity, CredentialNotFound, ThingNotFound
from citycore.broker.rights import Topics, of_source, of_thing
from citycore.broker.security import Signature
from citycore.errors import BrokerUnavailable
from citycore.registry.errors import SourceNotFound
from citycore.settings import BrokerSettings
from citycore.store.connections import Connection
from citycore.store.registry import register
from citycore.wire import encode
from ingest.model import Account
from stack.broker import PrivateBroker
from stack.ports import free_port
from stack.waiting import wait_until
from tests.conftest import Database, open_database, open_folder
from tests.ingest.conftest import STANDARD, IngestProcess, describe_source, describe_thing, settle
from tests.ingest.guests import NOBODY, NOT_AUTHORIZED, Guest, as_user

HUB = "0123456789abcdef"
REFUSED_BY_311 = 128


@pytest.fixture
def own_broker(wire: None) -> Iterator[PrivateBroker]:
    with open_folder("devices") as folder:
        server = PrivateBroker(folder, free_port(), admits_anonymous=False)
        server.start()
        yield server
        server.stop()


@pytest.fixture
def guests() -> Iterator[list[Guest]]:
    """All who are here at the end leave."""
    present: list[Guest] = []
    yield present
    for guest in present:
        guest.leave()


@pytest.fixture
def registry(database: Database, source_code: str) -> Iterator[Connection]:
    with database.connect() as connection:
        things = [describe_thing(f"{source_code}-{n}", *STANDARD) for n in range(2)]
        register(connection, describe_source(source_code), things)
        register(connection, describe_source(f"{source_code}-other"), [])
    with database.connect("registry") as connection:
        yield connection


def signed(broker: BrokerSettings, signature: Signature) -> BrokerSettings:
    return as_user(broker, signature.username, signature.secret)


def let_in(broker: BrokerSettings, username: str, topics: Topics, hub: str = HUB) -> BrokerSettings:
    signature = Signature(username, f"secret of {username}")
    security.tell(broker, hub, signature, topics)
    return signed(broker, signature)


def test_topics_follow_from_source_thing_and_format() -> None:
    source = of_source("muscat", ["zigbee2mqtt/#", "falaj/#", "#", "+/v1/salalah/#", "falaj/v1/salalah/x"])
    assert source.published == ("falaj/v1/muscat/#", "zigbee2mqtt/#"), "never what is another's"
    thing = of_thing("muscat", "native", ["station-1", "0xA1", "a/+/#", "#", "+", "/x", "$SYS", "station-1"])
    assert thing == Topics(("falaj/v1/muscat/station-1/#", "falaj/v1/muscat/0xA1/#"))
    plug = of_thing("muscat", "tasmota", ["plug"])
    assert plug.published == ("falaj/v1/muscat/tele/plug/#", "falaj/v1/muscat/stat/plug/#")
    assert plug.read == ("falaj/v1/muscat/cmnd/plug/#",)


def test_a_source_has_its_own_topics_and_reads_only_commands(
    broker_settings: BrokerSettings, guests: list[Guest], source_code: str
) -> None:
    own, other = f"falaj/v1/{source_code}", f"falaj/v1/{source_code}x"
    device = Guest(let_in(broker_settings, f"{source_code}-a", of_source(source_code)))
    hub = Guest(broker_settings)
    guests += [device, hub]
    assert hub.subscribe("falaj/v1/#", "$SYS/broker/uptime", "spBv1.0/#") == [1, 1, 1]
    assert device.answers == [0]
    for topic, reason in [
        (f"{own}/station-1", 0),
        (f"{own}/spBv1.0/plant/NDATA/gate", 0),
        (f"{other}/station-1", NOT_AUTHORIZED),
        ("spBv1.0/plant/NDATA/gate", NOT_AUTHORIZED),
        ("$CONTROL/dynamic-security/v1", NOT_AUTHORIZED),
    ]:
        assert device.publish(topic) == reason, topic
    commands = [f"{own}/spBv1.0/plant/NCMD/gate", f"{own}/cmnd/plug/POWER", f"{own}/spBv1.0/STATE/host"]
    others = ["#", f"{own}/#", f"{other}/cmnd/#", f"$share/x/{own}/#", "$SYS/#", "$CONTROL/#"]
    assert device.subscribe(*commands, *others) == [1] * 3 + [NOT_AUTHORIZED] * 6
    for topic in (*commands, f"{own}/station-2"):
        hub.publish(topic, b"from the hub")
    assert wait_until(lambda: len(device.received) == 3, 40), device.received
    sent = {topic for topic, payload in hub.received if payload == b"x"}
    assert sent == {f"{own}/station-1", f"{own}/spBv1.0/plant/NDATA/gate"}


def test_a_thing_speaks_for_itself_only(
    broker_settings: BrokerSettings, guests: list[Guest], source_code: str
) -> None:
    own = f"falaj/v1/{source_code}"
    device = Guest(let_in(broker_settings, f"{source_code}-a", of_thing(source_code, "native", ["s1"])))
    guests.append(device)
    assert device.publish(f"{own}/s1") in {0, NOBODY}
    assert device.publish(f"{own}/s2") == NOT_AUTHORIZED
    assert device.publish(own) == NOT_AUTHORIZED
    assert device.subscribe(f"{own}/s1") == [NOT_AUTHORIZED]


def test_an_older_client_is_ignored_without_a_word(
    broker_settings: BrokerSettings, guests: list[Guest], source_code: str
) -> None:
    device = Guest(let_in(broker_settings, f"{source_code}-a", of_source(source_code)), is_old=True)
    hub = Guest(broker_settings)
    guests += [device, hub]
    hub.subscribe("falaj/v1/#")
    assert device.publish(f"falaj/v1/{source_code}x/a", b"not mine") == 0, "3.1.1 has no word for it"
    assert device.publish(f"falaj/v1/{source_code}/a", b"mine") == 0, "and is not disconnected either"
    assert device.subscribe("falaj/v1/#") == [REFUSED_BY_311]
    assert wait_until(lambda: (f"falaj/v1/{source_code}/a", b"mine") in hub.received, 40)
    guessing = Guest(as_user(broker_settings, f"{source_code}-a", "guessed"), is_old=True)
    guests.append(guessing)
    assert guessing.answers == [NOT_AUTHORIZED], "which is 5 on the wire"
    assert all(payload != b"not mine" for _, payload in hub.received)


def test_a_last_will_is_bound_as_well(
    broker_settings: BrokerSettings, guests: list[Guest], source_code: str
) -> None:
    hub = Guest(broker_settings)
    guests.append(hub)
    hub.subscribe("falaj/v1/#")
    account = let_in(broker_settings, f"{source_code}-a", of_source(source_code))
    for topic in (f"falaj/v1/{source_code}x/a", f"falaj/v1/{source_code}/a"):
        Guest(account, will=topic).vanish()
    assert wait_until(lambda: (f"falaj/v1/{source_code}/a", b"gone") in hub.received, 60)
    assert f"falaj/v1/{source_code}x/a" not in {topic for topic, _ in hub.received}


def test_whoever_is_withdrawn_is_put_out_at_once(
    broker_settings: BrokerSettings, guests: list[Guest], source_code: str
) -> None:
    account = let_in(broker_settings, f"{source_code}-a", of_source(source_code))
    device = Guest(account, f"session of {source_code}", keeps=True)
    guests.append(device)
    assert f"{source_code}-a" in security.listed(broker_settings, HUB)
    security.withdraw(broker_settings, HUB, [f"{source_code}-a", "never-there"])
    assert wait_until(lambda: bool(device.farewells), 40)
    again = Guest(account)
    guests.append(again)
    assert again.answers == [NOT_AUTHORIZED]
    assert f"{source_code}-a" not in security.listed(broker_settings, HUB)


def test_a_new_secret_ends_the_old_one(
    broker_settings: BrokerSettings, guests: list[Guest], source_code: str
) -> None:
    old = let_in(broker_settings, f"{source_code}-a", of_source(source_code))
    fresh = Signature(f"{source_code}-a", "another")
    security.tell(broker_settings, HUB, fresh, of_thing(source_code, "native", ["s1"]))
    refused, admitted = Guest(old), Guest(signed(broker_settings, fresh))
    guests += [refused, admitted]
    assert (refused.answers, admitted.answers) == ([NOT_AUTHORIZED], [0])
    assert admitted.publish(f"falaj/v1/{source_code}/s2") == NOT_AUTHORIZED


def test_more_users_than_a_page_holds(own_broker: PrivateBroker) -> None:
    settings = own_broker.settings
    with Control(settings) as control:
        for first in range(0, 450, 50):
            numbers = range(first, first + 50)
            role = "falaj-{}-d-{}".format
            control.order(
                *({"command": "createRole", "rolename": role(HUB, n), "acls": []} for n in numbers),
                *(
                    {"command": "createClient", "username": f"d-{n}", "password": "x",
                     "roles": [{"rolename": role(HUB, n)}]}
                    for n in numbers
                ),
            )  # fmt: skip
    assert len(security.listed(settings, HUB)) == 450
    security.withdraw(settings, HUB, [f"d-{n}" for n in range(440)])
    assert set(security.listed(settings, HUB)) == {f"d-{n}" for n in range(440, 450)}


def test_two_hubs_leave_each_others_users_alone(
    broker_settings: BrokerSettings,
    guests: list[Guest],
    source_code: str,
    registry: Connection,
    database: Database,
) -> None:
    issued = credentials.issue(registry, broker_settings, source_code)
    with open_database(database.server) as theirs, theirs.connect("registry") as their_registry:
        assert credentials.mark_of(registry) != credentials.mark_of(their_registry)
        with theirs.connect() as connection:
            register(connection, describe_source(source_code), [])
        other = credentials.issue(their_registry, broker_settings, source_code)
        with theirs.connect("worker") as worker:
            assert credentials.reconcile(worker, broker_settings).withdrawn == 0
        with database.connect("worker") as worker:
            assert credentials.reconcile(worker, broker_settings).withdrawn == 0
        hub = credentials.mark_of(their_registry)
        with pytest.raises(BrokerUserTaken):
            security.tell(broker_settings, hub, issued.signature, other.topics)
        security.withdraw(broker_settings, hub, [issued.signature.username])
    for each in (issued, other):
        guest = Guest(signed(broker_settings, each.signature))
        guests.append(guest)
        assert guest.answers == [0]


def test_a_credential_from_making_to_revoking(
    broker_settings: BrokerSettings, guests: list[Guest], source_code: str, registry: Connection
) -> None:
    issued = credentials.issue(registry, broker_settings, source_code, f"{source_code}-0")
    assert issued.is_told
    device = Guest(signed(broker_settings, issued.signature))
    guests.append(device)
    assert device.publish(f"falaj/v1/{source_code}/{source_code}-1") == NOT_AUTHORIZED
    assert device.publish(f"falaj/v1/{source_code}/{source_code}-0") != NOT_AUTHORIZED
    [known] = credentials.find(registry, source_code)
    assert (known.state, known.thing) == (State.WORKS, f"{source_code}-0")
    name = issued.signature.username
    with pytest.raises(CredentialNotFound):
        credentials.revoke(registry, broker_settings, f"{source_code}-other", name)
    assert credentials.revoke(registry, broker_settings, source_code, name)
    assert wait_until(lambda: bool(device.farewells), 40)
    assert credentials.find(registry, source_code)[0].state is State.REVOKED
    for source, thing, error in [
        ("nobody", None, SourceNotFound),
        (source_code, "nothing", ThingNotFound),
        (f"{source_code}-other", f"{source_code}-0", ThingNotFound),
    ]:
        with pytest.raises(error):
            credentials.issue(registry, broker_settings, source, thing)


def test_what_the_broker_missed_is_made_good_as_far_as_can_be(
    own_broker: PrivateBroker,
    guests: list[Guest],
    source_code: str,
    registry: Connection,
    database: Database,
) -> None:
    broker = own_broker.settings
    kept, changed, revoked, removed = (
        credentials.issue(registry, broker, source_code).signature for _ in range(4)
    )
    own_broker.stop()
    missed = credentials.issue(registry, broker, source_code)
    assert not missed.is_told
    assert not credentials.revoke(registry, broker, source_code, revoked.username)
    with database.connect("worker") as worker, pytest.raises(BrokerUnavailable):
        credentials.reconcile(worker, broker)
    states = {each.username: each.state for each in credentials.find(registry)}
    assert missed.waits
    assert states[missed.signature.username] is State.WAITS
    assert states[revoked.username] is State.NOT_WITHDRAWN
    with database.connect("read") as reader:
        waiting = reader.execute(
            "SELECT waiting_count, since, unknown_count FROM credential_counts"
        ).fetchone()
    [created] = [each.created_at for each in credentials.find(registry) if each.state is State.WAITS]
    assert waiting == (1, created, 0)
    kept_of_it = registry.execute(
        "SELECT sealed_secret FROM source_credentials WHERE told_at IS NULL"
    ).fetchone()
    assert kept_of_it is not None
    assert kept_of_it[0] != missed.signature.secret.encode(), "nobody who reads the store can sign in"
    registry.execute("DELETE FROM source_credentials WHERE username = %s", [removed.username])
    registry.execute("UPDATE sources SET topic_filters = '{tele/#}' WHERE code = %s", [source_code])
    own_broker.start()
    with database.connect("worker") as worker:
        done = credentials.reconcile(worker, broker)
        assert (done.unknown, done.withdrawn, done.changed, done.told) == (0, 2, 2, 1)
        again = credentials.reconcile(worker, broker)
        assert (again.unknown, again.withdrawn, again.changed, again.told) == (0, 0, 0, 0)
    states = {each.username: each.state for each in credentials.find(registry)}
    assert states == {
        kept.username: State.WORKS,
        changed.username: State.WORKS,
        revoked.username: State.REVOKED,
        missed.signature.username: State.WORKS,
    }
    assert registry.execute("SELECT FROM source_credentials WHERE sealed_secret IS NOT NULL").rowcount == 0
    device = Guest(signed(broker, kept))
    guests.append(device)
    assert device.publish("tele/plug/SENSOR") == NOBODY
    late = Guest(signed(broker, missed.signature))
    guests.append(late)
    assert (late.answers, late.publish("tele/plug/SENSOR")) == ([0], NOBODY)
    for gone in (revoked, removed):
        guest = Guest(signed(broker, gone))
        guests.append(guest)
        assert guest.answers == [NOT_AUTHORIZED]


def test_a_broker_that_lost_its_users_is_seen(
    own_broker: PrivateBroker, source_code: str, registry: Connection, database: Database
) -> None:
    issued = credentials.issue(registry, own_broker.settings, source_code)
    own_broker.stop()
    (own_broker.folder / "dynamic-security.json").unlink()
    own_broker.start()
    with database.connect("worker") as worker:
        assert credentials.reconcile(worker, own_broker.settings).unknown == 1
    [known] = credentials.find(registry, source_code)
    assert (known.username, known.state) == (issued.signature.username, State.NOT_TOLD)


def test_devices_and_their_secrets_outlive_the_broker(
    own_broker: PrivateBroker, guests: list[Guest], source_code: str
) -> None:
    account = let_in(own_broker.settings, f"{source_code}-a", of_source(source_code))
    own_broker.stop(crash=True)
    own_broker.start()
    device = Guest(account)
    guests.append(device)
    assert device.publish(f"falaj/v1/{source_code}/a") == NOBODY
    assert device.publish("falaj/v1/another/a") == NOT_AUTHORIZED


def test_who_has_no_name_sends_only_where_that_is_allowed(
    broker_settings: BrokerSettings, own_broker: PrivateBroker, guests: list[Guest], source_code: str
) -> None:
    newcomer = Guest(as_user(broker_settings, None))
    stranger = Guest(as_user(own_broker.settings, None))
    guests += [newcomer, stranger]
    assert newcomer.publish(f"falaj/v1/{source_code}/a") != NOT_AUTHORIZED
    assert newcomer.publish("elsewhere/a") == NOT_AUTHORIZED
    assert newcomer.subscribe("falaj/v1/#", "#", "$SYS/#") == [NOT_AUTHORIZED] * 3
    assert stranger.answers == [NOT_AUTHORIZED]


def test_the_hubs_own_user_keeps_no_users(broker_settings: BrokerSettings) -> None:
    hub = {"admin_username": broker_settings.username, "admin_password": broker_settings.password}
    with pytest.raises(BrokerWithoutSecurity):
        security.listed(broker_settings.model_copy(update=hub), HUB)
    nobody = broker_settings.model_copy(update={"admin_username": None})
    with pytest.raises(BrokerWithoutSecurity):
        security.listed(nobody, HUB)
    wrong = {"admin_password": broker_settings.password}
    with pytest.raises(BrokerUnavailable):
        security.listed(broker_settings.model_copy(update=wrong), HUB)


def test_secrets_of_the_hub_are_its_owners_alone(own_broker: PrivateBroker) -> None:
    for name in ("users.json", "dynamic-security.json"):
        file: Path = own_broker.folder / name
        assert file.stat().st_mode & 0o777 == 0o600
    users = own_broker.users
    assert users.hub_secret not in (own_broker.folder / "dynamic-security.json").read_text()


def test_what_a_device_sends_with_its_credential_is_stored(
    broker_settings: BrokerSettings,
    ingest_process: IngestProcess,
    guests: list[Guest],
    source_code: str,
    registry: Connection,
    ledger: Callable[[], Account],
) -> None:
    ingest_process.start()
    device = Guest(
        signed(broker_settings, credentials.issue(registry, broker_settings, source_code).signature)
    )
    guests.append(device)
    payload = encode(datetime(2026, 11, 20, tzinfo=UTC), {"pm2_5": 12.5})
    assert device.publish(f"falaj/v1/{source_code}/{source_code}-0", payload) == 0
    assert device.publish(f"falaj/v1/{source_code}-other/{source_code}-0", payload) == NOT_AUTHORIZED
    assert settle(ledger, 1, 60).stored == 1
