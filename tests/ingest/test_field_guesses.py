"""What fields are guessed to be: by names, units in names and ranges; and what is never guessed."""

from __future__ import annotations

import json
from time import process_time
from typing import Any

import pytest

from citycore.registry.document import SourceEntry
from citycore.registry.field_table import TableFault, compiled
from citycore.vocabulary import observed_properties
from ingest.decoders.json_fields import read_time
from ingest.decoders.model import Unreadable
from ingest.field_choices import read_choice, split_choice
from ingest.field_guesses import COUNTERS, FieldGuess, guess_fields, tell_apart, topics_of
from ingest.field_mapping import ChoiceUnreadable, MappedMessage, map_message
from ingest.model import Received
from ingest.settings import IngestSettings
from ingest.trying import Outcome, try_message

NOW = 1_777_608_030_000_000
KNOWN = observed_properties()


def guessed(fields: dict[str, Any]) -> dict[str, FieldGuess]:
    return {each.path: each for each in tell_apart(guess_fields(fields, KNOWN), fields, KNOWN)}


def mapped(
    sent: Any,
    topic: str = "",
    codec: dict[str, Any] | None = None,
    topics: tuple[str, ...] = (),
    **choices: str,
) -> tuple[MappedMessage, Outcome]:
    payload = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    entry = SourceEntry(
        code="home",
        name_en="Home",
        name_ar="البيت",
        decoder="json_fields",
        codec=codec,
        zone="Asia/Muscat",
        time_policy="receive_time",
    )
    received = Received(f"falaj/v1/home/{topic}".rstrip("/"), payload, NOW, retained=False, ticket=(0, 0))
    found = map_message(entry, received, KNOWN, IngestSettings(), choices, topics)
    return found, try_message(found.source, received, KNOWN, IngestSettings())


