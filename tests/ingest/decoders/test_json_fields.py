"""JSON of any form and one value a topic: what a table makes of each field, and what it refuses."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from citycore.language import LANGUAGES, translate
from citycore.registry.document import Document, SourceEntry, read_text
from citycore.registry.errors import DocumentInvalid
from citycore.registry.field_table import TableFault, compiled, presets, read_preset
from citycore.registry.rules import Known, faults
from citycore.vocabulary import observed_properties
from ingest.decoders.model import Decoded, Unreadable
from ingest.model import Received
from ingest.settings import IngestSettings
from ingest.trying import Outcome, try_message
from tests.ingest.decoders.arrivals import Kept, decode

NOW = datetime(2026, 5, 1, 4, 0, 30, tzinfo=UTC)
TEMPERATURE = {"property": "air_temperature", "unit": "[degF]"}


def read(sent: Any, topic: str = "", memory: Kept | None = None, **codec: Any) -> Decoded:
    payload = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    return decode("json_fields", payload, topic=topic, codec=codec, memory=memory)


def results(decoded: Decoded) -> dict[str, Any]:
    return {name: value for each in decoded.readings for name, value in (each.message.results or {}).items()}


def trial(name: str) -> Outcome:
    preset = read_preset(name)
    entry = SourceEntry(
        code="home",
        name_en="Home",
        name_ar="البيت",
        decoder="json_fields",
        codec={"preset": name},
        zone="UTC" if name == "ecowitt" else "Asia/Muscat",
        time_policy="receive_time",
    )
    at = int(NOW.timestamp() * 1e6)
    received = Received(
        f"falaj/v1/home/{preset['topic']}", preset["message"].encode(), at, retained=False, ticket=(0, 0)
    )
    return try_message(entry, received, observed_properties(), IngestSettings())


#: By preset: what its thing calls itself, some of its values as they are stored, and when.
STORED: dict[str, tuple[str, dict[str, Any], datetime]] = {
    "airgradient": ("84fce612f5b8", {"pm2_5": 7, "air_temperature": 24.47, "co2": 447}, NOW),
    "ecowitt": (
        "0F1E2D3C4B5A69788796A5B4C3D2E1F0",
        {"air_temperature": 31.2, "air_temperature/indoor": 24, "precipitation_total": 317.5},
        NOW.replace(second=0),
    ),
    "esphome": ("esp-meteo", {"air_temperature/outside": 27.9}, NOW),
    "home_assistant_states": ("homeassistant", {"air_temperature/courtyard": 31.4}, NOW),
    "meshtastic": (
        "2130636288", {"air_temperature": 24.6, "battery_voltage": 4.05}, datetime.fromtimestamp(1777608000, UTC)
    ),
    "rtl_433": (
        "Fineoffset-WH24-77",
        {"air_temperature": 31.2, "precipitation_total": 12.9, "battery_low": "off"},
        NOW.replace(second=3),
    ),
    "rtl_433_values": ("Acurite-Tower-A-11524", {"air_temperature": 24.9}, NOW),
    "theengs": ("A4:C1:38:00:00:01", {"air_temperature": 25.6, "battery_voltage": 2.985}, NOW),
    "traccar": (
        "352094080000001", {"vehicle_speed": 18.52, "ignition": "on", "location": [58.5401, 23.6105]},
        NOW.replace(second=0),
    ),
    "weewx": ("weather", {"air_temperature": 31.2, "air_temperature/indoor": 24}, datetime.fromtimestamp(1777608000, UTC)),
}  # fmt: skip


def test_every_preset_is_tried() -> None:
    assert sorted(STORED) == list(presets())


@pytest.mark.parametrize("name", STORED)
def test_a_preset_reads_its_message_whole(name: str) -> None:
    device, wanted, time = STORED[name]
    outcome = trial(name)
    assert outcome.refused == []
    assert [each.device for source in outcome.proposal.sources for each in source.things] == [device]
    stored = {each.datastream: each.result for each in outcome.values}
    assert {key: stored[key] for key in wanted} == wanted
    assert {each.time for each in outcome.values} == {time}
    assert "rainfall" not in stored


#: Fields as later firmwares and fuller gateways of the same makers send them, values invented.
LATER: list[tuple[str, str, dict[str, Any]]] = [
    (
        "airgradient",
        """{"pm01":2.2,"pm02":6.7,"pm10":7.5,"pm01Standard":5.1,"pm02Standard":6.6,"pm10Standard":6.6,"pm003Count":664.4,
        "pm005Count":200,"pm01Count":28,"pm02Count":2,"pm50Count":0,"pm10Count":0,"pm02Compensated":2.4,"atmp":25.9,
        "atmpCompensated":24.1,"rhum":56.4,"rhumCompensated":60.1,"rco2":695.7,"tvocIndex":100.9,"tvocRaw":31028.4,
        "noxIndex":1.4,"noxRaw":17701.8,"boot":0,"bootCount":0,"wifi":-67,"ledMode":"co2","serialno":"000000000001",
        "firmware":"3.7.0","model":"I-9PSL"}""",
        {"pm2_5": 6.7, "pm2_5/compensated": 2.4, "co2": 695.7, "air_temperature": 24.1},
    ),
    (
        "airgradient",
        """{"pm01":null,"pm02":null,"pm10":null,"atmp":null,"atmpCompensated":null,"rhum":null,"rhumCompensated":null,
        "rco2":null,"wifi":-59,"serialno":"000000000001","firmware":"3.7.0","model":"I-9PSL","boot":0,"ledMode":"pm"}""",
        {"signal_strength": -59},
    ),
    (
        "ecowitt",
        (
            "PASSKEY=00000000000000000000000000000001&stationtype=GW1000A_V1.6.8&dateutc=2026-05-01+04:00:00&tempinf=80.6&humidityin=50"
            "&baromrelin=29.94&baromabsin=29.08&tempf=80.6&humidity=43&winddir=296&windspeedmph=2.46&windgustmph=4.25&maxdailygust=14.09"
            "&solarradiation=226.28&uv=1&rainratein=0.000&eventrainin=0.000&hourlyrainin=0.000&dailyrainin=0.000&weeklyrainin=0.000"
            "&monthlyrainin=1.0&yearlyrainin=2.0&totalrainin=2.0&temp1f=86.0&humidity1=39&soilmoisture1=51&soilbatt1=1.4"
            "&pm25_ch1=11.0&pm25_avg_24h_ch1=10.8&wh65batt=0&batt1=0&freq=915M&model=GW1000_Pro"
        ),
        {
            "air_temperature": 80.6,
            "air_temperature/channel_1": 86,
            "relative_humidity/channel_1": 39,
            "pm2_5/channel_1": 11,
        },
    ),
    (
        "airgradient",
        """{"wifi":-46,"serialno":"000000000001","rco2":447,"pm02":7,"atmp":25.87,"monitorDisplayCompensatedValues":true}""",
        {"co2": 447},
    ),
    (  # after MeshPacketSerializer.cpp of meshtastic/firmware
        "meshtastic",
        """{"channel":0,"from":2130636288,"hop_start":3,"hops_away":0,"id":77,"payload":{"latitude_i":236105000,"longitude_i":585401000,
        "altitude":31,"ground_speed":4,"ground_track":9200000,"sats_in_view":9,"PDOP":140,"precision_bits":32,"time":1777608000},
        "rssi":-91,"sender":"!7efeee00","snr":6.25,"timestamp":1777608000,"to":4294967295,"type":"position"}""",
        {"altitude": 31, "heading": 92, "satellites": 9, "vehicle_speed": 4},
    ),
    (
        "meshtastic",
        """{"channel":0,"from":2130636288,"id":78,"payload":{"pm10":4,"pm25":9,"pm100":12},"sender":"!7efeee00","timestamp":1777608000,
        "to":4294967295,"type":"telemetry"}""",
        {"pm1": 4, "pm2_5": 9, "pm10": 12},
    ),
    (
        "meshtastic",
        """{"channel":0,"from":2130636288,"id":79,"payload":{"voltage_ch1":5.1,"current_ch1":120,"voltage_ch2":12.6},
        "sender":"!7efeee00","timestamp":1777608000,"to":4294967295,"type":"telemetry"}""",
        {"voltage/ch1": 5.1, "electric_current/ch1": 120, "voltage/ch2": 12.6},
    ),
    (
        "weewx",
        """{"dateTime":"1777608000.0","outTemp_F":"88.2","windSpeed_mph":"4.7","rainRate_inch_per_hour":"0.0","dayRain_in":"0.1",
        "barometer_inHg":"29.77","dewpoint_C":"21.5","cloudbase_meter":"900","usUnits":"1.0"}""",
        {"air_temperature/f": 88.2, "wind_speed/mph": 4.7, "dew_point": 21.5},
    ),
    (
        "traccar",
        """{"position":{"id":7,"deviceId":4,"protocol":"osmand","fixTime":"2026-05-01T04:00:00.000+00:00","valid":true,
        "latitude":23.61,"longitude":58.54,"speed":0,"course":0,"altitude":0,"accuracy":4,"network":{"radioType":"gsm",
        "cellTowers":[{"cellId":1,"mobileCountryCode":422}]},"geofenceIds":[3,4],"attributes":{"battery":4.1,"sat":9,"totalDistance":12.5}},
        "device":{"uniqueId":"352094080000001","attributes":{"speedLimit":60}}}""",
        {"battery_voltage": 4.1, "satellites": 9},
    ),
    (
        "ecowitt",
        (
            "PASSKEY=00000000000000000000000000000001&stationtype=GW2000A_V3.1.4&runtime=77&heap=90000&dateutc=2026-05-01+04:00:00"
            "&tempinf=80.6&humidityin=50&baromrelin=29.94&baromabsin=29.08&tempf=88.2&humidity=43&vpd=0.6&winddir=296&windspeedmph=2.46"
            "&rrain_piezo=0.012&erain_piezo=0.1&hrain_piezo=0.1&drain_piezo=0.1&wrain_piezo=0.1&mrain_piezo=1.0&yrain_piezo=2.0&ws90cap_volt=5.3"
            "&lightning_num=3&lightning=12&lightning_time=1777607000&tf_ch1=75.2&leak_ch1=0&soilmoisture1=51&soilad1=240&wh90batt=3.2&interval=60"
        ),
        {
            "precipitation_rate/piezo": 0.012,
            "lightning_count": 3,
            "soil_temperature/channel_1": 75.2,
            "leak/channel_1": 0,
        },
    ),
    (
        "theengs",
        """{"id":"AA:BB:CC:DD:EE:02","name":"Ruuvi","rssi":-60,"brand":"Ruuvi","model":"RuuviTag","model_id":"RuuviTag_RAWv2","type":"RUUVI",
        "tempc":24.3,"tempf":75.74,"hum":53.49,"pres":1000.44,"accx":0.04,"accy":-0.04,"accz":10.15,"volt":2.977,"tx":4,"mov":66,"seq":205,
        "mac":"AA:BB:CC:DD:EE:02"}""",
        {"air_pressure": 1000.44, "acceleration_z": 10.15},
    ),
    (
        "theengs",
        """{"id":"AA:BB:CC:DD:EE:03","rssi":-70,"brand":"Shelly","model":"ShellyBLU Door/Window","model_id":"SBDW-002C","type":"CTMO",
        "packet":7,"batt":100,"lux":12,"open":true,"rot":3.5}""",
        {"contact": "open", "tilt": 3.5},
    ),
    (
        "rtl_433",
        """{"time":"2026-05-01 08:00:00","protocol":40,"model":"Acurite-Tower","id":1234,"sensor_id":1234,"channel":"A",
        "temperature_C":22.6,"humidity":45,"battery_ok":0,"mod":"ASK","freq":433.938,"rssi":-0.134,"snr":14.391,"noise":-14.525}""",
        {"air_temperature": 22.6, "relative_humidity": 45},
    ),
]


#: One value a topic: preset, topic, payload, thing, and what is stored.
TOPICS: list[tuple[str, str, str, str, dict[str, Any]]] = [
    ("home_assistant_states", "ha/sensor/hall_humidity/state", "45.5", "ha", {"relative_humidity/hall": 45.5}),
    ("home_assistant_states", "ha/sensor/hall_humidity/state", "unavailable", "ha", {}),
    ("home_assistant_states", "ha/binary_sensor/front_door/state", "on", "ha", {"contact/front": "open"}),
    ("home_assistant_states", "ha/binary_sensor/yard_motion/state", "off", "ha", {"motion/yard": "off"}),
    ("home_assistant_states", "ha/sensor/hall_humidity/unit_of_measurement", '"%"', "ha", {}),
    ("home_assistant_states", "ha/sensor/hall_humidity/last_changed", "2026-05-01T04:00:00+00:00", "ha", {}),
    ("esphome", "roof/sensor/mast_wind_speed/state", "4.2", "roof", {"wind_speed/mast": 4.2}),
    ("esphome", "roof/sensor/wifi_signal/state", "-61", "roof", {"signal_strength": -61}),
    ("esphome", "roof/binary_sensor/gate_door/state", "ON", "roof", {"contact/gate": "open"}),
    ("esphome", "roof/binary_sensor/cellar_leak/state", "OFF", "roof", {"leak/cellar": "off"}),
    ("esphome", "roof/status", "online", "roof", {"connection": "online"}),
    ("esphome", "roof/debug", "[12:00:01][D][sensor:094]: state 27.9", "roof", {}),
]  # fmt: skip


@pytest.mark.parametrize(("preset", "topic", "payload", "thing", "values"), TOPICS)
def test_a_preset_of_one_value_a_topic_reads_each_topic(
    preset: str, topic: str, payload: str, thing: str, values: dict[str, Any]
) -> None:
    decoded = read(payload.encode(), topic, preset=preset)
    assert decoded.refusals == []
    assert results(decoded) == values
    assert {each.thing or topic.partition("/")[0] for each in decoded.readings} <= {thing}


def test_an_entity_that_no_preset_knows_is_told() -> None:
    decoded = read(b"12", "ha/sensor/rooftop_gizmo/state", preset="home_assistant_states")
    assert [(each.name, each.reason) for each in decoded.refusals] == [("rooftop_gizmo", "field_unmapped")]


def test_a_position_in_parts_of_a_degree_is_scaled() -> None:
    message = {"from": 7, "type": "position", "payload": {"latitude_i": 236105000, "longitude_i": 585401000}}
    (reading,) = read(message, preset="meshtastic").readings
    assert reading.message.location == (58.5401, 23.6105)


@pytest.mark.parametrize(("preset", "message", "values"), LATER)
def test_a_preset_reads_what_later_firmwares_send(preset: str, message: str, values: dict[str, Any]) -> None:
    decoded = read(message.encode(), preset=preset)
    assert list(decoded.refusals) == []
    stored = results(decoded)
    assert {name: pytest.approx(value) for name, value in values.items()} == {
        name: stored.get(name) for name in values
    }


@pytest.mark.parametrize("name", presets())
def test_a_preset_means_what_the_vocabulary_has(name: str) -> None:
    entry = SourceEntry(code="home", name_en="H", name_ar="ب", decoder="json_fields", codec={"preset": name})
    known = Known(observed_properties(), (), (), ())
    assert [str(each) for each in faults(Document(sources=[entry]), known)] == []


def test_values_are_called_by_what_stands_beside_them_in_any_order() -> None:
    table: dict[str, Any] = {
        "named_by": "type",
        "fields": {"list.t.value": TEMPERATURE, "list.h.value": {"property": "relative_humidity"}},
    }
    one, other = {"type": "t", "value": 71}, {"type": "h", "value": 40}
    for sent in ([one, other], [other, one]):
        assert results(read({"list": sent}, **table)) == {"air_temperature": 71, "relative_humidity": 40}
    with pytest.raises(Unreadable, match="two values are called"):
        read({"list": [one, one]}, **table)


def test_what_a_document_holds_is_named_by_its_topic() -> None:
    table: dict[str, Any] = {"topics": ["{thing}/{field}"], "fields": {"temp.value": TEMPERATURE}}
    assert results(read({"value": 71}, "roof/temp", **table)) == {"air_temperature": 71}
    assert [each.reason for each in read({"value": 71}, "roof/hum", **table).refusals] == ["field_unmapped"]


@pytest.mark.parametrize(
    ("stated", "second"),
    [
        (1_777_608_000_000_001, 1_777_608_000),
        (1_777_608_000_000_000_001, 1_777_608_000),
        ("Fri, 01 May 2026 04:00:00 GMT", 1_777_608_000),
    ],
)
def test_a_time_is_a_count_of_any_unit_or_written_as_http_does(stated: Any, second: int) -> None:
    decoded = read({"t": stated, "a": 70}, time="t", fields={"a": TEMPERATURE})
    time = decoded.readings[0].message.phenomenon_time
    assert time is not None
    assert int(time.timestamp()) == second


@pytest.mark.parametrize("stated", ["Fri, 99 May 2026 04:00:00 GMT", 10**40])
def test_a_time_that_is_none_is_unreadable(stated: Any) -> None:
    with pytest.raises(Unreadable):
        read({"t": stated, "a": 70}, time="t", fields={"a": TEMPERATURE})


def test_a_preset_that_fits_nothing_says_so() -> None:
    with pytest.raises(Unreadable) as refused:
        read({"temperature": 21}, preset="traccar")
    assert refused.value.reason == "no_fit"
    assert "position.latitude" in refused.value.detail


def test_a_field_that_came_later_is_refused_and_the_others_are_read() -> None:
    fields = {"t": TEMPERATURE, "debug": None}
    decoded = read({"t": "72.5", "debug": 3, "temperature": 4, "nested": {"x": [1]}}, "roof", fields=fields)
    assert results(decoded) == {"air_temperature": 72.5}
    assert {(each.reason, each.name) for each in decoded.refusals} == {
        ("field_unmapped", "temperature"), ("field_unmapped", "nested.x.0"),
    }  # fmt: skip


def test_a_field_that_became_an_object_is_refused() -> None:
    decoded = read({"t": {"value": 1}}, "roof", fields={"t": TEMPERATURE})
    assert [(each.reason, each.name) for each in decoded.refusals] == [("field_unmapped", "t.value")]


@pytest.mark.parametrize(
    "codec",
    [
        {"fields": {"a": TEMPERATURE, "b": TEMPERATURE}},
        {"fields": {"time": TEMPERATURE}, "time": "time"},
        {"fields": {"a": TEMPERATURE}, "thing": ["id", "id"]},
        {"fields": {"a": {"property": 5}}},
        {"fields": {"a": {"propperty": "air_temperature"}}},
        {"fields": {"a*b*c": TEMPERATURE}},
        {"fields": []},
        {"position": ["lat"]},
        {"tiem": "time"},
        {"preset": "no_such_preset"},
        {"preset": "../../secrets"},
    ],
)
def test_a_table_that_contradicts_itself_is_refused(codec: dict[str, Any]) -> None:
    with pytest.raises(TableFault):
        compiled(codec)


def test_numbers_by_which_a_sensor_says_that_it_has_none_are_missing() -> None:
    fields = {
        "t": {**TEMPERATURE, "missing": [-127, 85, 327.67, 65535]},
        "h": {"property": "relative_humidity"},
    }
    for sent in (327.67, 85.0, "-127"):
        (reading,) = read({"t": sent, "h": 40}, "roof", fields=fields).readings
        assert reading.message.results == {"air_temperature": float(sent), "relative_humidity": 40}
        assert reading.missing == {"air_temperature"}
    (reading,) = read({"t": 21.0, "h": 40}, "roof", fields=fields).readings
    assert reading.missing == set()


def test_a_counter_goes_on_over_a_number_that_stands_for_no_value() -> None:
    kept = Kept()
    fields = {"rain": {"property": "rainfall", "unit": "mm", "counter": True, "missing": [65535]}}
    readings = [read({"rain": value}, "roof", kept, fields=fields).readings for value in (12, 65535, 12.5)]
    said = [(each[0].message.results, set(each[0].missing)) if each else None for each in readings]
    assert said == [None, ({"rainfall": 65535}, {"rainfall"}), ({"rainfall": 0.5}, set())]


#: A table, a message, and the results that are missing and suspect of all that are stored.
CODES: list[tuple[dict[str, Any], dict[str, Any], set[str], set[str]]] = [
    ({"t": {"property": "water_temperature", "unit": "Cel", "model": "DS18B20"}}, {"t": -127}, {"water_temperature"}, set()),
    ({"t": {"property": "water_temperature", "unit": "Cel", "model": "DS18B20"}}, {"t": 85}, set(), {"water_temperature"}),
    ({"t": {"property": "air_temperature", "unit": "Cel", "model": "DS18B20"}}, {"t": 85}, {"air_temperature"}, set()),
    ({"t": {"property": "water_temperature", "unit": "Cel", "missing": [85]}}, {"t": 85}, {"water_temperature"}, set()),
    ({"t": {"property": "water_temperature", "unit": "Cel"}}, {"t": 60}, set(), set()),
    ({"t": {"property": "air_temperature", "unit": "Cel"}}, {"t": 327.67, "m": "LHT65N"}, {"air_temperature"}, set()),
    ({"d": {"property": "distance", "unit": "mm"}}, {"d": 20, "m": "LDDS75"}, {"distance"}, set()),
    ({"d": {"property": "distance", "unit": "mm"}}, {"d": 20, "m": "another"}, set(), set()),
    ({"d": {"property": "distance", "unit": "mm"}}, {"d": 20}, set(), set()),
    ({"d": {"property": "distance", "unit": "mm", "missing": [0]}}, {"d": 0}, {"distance"}, set()),
    # Where nobody says what the device is, what no property can be is bad, or the number of its own table of codes.
    ({"t": {"property": "air_temperature", "unit": "Cel"}}, {"t": -999}, {"air_temperature"}, set()),
    ({"t": {"property": "air_temperature", "unit": "[degF]"}}, {"t": -196.6}, {"air_temperature"}, set()),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "message", "missing", "suspect"), CODES)
def test_what_stands_for_no_value_of_a_model_is_missing_and_what_may_be_true_is_suspect_at_most(
    fields: dict[str, Any], message: dict[str, Any], missing: set[str], suspect: set[str]
) -> None:
    entry = SourceEntry(
        code="home", name_en="Home", name_ar="البيت", decoder="json_fields",
        codec={"fields": {**fields, "m": None}, "model_field": "m"}, time_policy="receive_time",
    )  # fmt: skip
    at = int(NOW.timestamp() * 1e6)
    received = Received("falaj/v1/home/roof", json.dumps(message).encode(), at, retained=False, ticket=(0, 0))
    outcome = try_message(entry, received, observed_properties(), IngestSettings())
    assert outcome.refused == []
    found = {each.datastream: (each.quality, each.tests) for each in outcome.values}
    assert {name for name, (quality, _) in found.items() if quality == 9} == missing
    assert {name for name, (quality, _) in found.items() if quality == 3} == suspect
    assert all(tests == ("sentinel",) for name, (_, tests) in found.items() if name in missing)


def test_a_counter_becomes_an_amount_only_when_told_so() -> None:
    kept = Kept()
    fields = {"rain_mm": {"property": "rainfall", "unit": "mm", "counter": True}}
    seen = [
        results(read({"rain_mm": value}, "roof", kept, fields=fields))
        for value in (12.3, 12.7, 12.7, 0.2, 0.5)
    ]
    assert seen == [{}, {"rainfall": 0.4}, {"rainfall": 0}, {}, {"rainfall": 0.3}]


@pytest.mark.parametrize(
    ("topic", "thing", "name"),
    [
        ("hall/esp/sensor/temp/state", "hall-esp", "temp"),
        ("other/hall/temp", None, "hall/temp"),
        ("/".join(map(str, range(50))), None, "/".join(map(str, range(1, 50)))),
    ],
)
def test_a_level_of_the_topic_names_the_thing_or_the_field(topic: str, thing: str | None, name: str) -> None:
    topics = ["{thing}/{thing}/sensor/{field}/state"]
    decoded = read(b"21.5", topic, topics=topics, fields={name: TEMPERATURE})
    assert [(each.thing, each.message.results) for each in decoded.readings] == [
        (thing, {"air_temperature": 21.5})
    ]


def test_a_number_beyond_a_double_is_refused() -> None:
    fields = {"t": {**TEMPERATURE, "scale": 0.1}}
    decoded = read(b'{"t":1' + b"0" * 400 + b"}", "roof", fields=fields)
    assert [each.reason for each in decoded.refusals] == ["not_physical"]


def test_a_message_of_ten_thousand_fields_is_refused() -> None:
    with pytest.raises(Unreadable) as refused:
        read({f"f{number}": number for number in range(10_000)}, fields={"f0": TEMPERATURE})
    assert refused.value.reason == "too_large"


def test_a_star_of_a_path_names_the_sensor() -> None:
    fields = {"soil*": {"property": "soil_moisture", "sensor": "*"}}
    assert results(read({"soil1": 20, "soil2": 30}, "x", fields=fields)) == {
        "soil_moisture/1": 20, "soil_moisture/2": 30,
    }  # fmt: skip


def test_the_reasons_have_texts_in_both_languages() -> None:
    for language in LANGUAGES:
        for reason in ("field_unmapped", "no_fit"):
            assert translate(f"dead_letter.{reason}", language)


@pytest.mark.parametrize(
    ("sent", "location", "refused"),
    [
        ("23.6,58.5", (58.5, 23.6), []),
        (" +23.6; 58.5 ", (58.5, 23.6), []),
        ("23.6,58.5,12", (58.5, 23.6), []),
        ([23.6, 58.5], (58.5, 23.6), []),
        ("", None, []),
        (None, None, []),
        ("no fix", None, ["gps"]),
        ("23.6", None, ["gps"]),
        ("23.6,58.5,12,3", None, ["gps"]),
        (23.6, None, ["gps"]),
    ],
)
def test_a_position_may_be_one_text(
    sent: Any, location: tuple[float, float] | None, refused: list[str]
) -> None:
    decoded = read({"t": 21, "gps": sent}, "van", fields={"t": TEMPERATURE}, position=["gps.1", "gps.0"])
    assert [each.message.location for each in decoded.readings] == [location]
    assert [each.name for each in decoded.refusals] == refused


def test_a_field_that_is_the_position_is_nothing_else() -> None:
    with pytest.raises(TableFault, match="gps: stands twice"):
        compiled({"fields": {"gps": None}, "position": ["gps.1", "gps.0"]})


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({"t": {"value": 21}}, ["t.value"]),
        ({"t": [21, 22]}, ["t.0", "t.1"]),
        ({"data": {"t": 21}}, ["data.t"]),
        ({"T": 21}, ["T"]),
        ({"gps": {"lat": 23.6, "lon": 58.5}}, ["gps.lat", "gps.lon"]),
        ({"gps": "58.5"}, ["gps"]),
        ({"loc": [58.5, 23.6]}, ["loc.0", "loc.1"]),
    ],
)
def test_a_message_whose_shape_has_changed_is_told_of_and_its_neighbours_are_stored(
    changed: dict[str, Any], refused: list[str]
) -> None:
    fields = {"t": TEMPERATURE, "h": {"property": "relative_humidity", "unit": "%"}}
    decoded = read({"h": 40, **changed}, "van", fields=fields, position=["gps.1", "gps.0"])
    assert [each.name for each in decoded.refusals] == refused
    assert [each.message.results for each in decoded.readings] == [{"relative_humidity": 40}]
    assert [each.message.location for each in decoded.readings] == [None]


def test_a_table_that_names_a_field_twice_is_refused_with_its_line() -> None:
    text = """sources:
- code: home
  name_en: Home
  name_ar: البيت
  decoder: json_fields
  codec:
    fields:
      t: {property: air_temperature, unit: Cel}
      t: {property: water_temperature, unit: Cel}
"""
    with pytest.raises(DocumentInvalid, match="'t' stands twice") as refused:
        read_text(text)
    assert refused.value.details["where"] == "line 9"
