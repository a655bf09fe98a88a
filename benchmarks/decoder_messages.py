"""Messages in order, of every format: what the decoders' speed is measured with, and where mutations begin."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import cbor2
from google.transit import gtfs_realtime_pb2

from ingest.decoders.sparkplug_payload import Payload

TIME = 1_767_225_600
VALUES = {"pm2_5": 12.3, "pm10": 30.1, "no2": 18.0, "o3": 55.4, "air_temperature": 31.25}
UNITS = {"pm2_5": "ug/m3", "pm10": "ug/m3", "no2": "ug/m3", "o3": "ug/m3", "air_temperature": "Cel"}
_EUI = "0102030405060708"


@dataclass(frozen=True, slots=True)
class Sample:
    """A message, and the codec of its source."""

    payload: bytes
    topic: str = ""
    codec: Mapping[str, Any] = field(default_factory=dict)


def _json(document: Any, topic: str = "") -> Sample:
    return Sample(json.dumps(document, separators=(",", ":")).encode(), topic)


def senml() -> list[dict[str, Any]]:
    """Five values of one instant."""
    base = {"bn": "urn:dev:mac:0024befffe804ff1/", "bt": TIME}
    records = [{"n": name, "u": UNITS[name], "v": value} for name, value in VALUES.items()]
    return [{**base, **records[0]}, *records[1:]]


def senml_cbor() -> bytes:
    numbers = {"bn": -2, "bt": -3, "n": 0, "u": 1, "v": 2}
    return cbor2.dumps([{numbers[label]: value for label, value in record.items()} for record in senml()])


def sparkplug(kind: str, device: str = "") -> Sample:
    """A message of five metrics: with their names in a birth, by number else."""
    payload = Payload(timestamp=TIME * 1_000, seq=0 if kind == "NBIRTH" else 1)
    if kind in {"NBIRTH", "NDEATH"}:
        payload.metrics.add(name=b"bdSeq", datatype=8, long_value=0)
    for number, (name, value) in enumerate(VALUES.items()) if kind[1:] != "DEATH" else ():
        metric = payload.metrics.add(alias=number, float_value=value)
        if kind[1:] == "BIRTH":
            metric.name, metric.datatype = f"Air/{name}".encode(), 9
            metric.properties.keys.append(b"engUnit")
            metric.properties.values.add(type=12, string_value=UNITS[name].encode())
    return Sample(payload.SerializeToString(), f"spBv1.0/city/{kind}/edge{device}")


def gtfs(vehicles: int) -> bytes:
    header = gtfs_realtime_pb2.FeedHeader(gtfs_realtime_version="2.0", timestamp=TIME)
    feed = gtfs_realtime_pb2.FeedMessage(header=header)
    for number in range(vehicles):
        vehicle = gtfs_realtime_pb2.VehiclePosition(
            trip={"trip_id": f"t{number}", "route_id": "4"},
            vehicle={"id": f"bus-{number}"},
            position={"latitude": 23.588, "longitude": 58.3829, "bearing": 271.5, "speed": 8.3},
            timestamp=TIME,
            current_status="IN_TRANSIT_TO",
        )
        feed.entity.add(id=str(number), vehicle=vehicle)
    data: bytes = feed.SerializeToString()
    return data


def _trips() -> bytes:
    feed = gtfs_realtime_pb2.FeedMessage(header={"gtfs_realtime_version": "2.0", "timestamp": TIME})
    feed.entity.add(
        id="1", trip_update={"trip": {"trip_id": "9"}, "stop_time_update": [{"arrival": {"delay": 60}}]}
    )
    feed.entity.add(id="2", alert={"url": {"translation": [{"text": "x"}]}})
    data: bytes = feed.SerializeToString()
    return data


_DL_PM = bytes.fromhex("021b50000f0c25002500270027002701f50107012c012d012d012d67bd618dbd10")
_UPLINK = {
    "end_device_ids": {"device_id": "dev1", "dev_eui": _EUI},
    "received_at": "2026-01-01T00:00:00.123456789Z",
    "uplink_message": {
        "f_port": 2,
        "f_cnt": 7,
        "frm_payload": "AWcA4g==",
        "decoded_payload": {"temperature": 22.6},
    },
}
_CHIRPSTACK = {
    "time": "2026-01-01T00:00:00Z",
    "deviceInfo": {"deviceName": "dev1", "devEui": _EUI},
    "fPort": 2,
    "data": "AWcA4g==",
    "object": {"temperature": 22.6},
}

SAMPLES: dict[str, list[Sample]] = {
    "native": [
        _json({"phenomenon_time": "2026-01-01T00:00:00Z", "results": VALUES, "units": UNITS}),
        _json({"observed_property": "pm2_5", "result": 1.5, "location": [58.4, 23.6]}),
        _json(
            [{"phenomenon_time": "2026-01-01T00:00:00Z", "results": {"pm2_5": number}} for number in range(3)]
        ),
    ],
    "senml": [
        _json(senml()),
        _json([{"n": "bus/gps", "u": "lon", "v": 58.4}, {"n": "bus/gps", "u": "lat", "v": 23.6}]),
    ],
    "senml_cbor": [
        Sample(senml_cbor()),
        Sample(
            cbor2.dumps(
                [{0: "a", 2: cbor2.CBORTag(4, [-1, 1201]), 6: -5}, {0: "b", 3: "x"}, {0: "c", 4: True, 5: 2}]
            )
        ),
        Sample(
            cbor2.dumps([{0: "a", 2: cbor2.CBORTag(5, [-1, 3])}, {0: "b", 2: 2**70}, {0: "d", 8: b"\1\2"}])
        ),
    ],
    "sensorthings": [
        _json(
            {"result": 21.5, "phenomenonTime": "2026-01-01T00:00:00Z", "Datastream": {"@iot.id": 7}},
            "v1.1/Datastreams(7)/Observations",
        )
    ],
    "sparkplug_b": [
        *(sparkplug(kind) for kind in ("NBIRTH", "NDATA", "NDEATH")),
        *(sparkplug(kind, "/pump") for kind in ("DBIRTH", "DDATA", "DDEATH")),
    ],
    "things_stack": [_json(_UPLINK, "v3/app@tenant/devices/dev1/up")],
    "chirpstack": [_json(_CHIRPSTACK, f"application/1/device/{_EUI}/event/up")],
    "thingsboard": [
        _json({"ts": TIME * 1_000, "values": VALUES}, "v1/devices/me/telemetry"),
        _json({"dev1": [{"ts": TIME * 1_000, "values": VALUES}]}, "v1/gateway/telemetry"),
    ],
    "ngsi": [
        _json(
            {
                "id": "urn:ngsi-ld:AirQualityObserved:1",
                "type": "AirQualityObserved",
                "dateObserved": {"type": "DateTime", "value": "2026-01-01T00:00:00Z"},
                "NO2": {"type": "Number", "value": 22, "metadata": {"unitCode": {"value": "GQ"}}},
            }
        )
    ],
    "sensor_community": [
        _json(
            {
                "esp8266id": "12345",
                "software_version": "NRZ-2020",
                "sensordatavalues": [
                    {"value_type": "SDS_P1", "value": "12.3"},
                    {"value_type": "BME280_pressure", "value": "100123.4"},
                ],
            }
        )
    ],
    "tasmota": [
        _json(
            {
                "Time": "2026-01-01T00:00:00",
                "ENERGY": {"Total": 1.5, "Power": 60, "Voltage": 230},
                "TempUnit": "C",
            },
            "tele/plug/SENSOR",
        )
    ],
    "shelly": [
        _json(
            {
                "src": "plug",
                "method": "NotifyStatus",
                "params": {"ts": TIME, "switch:0": {"id": 0, "apower": 60.1}},
            },
            "shellyplus-1/events/rpc",
        ),
        Sample(b"true", "shellyplus-1/online"),
    ],
    "zigbee2mqtt": [_json({"battery": 91, "temperature": 21.4, "linkquality": 78}, "zigbee2mqtt/room")],
    "home_assistant": [
        _json(
            {"name": "T", "state_topic": "h/t", "unit_of_measurement": "°C", "device_class": "temperature"},
            "homeassistant/sensor/dev1/config",
        ),
        Sample(b"21.5", "h/t"),
    ],
    "owntracks": [
        _json({"_type": "location", "lat": 23.6, "lon": 58.4, "tst": TIME, "batt": 80}, "owntracks/u/d")
    ],
    "csv_line": [Sample(b"2026-01-01T00:00:00Z,12.3,30.1\n", "", {"columns": ["time", "pm2_5", "pm10"]})],
    "raw_bytes": [
        Sample(_DL_PM, "", {"builtin": "decentlab_dl_pm"}),
        Sample(bytes.fromhex("0367001005670002018806765ff2960a0003e8"), "", {"builtin": "cayenne_lpp"}),
        Sample(bytes.fromhex("01755c03673401046865077de704"), "", {"builtin": "milesight_am308"}),
        Sample(bytes.fromhex("9f11505336600044445038"), "", {"builtin": "adeunis_ftd"}),
        Sample(bytes.fromhex("0100e202290400270506060308070d62"), "", {"builtin": "elsys"}),
    ],
    "gtfs_realtime": [Sample(gtfs(3)), Sample(_trips())],
}