#: Name as sent, value, what it means, its unit, its sensor.
NAMES: list[tuple[str, Any, str, str | None, str]] = [
    ("temperature_C", 21.5, "air_temperature", "Cel", ""),
    ("tempf", 70.1, "air_temperature", "[degF]", ""),
    ("temperature", 75.2, "air_temperature", "[degF]", ""),
    ("temperature", 293.4, "air_temperature", "K", ""),
    ("outTemp_degree_C", "31.2", "air_temperature", "Cel", ""),
    ("temp1f", 71, "air_temperature", "[degF]", "1"),
    ("humidity", 48, "relative_humidity", "%", ""),
    ("humidity", 481, "relative_humidity", "%", ""),
    ("humidity", 0.48, "relative_humidity", "1", ""),
    ("pressure", 100_512, "air_pressure", "Pa", ""),
    ("pressure_hPa", 1008, "air_pressure", "hPa", ""),
    ("baromrelin", 29.9, "sea_level_pressure", "[in_i'Hg]", ""),
    ("windSpeed_kph", 9.6, "wind_speed", "km/h", ""),
    ("wind_speed_m_s", 2, "wind_speed", "m/s", ""),
    ("windspeedmph", 4.7, "wind_speed", "[mi_i]/h", ""),
    ("wind_deg", 240, "wind_direction", "deg", ""),
    ("speed_kmh", 42, "vehicle_speed", "km/h", ""),
    ("battery", 87, "battery_level", "%", ""),
    ("battery", 3.61, "battery_voltage", "V", ""),
    ("battery", 3_012, "battery_voltage", "mV", ""),
    ("battery_mV", 3_012, "battery_voltage", "mV", ""),
    ("co2_ppm", 640, "co2", "[ppm]", ""),
    ("PM2.5", 12, "pm2_5", "ug/m3", ""),
    ("rain_mm", 12.9, "precipitation_total", "mm", ""),
    ("totalrainin", 12.5, "precipitation_total", "[in_i]", ""),
    ("rainRate_mm_per_hour", 0, "precipitation_rate", "mm/h", ""),
    ("radiation_Wpm2", 412, "solar_irradiance", "W/m2", ""),
    ("energy_kWh", 14.8, "electric_energy", "kW.h", ""),
    ("light_lux", 640, "illuminance", "lx", ""),
    ("DHT22.temp", 27.5, "air_temperature", "Cel", "DHT22"),
    ("payload.temp", 27.5, "air_temperature", "Cel", ""),
    ("temperature.value", 27.5, "air_temperature", "Cel", ""),
    ("sensors.1.temp", 27.5, "air_temperature", "Cel", "1"),
    ("battery_ok", 1, "battery_low", None, ""),
    ("BME.Luftfeuchte. value", "35.4", "relative_humidity", "%", "BME"),
    ("level_available_cm", 98.5, "water_level", "cm", ""),
    ("level_available_%", 78.8, "fill_level", "%", ""),
    ("latest_total_w", 7_200, "electric_power", "W", ""),
    ("avg_kwh", 7.2, "electric_energy", "kW.h", "avg"),
    ("now_hpa", 1_004, "air_pressure", "hPa", ""),
    ("uSv", 0.1, "gamma_dose_rate", "uSv/h", ""),
    ("engineRPM", 2_100, "engine_speed", "/min", ""),
    ("ev.pos.speed", 31, "vehicle_speed", "km/h", ""),
    ("Pv.V", 60.5, "solar_panel_voltage", "V", ""),
    ("lid_open", False, "contact", None, ""),
    ("compressor_on", True, "switch_state", None, "compressor"),
    ("brinepump_running", False, "pump_state", None, "brine"),
    ("target.temperature", 22.5, "target_temperature", "Cel", ""),
    ("supplyline_temp", 38.1, "flow_temperature", "Cel", ""),
    ("returnline_temp", 31.2, "return_temperature", "Cel", ""),
    ("hot_water_temp", 48.9, "water_temperature", "Cel", ""),
    ("wind_chill", 20.5, "apparent_temperature", "Cel", ""),
    ("water_content", 31.5, "soil_moisture", "%", ""),
    ("motor_temp", 61.5, "device_temperature", "Cel", "motor"),
    ("motor_current", 6.5, "electric_current", "A", "motor"),
    ("bearing_temperature_2", 55, "device_temperature", "Cel", "bearing_2"),
    ("estimated_temperature", 21.5, "air_temperature", "Cel", ""),
    ("motor_w", 17, "electric_power", "W", "motor"),
    ("total_power_import_kwh", 1594.8, "electric_energy", "kW.h", "import"),
    ("total_power_export_t1_kwh", 1730.0, "electric_energy_returned", "kW.h", "t1"),
    ("active_power_l1_w", -2039, "electric_power", "W", "l1"),
    ("total_gas_m3", 809.2, "gas_volume", "m3", ""),
    ("pv1Current", 3.1, "electric_current", "A", "pv_1"),
    ("pvgridvoltage2", 396.5, "voltage", "V", "pv_grid_2"),
    ("batteryTemperature", 19, "device_temperature", "Cel", "battery"),
    ("DHW_Target_Temp", 46, "target_temperature", "Cel", "dhw"),
    ("greenhouse_humidity", 71, "relative_humidity", "%", "greenhouse"),
    ("pressureBar", 2.5, "water_pressure", "bar", ""),
    ("temperatura_motor", 45.2, "device_temperature", "Cel", "motor"),
    ("Füllstand", 71, "fill_level", "%", ""),
    ("voltaje", 220, "voltage", "V", ""),
    ("solarPanelCurrent", 4.2, "electric_current", "A", "solar_panel"),
    ("aceleracao_x", 0.02, "acceleration_x", "m/s2", ""),
    ("altitud_m", 12.7, "altitude", "m", ""),
    ("velocidadViento", 3.1, "wind_speed", "m/s", ""),
    ("humidite_sol", 45, "soil_moisture", "%", ""),
    ("niveau_ph", 6.8, "water_ph", "[pH]", ""),
    ("p1charge1", 0, "electric_power", "W", "1_charge_1"),
    ("el_returned", 21_190_375, "electric_energy_returned", "W.h", ""),
    ("RSRP", -822, "reference_signal_power", "dB[mW]", ""),
    ("motion", 2, "motion_count", "{#}", ""),
    ("ec", 1.2, "water_conductivity", "mS/cm", ""),
    ("battery.charge", 100, "battery_level", "%", ""),
    ("accelerometer.value.x", 1, "acceleration_x", "m/s2", ""),
    ("Bat", "3.384 V", "battery_voltage", "V", ""),
    ("temp_SOIL", "30.11 °C", "soil_temperature", "Cel", ""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "code", "unit", "sensor"), NAMES)
def test_a_name_says_what_it_measures(
    name: str, value: Any, code: str, unit: str | None, sensor: str
) -> None:
    guess = guessed({name: value})[name]
    assert (guess.role, guess.observed_property, guess.unit, guess.sensor) == ("property", code, unit, sensor)


