"""What the broker does not tell of refused messages, and secrets that wait for it and are told to nobody."""

from __future__ import annotations

from pydantic import SecretStr

from citycore.broker import credentials, security
from citycore.broker.rights import of_source
from citycore.store.connections import Connection
from stack.broker import PrivateBroker
from stack.waiting import wait_until
from tests.conftest import Database
from tests.ingest import test_device_security as devices
from tests.ingest.guests import NOT_AUTHORIZED, Guest
from tests.ingest.test_device_security import let_in

own_broker, guests, registry = devices.own_broker, devices.guests, devices.registry


def test_of_what_it_refused_the_broker_tells_nobody_but_the_sender(
    own_broker: PrivateBroker, guests: list[Guest], source_code: str
) -> None:
    """Why the hub shows no figure of it: docs/device-security.md. A broker that tells more fails here, and is welcome."""
    device = Guest(let_in(own_broker.settings, f"{source_code}-a", of_source(source_code)))
    hub = Guest(own_broker.settings)
    guests += [device, hub]
    hub.subscribe("falaj/v1/#", "$SYS/#")

    def figures() -> dict[str, bytes]:
        """All that say something of messages and not of bytes, connections or averages."""
        known = dict(hub.received)
        return {topic: known[topic] for topic in known if "/messages/" in topic and "/load/" not in topic}

    came = "$SYS/broker/publish/messages/received"
    assert wait_until(lambda: came in figures(), 40)
    before = figures()
    refused = 30
    for _ in range(refused):
        assert device.publish("falaj/v1/another/a") == NOT_AUTHORIZED
    assert wait_until(lambda: int(figures()[came]) >= int(before[came]) + refused, 40), (
        "refused or not, it came"
    )
    changed = {topic for topic, figure in figures().items() if before.get(topic) != figure}
    assert changed <= {
        came,
        "$SYS/broker/messages/received",
        "$SYS/broker/messages/sent",
        "$SYS/broker/publish/messages/sent",
        "$SYS/broker/messages/stored",  # these three: of its own figures, which it keeps like other messages
        "$SYS/broker/store/messages/bytes",
        "$SYS/broker/store/messages/count",
    }
    assert "Denied" not in own_broker.log.read_text()


def test_what_was_sealed_for_another_administrator_or_revoked_is_told_to_nobody(
    own_broker: PrivateBroker, source_code: str, registry: Connection, database: Database
) -> None:
    broker = own_broker.settings
    own_broker.stop()
    revoked = credentials.issue(registry, broker, source_code)
    before = broker.model_copy(update={"admin_password": SecretStr("of the administrator before")})
    sealed = credentials.issue(registry, before, source_code)
    unsealed = credentials.issue(registry, broker.model_copy(update={"admin_username": None}), source_code)
    assert (revoked.waits, sealed.waits, unsealed.waits) == (True, True, False)
    credentials.revoke(registry, broker, source_code, revoked.signature.username)
    own_broker.start()
    with database.connect("worker") as worker, database.connect("read") as reader:
        done = credentials.reconcile(worker, broker)
        counts = reader.execute(
            "SELECT waiting_count, since, unknown_count FROM credential_counts"
        ).fetchone()
    assert (done.told, done.unknown, counts) == (0, 2, (0, None, 2))
    assert security.listed(broker, credentials.mark_of(registry)) == {}
