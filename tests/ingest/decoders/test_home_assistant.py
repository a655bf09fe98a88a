"""Home Assistant discovery: descriptions are remembered, and states read by them."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.decoders.model import Unreadable
from tests.ingest.decoders.rows import Remembered, decoded, said

DESCRIBED = {
    "name": "Temperature",
    "~": "weather/roof",
    "stat_t": "~/state",
    "avty_t": "~/status",
    "val_tpl": "{{ value_json['climate'].temperature | float | round(1) }}",
    "unit_of_meas": "°C",
    "dev_cla": "temperature",
    "dev": {"ids": ["roof-station"], "mf": "x"},
}


def test_entities_are_remembered_and_their_states_read() -> None:
    memory = Remembered()
    configuration = "homeassistant/sensor/roof/temp/config"
    assert said("home_assistant", DESCRIBED, configuration, memory=memory).remark == "configuration"
    humidity = DESCRIBED | {
        "val_tpl": "{{value_json.climate.humidity}}",
        "unit_of_meas": "%",
        "dev_cla": "humidity",
    }
    said("home_assistant", humidity, "homeassistant/sensor/roof/hum/config", memory=memory)
    state = {"climate": {"temperature": "31.26", "humidity": 40}}
    assert said("home_assistant", state, "weather/roof/state", memory=memory) == (
        {("roof-station", None): {"air_temperature/temp": (31.3, "Cel"), "relative_humidity/hum": (40, "%")}},
        {},
        None,
    )
    assert said("home_assistant", "offline", "weather/roof/status", memory=memory).values == {
        ("roof-station", None): {"connection": "offline"}
    }
    said("home_assistant", b"", configuration, memory=memory)
    assert said("home_assistant", state, "weather/roof/state", memory=memory).values == {
        ("roof-station", None): {"relative_humidity/hum": (40, "%")}
    }


def test_a_device_may_describe_all_of_its_components_at_once() -> None:
    memory = Remembered()
    device = {
        "dev": {"ids": "box-7"},
        "o": {"name": "x"},
        "~": "box",
        "cmps": {
            "door": {
                "p": "binary_sensor",
                "dev_cla": "door",
                "stat_t": "~/door",
                "pl_on": "1",
                "pl_off": "0",
            },
            "relay": {"p": "switch", "stat_t": "~/relay", "cmd_t": "~/relay/set"},
            "lamp": {"p": "light", "stat_t": "~/lamp"},
        },
    }
    said("home_assistant", device, "homeassistant/device/box/config", memory=memory)
    assert said("home_assistant", "1", "box/door", memory=memory).values == {
        ("box-7", None): {"contact/door": "open"}
    }
    assert said("home_assistant", "OFF", "box/relay", memory=memory).values == {
        ("box-7", None): {"switch_state/relay": "off"}
    }
    assert said("home_assistant", {"state": "ON"}, "box/lamp", memory=memory).remark == "status"


@pytest.mark.parametrize(
    ("template", "payload", "value"),
    [
        ("{{ value }}", "21.5", (21.5, "Cel")),
        ("{{value|float}}", "21.5", (21.5, "Cel")),
        ("{{ value | int }}", "21.9", (21, "Cel")),
        ("{{ value_json.a.b }}", {"a": {"b": 3}}, (3, "Cel")),
        ("{{ value_json['a'][1] | round(2) }}", {"a": [1, 2.346]}, (2.35, "Cel")),
        ('{{ value_json["a b"] | is_defined }}', {"a b": 4}, (4, "Cel")),
        ("{{ value_json.missing }}", {"a": 1}, None),
        ("{{ value_json.get('a') }}", {"a": 5}, (5, "Cel")),
        ("{{ value_json.a.get('b c', 0) | float }}", {"a": {"b c": 6}}, (6.0, "Cel")),
        ("{{ value_json.get('missing', 0) }}", {"a": 1}, None),
        ("{{ value_json.get(a) }}", {"a": 1}, "template_unknown"),
        ("{% if value %}1{% endif %}", "1", "template_unknown"),
        ("{{ value_json.a + 1 }}", {"a": 1}, "template_unknown"),
        ("{{ states('sensor.x') }}", "1", "template_unknown"),
        ("{{ value_json.a | timestamp_local }}", {"a": 1}, "template_unknown"),
        ("{{ value | float }}", "warm", "template_unknown"),
    ],
)
def test_simple_templates_are_read_and_others_refused(template: str, payload: Any, value: Any) -> None:
    memory = Remembered()
    configuration = {"state_topic": "t", "value_template": template, "unit_of_measurement": "°C"}
    said("home_assistant", configuration, "homeassistant/sensor/x/config", memory=memory)
    result = said("home_assistant", payload, "t", memory=memory)
    if value == "template_unknown":
        assert result.refused == {"x": "template_unknown"}
    else:
        assert result.values == ({("x", None): {"x": value}} if value is not None else {})
        assert not result.refused


def test_a_topic_that_no_configuration_named_is_refused() -> None:
    with pytest.raises(Unreadable) as refused:
        decoded("home_assistant", "1", "somewhere/else")
    assert refused.value.reason == "not_described"


@pytest.mark.parametrize(
    ("component", "described", "payload", "name", "value"),
    [
        (
            "sensor",
            {"device_class": "precipitation", "unit_of_measurement": "mm"},
            "12.5",
            "precipitation_total",
            (12.5, "mm"),
        ),
        (
            "sensor",
            {"device_class": "volatile_organic_compounds", "unit_of_measurement": "µg/m³"},
            "80",
            "tvoc_mass",
            (80, "ug/m3"),
        ),
        (
            "sensor",
            {"device_class": "volatile_organic_compounds_parts", "unit_of_measurement": "ppb"},
            "80",
            "tvoc",
            (80, "[ppb]"),
        ),
        ("binary_sensor", {"device_class": "carbon_monoxide"}, "OFF", "carbon_monoxide_alarm", "off"),
        ("binary_sensor", {"device_class": "smoke"}, "ON", "smoke", "on"),
        (
            "binary_sensor",
            {"device_class": "lock", "payload_on": "1", "payload_off": "0"},
            "0",
            "lock_state",
            "locked",
        ),
        ("binary_sensor", {"device_class": "moisture"}, "ON", "leak", "on"),
    ],
)
def test_device_classes_have_the_property_that_they_are_of(
    component: str, described: dict[str, str], payload: str, name: str, value: Any
) -> None:
    memory = Remembered()
    said(
        "home_assistant",
        {"state_topic": "t", **described},
        f"homeassistant/{component}/x/config",
        memory=memory,
    )
    assert said("home_assistant", payload, "t", memory=memory).values == {("x", None): {f"{name}/x": value}}


def test_availability_may_be_several_topics() -> None:
    memory = Remembered()
    configuration = {
        "~": "dev",
        "state_topic": "~/state",
        "availability": [
            {"topic": "~/lwt", "payload_available": "Online", "payload_not_available": "Offline"},
            {"t": "bridge", "val_tpl": "{{ value_json.state }}"},
        ],
    }
    said("home_assistant", configuration, "homeassistant/sensor/x/config", memory=memory)
    for topic, payload, state in (
        ("dev/lwt", "Offline", "offline"),
        ("bridge", {"state": "online"}, "online"),
    ):
        assert said("home_assistant", payload, topic, memory=memory).values == {
            ("x", None): {"connection": state}
        }