@pytest.mark.parametrize(
    ("name", "value", "role"),
    [
        ("timestamp", 1_777_608_000, "time"),
        ("ts", 1_777_608_000_123, "time"),
        ("time", 1_777_608_000_123_456_789, "time"),
        ("time", "2026-05-01T08:00:00+04:00", "time"),
        ("time", "08:00", "ignore"),
        ("serialno", "84fce612f5b8", "thing"),
        ("firmware", "1.2.3", "ignore"),
        ("note", "all well", "ignore"),
        ("foo", 17, "unknown"),
        ("tvocRaw", 31_000, "unknown"),
        ("people_in", 17, "unknown"),
        ("temperature", None, "ignore"),
        ("bin_id", "BIN-7", "thing"),
        ("tankId", 7, "thing"),
        ("message_id", "a12d", "ignore"),
        ("sessionId", 77, "ignore"),
        ("user_mode", 2, "ignore"),
        ("radio_failure", 0, "ignore"),
        ("phone", "+96890000000", "ignore"),
        ("target.humidity", 50, "ignore"),
        ("gps_status", "FIX", "ignore"),
        ("rain_24_hr", 4, "unknown"),
        ("v_1", 226, "unknown"),
        ("stromverbrauch", 450, "unknown"),
        ("prediccionTemp", 23.1, "unknown"),
        ("load", 25, "unknown"),
        ("wind_dir_at_hi_speed_last_10_min", 247, "unknown"),
        ("pvstatus", 0, "unknown"),
        ("frequency_offset", -2414, "ignore"),
        ("temperature_offset", 1.5, "unknown"),
        ("co2_baseline", 37216, "unknown"),
        ("hotspots.0.long", 58.5, "ignore"),
        ("compressor_on", 3, "unknown"),
        ("V", 17, "unknown"),
        ("c", 17, "unknown"),
        ("ts_ms", 81_523, "ignore"),
        ("millis", 81_523, "ignore"),
        ("last_collection.timestamp", 1_777_608_000, "ignore"),
        ("next_pass.time", "2026-05-01T08:00:00+04:00", "ignore"),
        ("temp_confidence", 0.9, "ignore"),
        ("frequency", 868_100_000, "ignore"),
        ("rxInfo.0.altitude", 210, "ignore"),
        ("rxInfo.0.location.longitude", 58.5, "ignore"),
        ("txInfo.modulation.lora.bandwidth", 125_000, "ignore"),
        ("occupied", "-", "unknown"),
    ],
)
def test_what_is_no_measurement_has_another_role(name: str, value: Any, role: str) -> None:
    assert guessed({name: value})[name].role == role


@pytest.mark.parametrize(
    "name", sorted({alias for each in KNOWN.values() if each.is_amount for alias in each.aliases})
)
def test_no_name_alone_makes_a_counter_an_amount(name: str) -> None:
    """But where the name says of which time."""
    guess = guessed({name: 12})[name]
    said = ("hour", "1h", "delta")
    assert (
        guess.role != "property"
        or not KNOWN[str(guess.observed_property)].is_amount
        or any(word in name for word in said)
    )


def test_counters_are_said_to_be_some() -> None:
    guess = guessed({"rain_mm": 3})["rain_mm"]
    assert (guess.reason, guess.is_counter, "precipitation_total" in COUNTERS) == ("counter", False, True)


def test_the_same_value_in_two_units_is_taken_once_and_two_sensors_apart() -> None:
    found = guessed({"tempc": 25.6, "tempf": 78.08, "probe": {}, "temperature": 19})
    assert found["tempf"].role == "ignore"
    assert {found["tempc"].sensor, found["temperature"].sensor} == {"", "temperature"}


def test_a_unit_beside_a_value_counts() -> None:
    found = guessed({"temp": 71.5, "temp_unit": "F", "pressure.value": 29.9, "pressure.unit": "inHg"})
    assert (found["temp"].unit, found["pressure.value"].unit) == ("[degF]", "[in_i'Hg]")
    assert found["temp_unit"].role == "ignore"


