"""Connections to the broker, as far as all who have one end them alike."""

from __future__ import annotations

import paho.mqtt.client as mqtt
from paho.mqtt.properties import Properties


def end_connection(client: mqtt.Client, farewell: Properties | None = None) -> None:
    """Disconnect, end the client's thread, and let go of its callbacks.

    Callbacks hold the object that has the client: both would stay until the garbage collector finds them, and with
    them the two sockets by which paho wakes its thread.
    """
    client.disconnect(properties=farewell)
    client.loop_stop()
    client.on_pre_connect = client.on_connect = client.on_disconnect = None
    client.on_subscribe = client.on_unsubscribe = client.on_publish = client.on_message = None
