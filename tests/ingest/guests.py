"""A client of a device at the broker, and what becomes of what it does."""

from __future__ import annotations

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from citycore.broker.connecting import end_connection, sign_in
from citycore.settings import BrokerSettings
from stack.waiting import wait_until

NOT_AUTHORIZED = 135
#: Accepted, and nobody is subscribed.
NOBODY = 16


class Guest:
    """Signs in as its settings say and stays, even if it is refused."""

    def __init__(
        self, broker: BrokerSettings, name: str = "", *, keeps: bool = False, is_old: bool = False,
        will: str | None = None,
    ) -> None:  # fmt: skip
        self.received: list[tuple[str, bytes]] = []
        self.answers: list[int] = []
        self.reasons: list[int] = []
        self.granted: list[int] = []
        self.farewells: list[str] = []
        protocol = MQTTProtocolVersion.MQTTv311 if is_old else MQTTProtocolVersion.MQTTv5
        self.client = mqtt.Client(
            CallbackAPIVersion.VERSION2, client_id=name, protocol=protocol, reconnect_on_failure=False
        )
        sign_in(self.client, broker)
        if will is not None:
            self.client.will_set(will, b"gone", qos=1)
        self.client.on_connect = lambda _c, _d, _f, reason, _p: self.answers.append(reason.value)
        self.client.on_message = lambda _c, _d, got: self.received.append((got.topic, bytes(got.payload)))
        self.client.on_publish = lambda _c, _d, _m, reason, _p: self.reasons.append(reason.value)
        self.client.on_subscribe = lambda _c, _d, _m, reasons, _p: self.granted.extend(
            reason.value for reason in reasons
        )
        self.client.on_disconnect = lambda _c, _d, _f, reason, _p: self.farewells.append(str(reason))
        if is_old:
            self.client.connect(broker.host, broker.port)
        else:
            connect = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho's own lack
            connect.SessionExpiryInterval = 600 if keeps else 0
            self.client.connect(broker.host, broker.port, clean_start=not keeps, properties=connect)
        self.client.loop_start()
        assert wait_until(lambda: bool(self.answers), 40)

    def subscribe(self, *filters: str) -> list[int]:
        """The broker's reasons."""
        before = len(self.granted)
        self.client.subscribe([(each, 1) for each in filters])
        assert wait_until(lambda: len(self.granted) == before + len(filters), 40)
        return self.granted[before:]

    def publish(self, topic: str, payload: bytes = b"x") -> int:
        """The broker's reason."""
        before = len(self.reasons)
        self.client.publish(topic, payload, qos=1)
        assert wait_until(lambda: len(self.reasons) > before, 40)
        return self.reasons[-1]

    def vanish(self) -> None:
        """Without a word, so that the broker publishes the will."""
        self.client.loop_stop()
        socket = self.client.socket()
        assert socket is not None
        socket.close()

    def leave(self) -> None:
        end_connection(self.client)


def as_user(broker: BrokerSettings, username: str | None, password: str = "") -> BrokerSettings:
    """The same broker for somebody else."""
    changed = {"username": username, "password": password or None}
    return BrokerSettings.model_validate({**broker.model_dump(), **changed})