@pytest.mark.parametrize(
    ("topic", "is_value", "pattern"),
    [
        ("esp-7/sensor/temperature/state", True, "{thing}/sensor/{field}/state"),
        ("roof/temperature", True, "{thing}/{field}"),
        ("home/sensors/kitchen2/json", False, "home/sensors/{thing}/json"),
        ("sensors/kitchen/humidity", True, "sensors/{thing}/{field}"),
        ("/weather/roof", False, "/weather/{thing}"),
    ],
)
def test_a_topic_says_which_level_names_the_thing(topic: str, is_value: bool, pattern: str) -> None:
    assert topics_of(topic, is_value=is_value) == (pattern,)


def test_a_message_is_mapped_and_stored_as_its_table_says() -> None:
    sent = {
        "ts": 1_777_608_000_000,
        "dev": "roof-1",
        "temp": 27.5,
        "rain_mm": 4.2,
        "foo": 3,
        "lat": 23.6,
        "lon": 58.5,
    }
    found, outcome = mapped(sent, foo="uv_index")
    assert {each.datastream: each.result for each in outcome.values} == {
        "air_temperature": 27.5, "precipitation_total": 4.2, "uv_index": 3, "location": [58.5, 23.6],
    }  # fmt: skip
    assert found.source.codec is not None
    assert (found.source.codec["thing"], found.source.codec["time"]) == (["dev"], "ts")
    assert outcome.refused == []


def test_a_field_that_comes_later_is_told_and_not_guessed() -> None:
    codec = mapped({"id": "roof", "temp": 27.5})[0].source.codec
    assert codec is not None
    entry = SourceEntry(
        code="home", name_en="H", name_ar="ب", decoder="json_fields", codec=codec, time_policy="receive_time"
    )
    later = json.dumps({"id": "roof", "temp": 27.5, "humidity": 40}).encode()
    received = Received("falaj/v1/home", later, NOW, retained=False, ticket=(0, 0))
    outcome = try_message(entry, received, KNOWN, IngestSettings())
    assert [each.reason for each in outcome.refused] == ["field_unmapped"]
    again = map_message(entry, received, KNOWN, IngestSettings(), {})
    assert [each.reason for each in again.fields] == ["table", "table", "name"]


def test_a_number_that_a_property_cannot_have_is_not_guessed_and_no_value_is_no_other_unit() -> None:
    found, outcome = mapped(
        {"signal_strength": 78, "temperature": 327.67, "TempC_DS": 327.67, "flame_raw": 4095}, "roof/state"
    )
    roles = {each.path: (each.role, each.unit, each.sensor) for each in found.fields}
    assert roles["signal_strength"][0] == roles["flame_raw"][0] == "unknown"
    assert roles["temperature"] == ("property", "Cel", "")
    assert roles["TempC_DS"] == ("property", "Cel", "ds")
    assert {each.quality for each in outcome.values} == {9}


def test_what_a_preset_does_not_have_is_mapped_beside_it() -> None:
    found, outcome = mapped(
        {"id": "A4:C1:38", "rssi": -70, "tempc": 21, "uvi": 3}, codec={"preset": "theengs"}
    )
    assert found.source.codec == {
        "preset": "theengs",
        "fields": {"uvi": {"property": "uv_index", "unit": "1"}},
    }
    assert outcome.refused == []


def test_one_value_a_topic_is_mapped() -> None:
    found, outcome = mapped(b"23.4", "esp-7/sensor/temperature/state")
    assert found.source.codec is not None
    assert [(each.thing, each.datastream, each.result) for each in outcome.values] == [
        ("home-esp-7", "air_temperature", 23.4)
    ]


@pytest.mark.parametrize(
    "said",
    [
        "",
        ":Cel",
        "air_temperature:Cel:K",
        "air_temperature:scale=0",
        "air_temperature:scale=two",
        "air_temperature:scale=2:scale=3",
        "air_temperature:missing=true",
        "contact:labels=0",
        ":missing=-127",
    ],
)
def test_a_choice_that_says_nothing_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_choice(FieldGuess("a", "1", "unknown"), said)


def test_a_choice_says_all_that_a_table_may_say_of_a_field() -> None:
    found, outcome = mapped(
        {"raw": 235, "door": 1, "probe": -127},
        "gate-1",
        raw='air_temperature/roof:Cel:scale=0.1:missing=-1270, "n/a":model=DHT22',
        door="contact:labels=0=closed, 1=open",
        probe="water_temperature:Cel:missing=-127, 85",
    )
    assert found.source.codec is not None
    assert found.source.codec["fields"] == {
        "raw": {
            "property": "air_temperature",
            "unit": "Cel",
            "sensor": "roof",
            "scale": 0.1,
            "missing": [-1270, "n/a"],
            "model": "DHT22",
        },
        "door": {"property": "contact", "labels": {"0": "closed", "1": "open"}},
        "probe": {"property": "water_temperature", "unit": "Cel", "missing": [-127, 85]},
    }
    assert {each.datastream: each.result for each in outcome.values} == {
        "air_temperature/roof": 23.5,
        "contact": "open",
        "water_temperature": -127,
    }
    assert outcome.refused == []


