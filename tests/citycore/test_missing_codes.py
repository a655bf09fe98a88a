"""What sensors send instead of a value: which numbers of which models, and in which unit."""

from __future__ import annotations

import pytest

from citycore.missing_codes import codes_of, is_known, missing_codes
from citycore.quality import read_tests
from citycore.units import conversion, normalise_unit


@pytest.mark.parametrize(
    ("model", "observed_property", "unit", "values", "doubtful"),
    [
        ("DS18B20", "water_temperature", "Cel", {-127}, {85}),
        ("ds18b20", "soil_temperature", "[degF]", {-196.6}, {185}),
        ("ds18b20-2", "air_temperature", "Cel", {-127}, {85}),
        ("LHT65N", "air_temperature", "Cel", {327.67}, set()),
        ("lht65", "relative_humidity", "%", {6553.5}, set()),
        ("SEN55", "pm2_5", "ug/m3", {6553.5, 65535}, set()),
        ("SEN66", "co2", "[ppm]", {65535}, set()),
        ("SCD41", "co2", "[ppm]", {0}, set()),
        ("SDS011", "pm10", "ug/m3", set(), {999.9, 1999.9}),
        ("LDDS75", "distance", "mm", {0, 20}, set()),
        ("LDDS75", "distance", "cm", {0, 2}, set()),
        ("TEROS-12", "soil_moisture", "%", {-9999}, set()),
        ("RuuviTag", "air_pressure", "hPa", {1155.35}, set()),
        ("RuuviTag", "air_temperature", "Cel", {-163.84}, set()),
        ("HTU21D", "relative_humidity", "%", {998, 999}, set()),
        ("VL53L0X", "distance", "mm", {8190, 65535}, set()),
        ("MB7389", "distance", "m", {5}, set()),
        ("AIS", "vehicle_speed", "km/h", {189.4596}, set()),
        ("AIS", "heading", "deg", {511}, {360}),
        ("SunSpec", "electric_power", "W", {-32768, 65535, 4294967295}, set()),
        ("Davis", "air_temperature", "[degF]", {3276.7}, {165}),
        ("Davis", "air_temperature", "Cel", {1802.611111111111}, {73.8888888888889}),
        ("no such model", "air_temperature", "Cel", set(), set()),
    ],
)
def test_the_codes_of_a_model_stand_in_the_unit_of_the_datastream(
    model: str, observed_property: str, unit: str, values: set[float], doubtful: set[float]
) -> None:
    codes = codes_of(model, observed_property, unit)
    for number in values:
        assert any(each == pytest.approx(number, rel=1e-9) for each in codes.values), codes
    assert sorted(codes.doubtful) == pytest.approx(sorted(doubtful))
    assert bool(codes.values) == bool(values)


@pytest.mark.parametrize(
    ("model", "observed_property", "unit", "result"),
    [
        ("DS18B20", "water_temperature", "Cel", 85),  # water may be so hot
        ("DS18B20", "air_temperature", "Cel", 327.67),  # of another device
        ("SCD41", "tvoc", "[ppm]", 0),
        ("SDS011", "pm10", "ug/m3", 999.9),  # a storm of dust
        ("HC-SR04", "distance", "mm", 20),
        ("LHT65", "battery_voltage", "V", 3.276),
    ],
)
def test_a_true_result_is_never_taken_for_no_value(
    model: str, observed_property: str, unit: str, result: float
) -> None:
    assert result not in codes_of(model, observed_property, unit).values


def test_at_least_forty_models_are_known_each_with_where_it_is_stated() -> None:
    entries = {id(each): each for each in missing_codes().values()}.values()
    assert len(entries) >= 40
    names = [name for each in entries for name in each["names"]]
    assert all(map(is_known, names))
    assert len(missing_codes()) == len(names), "a name stands twice"
    for each in entries:
        assert each["after"]
        assert each["names"]
        for code in each["codes"]:
            assert code.keys() <= {"unit", "property", "values", "doubtful"}, each["names"]
            assert code.get("values") or code.get("doubtful"), each["names"]
            if "unit" in code:
                assert normalise_unit(code["unit"]) == code["unit"], each["names"]
                assert conversion(code["unit"], code["unit"]) is not None


def test_tests_take_the_codes_of_models_that_they_name_and_of_the_sensor() -> None:
    declared = {"sentinel": {"values": [-1], "models": ["DS18B20"]}}
    tests = read_tests(declared, "water_temperature", "Cel", ["LHT65", "roof"])
    assert tests is not None
    assert {-1, -127, 327.67} <= tests.sentinels
    assert tests.doubtful == {85}
    assert read_tests({}, "water_temperature", "Cel", ["roof"]) is None
    only_models = read_tests({}, "water_temperature", "Cel", ["DS18B20"])
    assert only_models is not None
    assert only_models.is_missing(85)
