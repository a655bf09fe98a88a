"""How every MQTT client of the hub signs in, and how it ends its connection."""

from __future__ import annotations

import paho.mqtt.client as mqtt
from paho.mqtt.properties import Properties

from citycore.errors import BrokerUnavailable
from citycore.settings import BrokerSettings


def sign_in(client: mqtt.Client, broker: BrokerSettings) -> None:
    """As the hub's user where the broker knows users, and encrypted where it speaks TLS; before connecting.

    :class:`BrokerUnavailable` where the file of the certificate authority cannot be read.
    """
    if broker.username is not None:
        password = broker.password.get_secret_value() if broker.password else None
        client.username_pw_set(broker.username, password)
    if broker.tls or broker.ca_file is not None:
        try:
            # Without a file of one's own it is the system's list of authorities that counts.
            client.tls_set(ca_certs=None if broker.ca_file is None else str(broker.ca_file))
        except OSError as error:
            raise unavailable(broker, f"{broker.ca_file}: {error.strerror or error}") from error


def administrator(broker: BrokerSettings) -> BrokerSettings | None:
    """The same broker for whoever keeps its users; None where the hub has no such user."""
    if broker.admin_username is None:
        return None
    return broker.model_copy(update={"username": broker.admin_username, "password": broker.admin_password})


def unavailable(broker: BrokerSettings, reason: str) -> BrokerUnavailable:
    return BrokerUnavailable(where=f"{broker.host}:{broker.port}", reason=reason)


def end_connection(client: mqtt.Client, farewell: Properties | None = None) -> None:
    """Disconnect, end the client's thread, and let go of its callbacks.

    Callbacks hold the object that has the client: both would stay until the garbage collector finds them, and with
    them the two sockets by which paho wakes its thread.
    """
    client.disconnect(properties=farewell)
    client.loop_stop()
    client.on_pre_connect = client.on_connect = client.on_disconnect = None
    client.on_subscribe = client.on_unsubscribe = client.on_publish = client.on_message = None