def test_details_alone_are_of_what_a_field_is_already() -> None:
    found, _ = mapped({"temp_f": 70}, temp_f=":missing=999")
    assert found.source.codec is not None
    assert found.source.codec["fields"] == {
        "temp_f": {"property": "air_temperature", "unit": "[degF]", "missing": [999]}
    }
    again, _ = mapped({"temp_f": 70}, codec=found.source.codec, temp_f=":missing=")
    assert again.source.codec == {
        **found.source.codec,
        "fields": {"temp_f": {"property": "air_temperature", "unit": "[degF]"}},
    }


@pytest.mark.parametrize(
    ("said", "field", "meaning"),
    [
        ("a=air_temperature:Cel", "a", "air_temperature:Cel"),
        ("a=b=ignore", "a=b", "ignore"),
        ("a=b=contact:labels=0=closed, 1=open", "a=b", "contact:labels=0=closed, 1=open"),
        ("a=:missing=-127", "a", ":missing=-127"),
        ("a", "", "a"),
    ],
)
def test_a_choice_is_a_field_and_its_meaning(said: str, field: str, meaning: str) -> None:
    assert split_choice(said) == (field, meaning)


def test_a_choice_of_no_field_is_refused() -> None:
    with pytest.raises(ChoiceUnreadable):
        mapped({"temp": 1}, foo="air_temperature")


def test_two_fields_that_are_one_datastream_are_refused_with_their_names() -> None:
    with pytest.raises(TableFault, match="b: means air_temperature as a does"):
        mapped({"a": 1, "b": 2}, a="air_temperature", b="air_temperature")


def test_ten_thousand_fields_are_refused_and_fifty_levels_are_read() -> None:
    with pytest.raises(Unreadable) as refused:
        mapped({f"f{number}": number for number in range(10_000)})
    assert refused.value.reason == "too_large"
    found, _ = mapped(b"21", "/".join(f"level{number}" for number in range(49)) + "/temperature")
    assert compiled(found.source.codec or {}).topics


#: A position in one field or in a list, and what is said of it where nothing says which half comes first.
POSITIONS: list[tuple[dict[str, Any], dict[str, str], list[float] | None]] = [
    ({"location": "23.61,58.54"}, {}, [58.54, 23.61]),
    ({"Location": "-99.1, 19.4"}, {}, [-99.1, 19.4]),
    ({"lonlat": "58.54 23.61"}, {}, [58.54, 23.61]),
    ({"gps": "23.61;58.54;12"}, {}, [58.54, 23.61]),
    ({"place": "58.54,23.61"}, {"place": "longitude_latitude"}, [58.54, 23.61]),
    ({"location": {"type": "Point", "coordinates": [58.54, 23.61]}}, {}, [58.54, 23.61]),
    ({"latLng": [23.61, 58.54]}, {}, [58.54, 23.61]),
    ({"position": [23.61, 158.54]}, {}, [158.54, 23.61]),
    ({"position": [23.61, 58.54]}, {"position.0": "latitude", "position.1": "longitude"}, [58.54, 23.61]),
    ({"position": [23.61, 58.54]}, {}, None),
    ({"location": "roof,2"}, {}, None),
    ({"location": "523.61,58.54"}, {}, None),
    ({"location": "1,5", "lat": 23.61, "lon": 58.54}, {"location": "ignore"}, [58.54, 23.61]),
]


@pytest.mark.parametrize(("sent", "choices", "location"), POSITIONS)
def test_a_position_is_one_text_or_a_list(
    sent: dict[str, Any], choices: dict[str, str], location: list[float] | None
) -> None:
    found, outcome = mapped({"temp": 21, **sent}, "van-1", None, (), **choices)
    stored = {each.datastream: each.result for each in outcome.values}
    assert stored == {"air_temperature": 21} | ({"location": location} if location else {})
    if location:
        assert outcome.refused == []
        again, _ = mapped({"temp": 21, **sent}, "van-1", found.source.codec)
        assert again.source.codec == found.source.codec, "what was said is known from now on"


