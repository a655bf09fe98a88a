"""What somebody types into a device so that it sends to this hub: by the format of its source. Pure.

Labels are those of the devices' own pages, which have them in English.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from citycore.clock import CITY_ZONE
from citycore.topics import PREFIX

TLS_PORT, PLAIN_PORT = 8883, 1883
SECRET = "SECRET"  # noqa: S105 (stands for what is shown once)


@dataclass(frozen=True, slots=True)
class Broker:
    """Where devices reach the broker."""

    host: str
    port: int
    is_secure: bool


@dataclass(frozen=True, slots=True)
class Hub:
    """Where it is reached, and what time it is there."""

    broker: Broker
    site: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Access:
    """Who sends: a source with the credential that is shown, or with placeholders."""

    source: str
    username: str
    secret: str


@dataclass(frozen=True, slots=True)
class Setup:
    """``rows`` are labels with what is typed there; ``commands`` can be pasted whole, by what runs them."""

    rows: tuple[tuple[str, str], ...]
    commands: tuple[tuple[str, str], ...]


def broker_of(site: str, broker_url: str | None) -> Broker:
    """As whoever runs the hub says it, else under the hub's own name."""
    if broker_url is None:
        return Broker(urlsplit(site).hostname or "", TLS_PORT, is_secure=True)
    parts = urlsplit(broker_url)
    is_secure = parts.scheme == "mqtts"
    return Broker(parts.hostname or "", parts.port or (TLS_PORT if is_secure else PLAIN_PORT), is_secure)


def setup_of(decoder: str, topics: tuple[str, ...], access: Access, hub: Hub) -> Setup:
    """For one format; ``topics`` are those that its devices use of their own accord."""
    prefix = f"{PREFIX}/{access.source}"
    known = _BY_FORMAT.get(decoder)
    rows = [
        ("Host", hub.broker.host),
        ("Port", str(hub.broker.port)),
        ("TLS", "on" if hub.broker.is_secure else "off"),
        ("Username", access.username),
        ("Password", access.secret),
    ]
    named = (
        [("Topic", f"{prefix}/{topic}") for topic in topics or ("#",)]
        if known is None
        else [(label, text.format(prefix=prefix)) for label, text in known]
    )
    return Setup((*rows, *named), tuple(_commands(decoder, access, hub)))


#: What differs from one device to the next; the name of a device is written in capitals.
_BY_FORMAT: dict[str, tuple[tuple[str, str], ...]] = {
    "tasmota": (("Full Topic", "{prefix}/%prefix%/%topic%/"),),
    "shelly": (
        ("MQTT prefix", "{prefix}/NAME"),
        ("RPC status notifications over MQTT", "on"),
        ("Generic status update over MQTT", "on"),
    ),
    "zigbee2mqtt": (("Base topic", "{prefix}/zigbee2mqtt"),),
    "native": (("Topic", "{prefix}/NAME"),),
    "json_fields": (("Topic", "{prefix}/NAME"),),
    "owntracks": (("Topic (pubTopicBase)", "{prefix}/owntracks/USER/DEVICE"),),
}


def _commands(decoder: str, access: Access, hub: Hub) -> list[tuple[str, str]]:
    broker, site = hub.broker, hub.site
    prefix, secret = f"{PREFIX}/{access.source}", access.secret
    found = []
    if decoder == "tasmota":
        port = f"{broker.port}; SetOption103 {int(broker.is_secure)}"
        found.append(
            (
                "Tasmota, Console",
                (
                    f"Backlog MqttHost {broker.host}; MqttPort {port}; MqttUser {access.username}; "
                    f"MqttPassword {secret}; FullTopic {prefix}/%prefix%/%topic%/"
                ),
            )
        )
    if decoder == "zigbee2mqtt":
        scheme = "mqtts" if broker.is_secure else "mqtt"
        found.append(
            (
                "configuration.yaml",
                (
                    f"mqtt:\n  base_topic: {prefix}/zigbee2mqtt\n  server: {scheme}://{broker.host}:{broker.port}\n"
                    f"  user: {access.username}\n  password: {secret}"
                ),
            )
        )
    tls = " --tls-use-os-certs" if broker.is_secure else ""
    topic, payload = _SAMPLES.get(decoder, ("NAME", "…"))
    payload = _timed(payload, hub.at)
    found += [
        (
            "mosquitto_pub",
            (
                f"mosquitto_pub -h {broker.host} -p {broker.port}{tls} -u {access.username} -P {secret} "
                f"-q 1 -t '{prefix}/{topic}' -m '{payload}'"
            ),
        ),
        (
            "curl",
            f"curl -u {access.username}:{secret} --data '{payload}' '{site}/v1/ingest/{access.source}?topic={topic}'",
        ),
    ]
    return found


def _timed(payload: str, at: datetime) -> str:
    """With the instant in the places where a sample has one."""
    local = f"{at.astimezone(CITY_ZONE):%Y-%m-%dT%H:%M:%S}"
    said = {"@instant@": f"{local}+04:00", "@local@": local, "@seconds@": str(int(at.timestamp()))}
    for place, text in said.items():
        payload = payload.replace(place, text)
    return payload


#: A message of a format, to try it out with.
_SAMPLES: dict[str, tuple[str, str]] = {
    "tasmota": ("tele/plug/SENSOR", '{"Time":"@local@","ENERGY":{"Power":12.5}}'),
    "shelly": (
        "plug/events/rpc",
        '{"src":"plug","method":"NotifyStatus","params":{"ts":@seconds@,"switch:0":{"apower":12.5}}}',
    ),
    "zigbee2mqtt": (
        "zigbee2mqtt/kitchen",
        '{"temperature":24.5,"humidity":40,"last_seen":"@instant@"}',
    ),
    "json_fields": ("roof", '{"temperature_C":31.2,"humidity":40,"time":"@instant@"}'),
    "native": ("roof", '{"phenomenon_time":"@instant@","results":{"air_temperature":31.2}}'),
    "senml": ("roof", '[{"bn":"roof:","bt":@seconds@,"n":"temperature","u":"Cel","v":31.2}]'),
    "thingsboard": ("v1/devices/me/telemetry", '{"ts":@seconds@000,"values":{"temperature":31.2}}'),
    "sensor_community": (
        "",
        '{"esp8266id":"12331981","sensordatavalues":[{"value_type":"SDS_P1","value":"12.5"}]}',
    ),
}