def test_a_text_that_is_the_position_no_more_is_read_so_no_more() -> None:
    before = {"position": ["gps.1", "gps.0"]}
    codec = mapped({"gps": "23.6,58.5", "uvi": 3}, codec=before, gps="ignore")[0].source.codec or {}
    assert (codec["position"], codec["fields"]["gps"]) == ([], None)
    turned = mapped({"gps": "58.5,23.6", "uvi": 3}, codec=before, gps="longitude_latitude")[0].source.codec
    assert (turned or {})["position"] == ["gps.0", "gps.1"]


#: What fields mean among their neighbours, and what they mean alone.
AMONG: list[tuple[dict[str, Any], dict[str, str | None]]] = [
    ({"ph": 6.9, "soil_moisture": 45}, {"ph": "soil_ph"}),
    ({"ph": 6.9, "soil_moisture": 45, "water_level_cm": 20}, {"ph": "water_ph"}),
    ({"ph": 6.9}, {"ph": "water_ph"}),
    (
        {"soil_moisture": 45, "n": 7, "p": 18.3, "k": 16},
        {"n": "soil_nitrogen", "p": "soil_phosphorus", "k": "soil_potassium"},
    ),
    ({"n": 7, "p": 1008.5, "k": 16}, {"n": None, "p": "air_pressure", "k": None}),
    ({"soil_moisture": 45, "n": 7}, {"n": None}),
    ({"ph": 7, "turbidity": 2, "temperature": 21.5}, {"temperature": "water_temperature"}),
    ({"ph": 7, "turbidity": 2, "temperature": 21.5, "humidity": 40}, {"temperature": "air_temperature"}),
    ({"ph": 7, "temperature": 21.5}, {"temperature": "air_temperature"}),
    (
        {"Dc.0.Current": 10.5, "Dc.0.Voltage": 12.5},
        {"Dc.0.Current": "electric_current", "Dc.0.Voltage": "voltage"},
    ),
    ({"lat": 23.6, "lon": 58.5, "azimuth": 12}, {"azimuth": "heading"}),
    ({"temperature.current": 21.5}, {"temperature.current": "air_temperature"}),
    ({"value": 24.5, "unit": "V"}, {"value": "voltage"}),
    ({"value": 24.5, "unit": "%"}, {"value": None}),
    (
        {"soil_moisture": 31, "conductivity": 410, "temperature": 24.5},
        {"conductivity": "soil_conductivity", "temperature": "soil_temperature"},
    ),
    (
        {"soil_moisture": 31, "conductivity": 410, "temperature": 24.5, "illuminance": 900},
        {"conductivity": "water_conductivity", "temperature": "air_temperature"},
    ),
    (
        {"soil_moisture": 45, "npk.nitrogen": 7, "npk.phosphorus": 18.3, "npk.potassium": 16},
        {
            "npk.nitrogen": "soil_nitrogen",
            "npk.phosphorus": "soil_phosphorus",
            "npk.potassium": "soil_potassium",
        },
    ),
    ({"slot_id": "A-7", "occupied": True}, {"occupied": "space_state"}),
    ({"room": "hall", "occupied": True}, {"occupied": "presence"}),
    ({"fill_level": 71, "capacity": 240}, {"capacity": None}),
    ({"capacity": 240}, {"capacity": "total_spaces"}),
    ({"humidity": 41, "humidity_raw": 2_212}, {"humidity": "relative_humidity", "humidity_raw": None}),
    (
        {"current_a": 6.1, "current_b": 6.2, "current_c": 6.3},
        {
            "current_a": "electric_current",
            "current_b": "electric_current",
            "current_c": "electric_current",
        },
    ),
]


@pytest.mark.parametrize(("fields", "codes"), AMONG)
def test_neighbours_say_what_a_field_means(fields: dict[str, Any], codes: dict[str, str | None]) -> None:
    found = guessed(fields)
    assert {path: found[path].observed_property for path in codes} == codes


@pytest.mark.parametrize(
    ("fields", "sensors"),
    [
        ({"current_a": 6.1, "current_b": 6.2}, {"current_a": "a", "current_b": "b"}),
        (
            {"channels.0.temp": 21, "channels.1.temp": 22},
            {"channels.0.temp": "channels_0", "channels.1.temp": "channels_1"},
        ),
        ({"channels.0.temp": 21}, {"channels.0.temp": "channels"}),
        ({"data.0.temp": 21, "data.1.temp": 22}, {"data.0.temp": "0", "data.1.temp": "1"}),
    ],
)
def test_sensors_are_told_apart_by_phase_and_by_place_in_a_list(
    fields: dict[str, Any], sensors: dict[str, str]
) -> None:
    found = guessed(fields)
    assert {path: found[path].sensor for path in sensors} == sensors


def test_values_are_called_by_their_names_where_one_of_them_is_known() -> None:
    names = [("version", 2), ("wiper", 1.2), ("Temperature", 21.5)]
    sent = [{"measurements": [{"name": name, "value": value, "unit": ""} for name, value in names]}]
    found, _ = mapped(sent, "sonde-1")
    assert [each.path.split(".")[2] for each in found.fields if each.role in {"unknown", "property"}] == [
        "wiper",
        "Temperature",
    ]
    assert "named_by" not in (
        mapped([{"name": "a", "value": 1}, {"name": "b", "value": 2}])[0].source.codec or {}
    )


@pytest.mark.parametrize("naming", ["sensor_type", "measurement_type"])
def test_a_member_that_says_the_kind_of_sensor_names_the_value_beside_it(naming: str) -> None:
    _, outcome = mapped({naming: "temperature", "value": 24.5}, "roof/state")
    assert [(each.datastream, each.result) for each in outcome.values] == [("air_temperature", 24.5)]
    assert outcome.refused == []


@pytest.mark.parametrize("kind", ["session_info", "device_readings", "valveState", "status"])
def test_a_level_that_says_the_kind_of_message_names_no_thing(kind: str) -> None:
    assert topics_of(f"plant/pump7/{kind}", is_value=False) == (f"plant/{{thing}}/{kind}",)


def test_a_message_under_fifty_levels_is_mapped_by_one_of_them() -> None:
    topic = "/".join(f"level{number}" for number in range(50))
    found, outcome = mapped({"temp": 21.5}, topic)
    assert len((found.source.codec or {})["topics"][0].split("/")) == 50
    assert [each.result for each in outcome.values] == [21.5]


def test_more_fields_than_a_table_has_room_for_are_told() -> None:
    with pytest.raises((TableFault, Unreadable), match="more than"):
        mapped({f"temp_{number}": 21 for number in range(1_001)})


@pytest.mark.parametrize("path", ["probe{}_temp", "channels.{}.temp"])
def test_the_time_of_guesses_grows_with_the_number_of_fields_and_no_faster(path: str) -> None:
    def seconds(count: int) -> float:
        fields = {path.format(number): 21.5 for number in range(count)}
        began = process_time()
        guess_fields(fields, KNOWN)
        return process_time() - began

    seconds(10)
    assert seconds(4_000) < 8 * max(seconds(1_000), 0.02)


#: Lists of values with their names, how deep they lie, and what is stored of them.
NAMED_LISTS: list[tuple[dict[str, Any], str, dict[str, float]]] = [
    (
        {"data": [{"name": "water_temp", "value": 20.9}, {"name": "water_ph", "value": 7.2}]},
        "name",
        {"water_temperature": 20.9, "water_ph": 7.2},
    ),
    (
        {
            "name": "Garden",
            "gateways": [{"name": "roof", "rssi": -70}],
            "payload": {"data": [{"Name": "Outside_Temp", "Value": "13"}, {"Name": "Foo", "Value": "1"}]},
        },
        "payload.data.Name",
        {"air_temperature": 13},
    ),
]


@pytest.mark.parametrize(("sent", "named_by", "stored"), NAMED_LISTS)
def test_the_names_in_a_list_say_what_its_values_are(
    sent: dict[str, Any], named_by: str, stored: dict[str, float]
) -> None:
    found, outcome = mapped(sent, "van-1")
    assert (found.source.codec or {})["named_by"] == named_by
    values = {each.datastream.partition("/")[0]: each.result for each in outcome.values}
    assert stored.items() <= values.items()
    turned = json.loads(json.dumps(sent))
    (turned.get("payload") or turned)["data"].reverse()
    _, again = mapped(turned, "van-1", found.source.codec)
    assert {each.datastream.partition("/")[0]: each.result for each in again.values} == values


#: Lists of which each object is a message, and what is stored of each thing.
LISTS: list[tuple[Any, str, list[tuple[str, str, float]]]] = [
    (
        [{"device_id": "a", "temp": 21}, {"device_id": "b", "temp": 22}],
        "",
        [("home-a", "air_temperature", 21), ("home-b", "air_temperature", 22)],
    ),
    (
        {
            "gateway": {"board_temp": 40},
            "devices": [
                {"serial": "a1", "data": {"temp": 21}},
                {"serial": "b2", "data": {"temp": 22}, "co2": 500},
            ],
        },
        "devices",
        [
            ("home-gate-1", "device_temperature/board", 40),
            ("home-a1", "air_temperature", 21),
            ("home-b2", "air_temperature", 22),
            ("home-b2", "co2", 500),
        ],
    ),
    (
        {"deviceId": "a", "samples": [{"ts": 1_777_608_000, "temp": 21}, {"ts": 1_777_608_010, "temp": 22}]},
        "samples",
        [("home-a", "air_temperature", 21), ("home-a", "air_temperature", 22)],
    ),
]


@pytest.mark.parametrize(("sent", "each", "stored"), LISTS)
def test_each_object_of_a_list_is_a_message_where_things_or_times_differ(
    sent: Any, each: str, stored: list[tuple[str, str, float]]
) -> None:
    found, outcome = mapped(sent, "gate-1/state")
    assert (found.source.codec or {})["each"] == each
    assert [(one.thing, one.datastream, one.result) for one in outcome.values] == stored
    assert outcome.refused == []
    again, _ = mapped(sent, "gate-1/state", found.source.codec)
    assert again.source.codec == found.source.codec


def test_an_object_of_a_list_without_its_thing_is_refused_and_the_others_are_stored() -> None:
    codec = mapped(LISTS[0][0])[0].source.codec
    _, outcome = mapped(
        [{"device_id": "a", "temp": 21}, {"temp": 22}, {"device_id": "c", "temp": 23}], "", codec
    )
    assert [(each.thing, each.result) for each in outcome.values] == [("home-a", 21), ("home-c", 23)]
    assert [each.reason for each in outcome.refused] == ["unreadable_payload"]


def test_the_name_of_a_value_is_none_of_what_names_the_thing() -> None:
    codec = mapped({"metric": "temperature", "value": 23.5, "sensor_id": 7})[0].source.codec
    assert (codec or {})["thing"] == ["sensor_id"]
    found, outcome = mapped({"metric": "humidity", "value": 50, "sensor_id": 7}, "", codec)
    assert [(each.thing, each.datastream) for each in outcome.values] == [("home-7", "relative_humidity")]
    assert [each.path for each in found.fields if each.reason == "name"] == ["humidity.value"]
    with pytest.raises(Unreadable, match="two values"):
        mapped({"metric": "unit_of", "unit_of": "C", "value": 3}, "", {"named_by": "metric"})


def test_a_day_before_its_month_is_read_where_dots_say_so() -> None:
    _, outcome = mapped({"time": "30.04.2026 17:05", "temp": 21}, "van-1")
    assert [each.time.isoformat() for each in outcome.values] == ["2026-04-30T13:05:00+00:00"]


def test_a_serial_number_that_looks_like_a_huge_number_is_no_time() -> None:
    found, _ = mapped({"time": "27E40513", "temp": 21, "ts": "1e400"}, "van-1")
    assert {each.path: each.role for each in found.fields if each.path != "temp"} == {
        "time": "ignore",
        "ts": "ignore",
    }
    with pytest.raises(Unreadable):
        read_time("1e400")


def test_a_text_with_a_unit_is_stored_in_the_unit_that_it_states() -> None:
    codec = mapped({"temp": "21.5 °C"}, "van-1")[0].source.codec
    _, outcome = mapped({"temp": "70.7 °F"}, "van-1", codec)
    assert [each.result for each in outcome.values] == [21.5]
    _, outcome = mapped({"fix": "2d"}, "van-1", {"fields": {"fix": {"property": "gps_reception"}}})
    assert [each.result for each in outcome.values] == ["2d"]
    _, outcome = mapped({"temp": "70.7 furlongs"}, "van-1", codec)
    assert [each.reason for each in outcome.refused] == ["wrong_type"]


def test_a_place_that_a_paper_writes_in_a_topic_is_the_level_of_the_thing() -> None:
    assert topics_of("pool/<deviceId>/rt/sensors", is_value=False) == ("pool/{thing}/rt/sensors",)
