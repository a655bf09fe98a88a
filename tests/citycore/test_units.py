"""Units: spellings, codes, and what one unit is in another."""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import files
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citycore.errors import UnknownUnit
from citycore.unit_names import EXACT, FOLDED
from citycore.units import (
    Conversion,
    _reference,
    checked_unit,
    conversion,
    is_unit,
    nearest_units,
    normalise_unit,
)
from citycore.vocabulary import observed_properties

UNITS = sorted(
    {known.unit for known in observed_properties().values()} | set(FOLDED.values()) | set(EXACT.values())
)


@pytest.mark.parametrize(
    ("spellings", "code"),
    [
        ("ug/m3 µg/m³ μg/m³ ug/m^3 µg/m^3 ug.m-3 µg·m⁻³", "ug/m3"),
        ("Cel °C ℃ degC C celsius", "Cel"),
        ("[degF] °F ℉ degF", "[degF]"),
        ("% %RH percent pct", "%"),
        ("hPa hpa HPA", "hPa"),
        ("mbar millibar", "mbar"),
        ("[ppm] ppm PPM", "[ppm]"),
        ("dB[mW] dBm dbm", "dB[mW]"),
        ("dB[SPL] dBA dB(A) dBSPL", "dB[SPL]"),
        ("kW.h kWh KWH kW·h", "kW.h"),
        ("V.A VA", "V.A"),
        ("lx lux Lux", "lx"),
        ("W/m2 W/m² W/m^2", "W/m2"),
        ("uS/cm µS/cm μS/cm us/cm", "uS/cm"),
        ("mS/cm", "mS/cm"),
        ("km/h kph kmh KM/H", "km/h"),
        ("{#} pcs count # pieces", "{#}"),
        ("m/s m·s⁻¹ mps", "m/s"),
        ("Ohm Ω \u2126 ohms", "Ohm"),
        ("L l litre", "L"),
        ("MW MW", "MW"),
        ("mW mW", "mW"),
        ("MW.h MWh", "MW.h"),
        ("mW.h mWh", "mW.h"),
        ("[pH] pH", "[pH]"),
        ("{NTU} NTU", "{NTU}"),
    ],
)
def test_spellings_of_one_unit_are_one_code(spellings: str, code: str) -> None:
    assert {normalise_unit(spelling) for spelling in spellings.split()} == {code}


@pytest.mark.parametrize("unit", UNITS)
def test_every_code_that_we_write_is_one_and_stays_as_it_is(unit: str) -> None:
    assert is_unit(unit)
    assert normalise_unit(unit) == unit
    assert checked_unit(unit) == unit


@pytest.mark.parametrize(
    ("sent", "wanted", "factor", "shift"),
    [
        ("Cel", "K", 1, 273.15),
        ("K", "Cel", 1, -273.15),
        ("[degF]", "Cel", 5 / 9, -160 / 9),
        ("Cel", "[degF]", 1.8, 32),
        ("mK", "Cel", 0.001, -273.15),
        ("Pa", "hPa", 0.01, 0),
        ("mbar", "hPa", 1, 0),
        ("kPa", "hPa", 10, 0),
        ("bar", "kPa", 100, 0),
        ("[in_i'Hg]", "hPa", 33.86389, 0),
        ("mm[Hg]", "hPa", 1.33322387415, 0),
        ("[in_i'H2O]", "Pa", 249.08891, 0),
        ("[Cal]", "J", 4184, 0),
        ("[Btu]", "J", 1054.35, 0),
        ("[cft_i]", "L", 28.316846592, 0),
        ("[ft_i]3/min", "L/min", 28.316846592, 0),
        ("[psi]", "kPa", 6.894757293168, 0),
        ("km/h", "m/s", 1 / 3.6, 0),
        ("m/s", "km/h", 3.6, 0),
        ("[mi_i]/h", "km/h", 1.609344, 0),
        ("[kn_i]", "m/s", 1852 / 3600, 0),
        ("mg/m3", "ug/m3", 1000, 0),
        ("mg/L", "g/m3", 1, 0),
        ("L/min", "L/s", 1 / 60, 0),
        ("m3/h", "L/s", 1 / 3.6, 0),
        ("[gal_us]", "L", 3.785411784, 0),
        ("[in_i]", "mm", 25.4, 0),
        ("J", "kW.h", 1 / 3.6e6, 0),
        ("W.h", "kW.h", 0.001, 0),
        ("kW", "W", 1000, 0),
        ("mV", "V", 0.001, 0),
        ("kvar", "var", 1000, 0),
        ("kV.A", "V.A", 1000, 0),
        ("mS/cm", "uS/cm", 1000, 0),
        ("dS/m", "mS/cm", 1, 0),
        ("kHz", "Hz", 1000, 0),
        ("klx", "lx", 1000, 0),
        ("lm/m2", "lx", 1, 0),
        ("kBy", "By", 1000, 0),
        ("By", "bit", 8, 0),
        ("pCi/L", "Bq/m3", 37, 0),
        ("[ppm]", "[ppb]", 1000, 0),
        ("%", "1", 0.01, 0),
        ("1", "%", 100, 0),
        ("%", "[ppm]", 10_000, 0),
        ("1", "{#}", 1, 0),
        ("{vehicles}", "{#}", 1, 0),
        ("{vehicles}/min", "{vehicles}/h", 60, 0),
        ("{#}/L", "{#}/cm3", 0.001, 0),
        ("rad", "deg", 57.29577951308232, 0),
        ("'", "deg", 1 / 60, 0),
        ("dB[W]", "dB[mW]", 1, 30),
        ("h", "min", 60, 0),
    ],
)
def test_units_of_one_quantity_are_converted(sent: str, wanted: str, factor: float, shift: float) -> None:
    found = conversion(sent, wanted)
    assert found is not None
    assert found.factor == pytest.approx(factor, rel=1e-12)
    assert found.shift == pytest.approx(shift, rel=1e-12)
    assert found.convention is None


@pytest.mark.parametrize(
    ("sent", "wanted"),
    [
        ("Cel", "hPa"), ("deg", "%"), ("deg", "1"), ("By", "%"), ("By", "{#}"), ("%", "{#}"), ("lx", "cd/m2"),
        ("Hz", "Bq"), ("Hz", "/s"), ("V.A", "W"), ("var", "W"), ("var", "V.A"), ("kvar.h", "kW.h"), ("Sv", "Gy"),
        ("dB", "dB[SPL]"), ("dB", "dB[mW]"), ("dB[SPL]", "dB[mW]"), ("[pH]", "1"), ("{NTU}", "{#}"), ("{NTU}", "{FNU}"),
        ("ug{N}/L", "ug/L"), ("bit/s", "Hz"), ("'", "min"), ("[ppb]", "ug/m3"), ("mg/L", "[ppm]"), ("{furlong}", "m"),
        ("[degRe]", "Cel"), ("[cft_i]/min", "m/s"), ("[cft_i]/min", "L/s"), ("'/s", "1"), ("nonsense", "m"), ("m", "nonsense"), ("", "m"),
    ],
)  # fmt: skip
def test_what_is_no_unit_of_one_quantity_is_not(sent: str, wanted: str) -> None:
    assert conversion(sent, wanted) is None
    assert conversion(wanted, sent) is None


@pytest.mark.parametrize("unit", ["ug/m3", "{NTU}", "nonsense", "[pH]"])
def test_a_unit_is_itself(unit: str) -> None:
    assert conversion(unit, unit) == Conversion(1.0)


@pytest.mark.parametrize(
    ("gas", "at_20", "at_25"),
    [
        ("no2", 1.913, 1.880),
        ("o3", 1.995, 1.962),
        ("so2", 2.663, 2.619),
        ("co", 1.164, 1.145),
        ("no", 1.247, 1.227),
        ("nox", 1.913, 1.880),
        ("benzene", 3.247, 3.193),
        ("h2s", 1.417, 1.393),
        ("nh3", 0.708, 0.696),
        ("co2", 1.830, 1.799),
        ("ch4", 0.667, 0.656),
    ],
)
def test_parts_of_the_air_are_mass_by_a_stated_reference(gas: str, at_20: float, at_25: float) -> None:
    for celsius, factor in ((20, at_20), (25, at_25)):
        mass = conversion("ppb", "µg/m³", gas, celsius)
        assert mass is not None
        assert mass.factor == pytest.approx(factor, rel=1e-3)
        assert mass.shift == 0
        assert mass.convention is not None
        assert mass.convention.startswith(f"{celsius} Cel, 1 atm")
        back = conversion("ug/m3", "[ppb]", gas, celsius)
        assert back is not None
        assert back(mass(40.0)) == pytest.approx(40.0)
        larger = conversion("ppm", "mg/m3", gas, celsius)
        assert larger is not None
        assert larger.factor == pytest.approx(mass.factor)


def test_the_reference_is_a_setting_and_nitrogen_oxides_say_as_what(monkeypatch: pytest.MonkeyPatch) -> None:
    assert conversion("[ppb]", "ug/m3", "o3") == conversion("[ppb]", "ug/m3", "o3", 25)
    monkeypatch.setenv("FALAJ_UNITS_GAS_REFERENCE_CELSIUS", "20")
    for known in (_reference, conversion):
        known.cache_clear()
    try:
        assert conversion("[ppb]", "ug/m3", "o3") == conversion("[ppb]", "ug/m3", "o3", 20)
    finally:
        for known in (_reference, conversion):
            known.cache_clear()
    oxides = conversion("[ppb]", "ug/m3", "nox", 25)
    assert oxides is not None
    assert oxides.convention == "25 Cel, 1 atm, as NO2"


@pytest.mark.parametrize(
    "unit",
    [
        "MW",
        "mW",
        "MV",
        "mV",
        "MA",
        "mA",
        "ML",
        "mL",
        "MHz",
        "mHz",
        "kN",
        "K/h",
        "Gal",
        "Mg",
        "mg",
        "Ms",
        "ms",
        "S",
        "s",
        "MBy",
        "mm",
        "Mm",
        "Pa",
    ],
)
def test_capitals_that_make_another_unit_are_kept(unit: str) -> None:
    assert normalise_unit(unit) == unit
    assert is_unit(unit)


def test_without_a_known_gas_parts_are_no_mass() -> None:
    assert conversion("[ppb]", "ug/m3", "pm2_5") is None
    assert conversion("[ppb]", "ug/m3", "radon") is None
    assert conversion("[ppb]", "Cel", "no2") is None


@pytest.mark.parametrize(
    ("text", "code"),
    [("µg/m³", "ug/m3"), ("kwhh", "kW.h"), ("degre", "deg"), ("hPas", "hPa"), ("dBmm", "dB[mW]")],
)
def test_what_is_no_code_is_told_the_nearest(text: str, code: str) -> None:
    assert not is_unit(text)
    assert nearest_units(text)[0] == code


def test_an_unknown_unit_is_an_error_in_both_languages() -> None:
    assert checked_unit("µg/m³") == "ug/m3"
    with pytest.raises(UnknownUnit) as caught:
        checked_unit("kwhh")
    assert caught.value.slug == "unknown_unit"
    for language in ("en", "ar"):
        assert "kW.h" in caught.value.text(language)
    with pytest.raises(UnknownUnit) as caught:
        checked_unit("§§§§")
    assert caught.value.nearest == ()
    for language in ("en", "ar"):
        assert "§§§§" in caught.value.text(language)


@pytest.mark.parametrize(
    "text",
    [
        "10*999999999",
        "10^-99999",
        "km99999",
        "m" * 61,
        "9" * 40,
        "10*500",
        "km9999",
        "{",
        "}{",
        "\0",
        "(" * 50,
        "m/0",
    ],
)
def test_units_that_no_device_means_are_none_at_once(text: str) -> None:
    assert not is_unit(text)
    assert conversion(text, "m") is None


@given(st.text(max_size=80))
def test_any_text_has_an_answer(text: str) -> None:
    known = is_unit(normalise_unit(text))
    assert (conversion(text, "m") is None) or known
    assert known or len(nearest_units(text)) <= 3


@given(st.sampled_from(UNITS), st.sampled_from(UNITS), st.floats(-1e6, 1e6))
def test_there_and_back_is_the_same(sent: str, wanted: str, value: float) -> None:
    there, back = conversion(sent, wanted), conversion(wanted, sent)
    assert (there is None) == (back is None)
    if there is not None and back is not None:
        scale = abs(value) + abs(back.shift) + abs(back.factor * there.shift)
        assert back(there(value)) == pytest.approx(value, abs=1e-9 * scale + 1e-12)


def test_conversions_agree_with_the_definitions_of_ucum() -> None:
    text = (files("ucumvert") / "vendor" / "ucum-essence.xml").read_text("utf-8")
    compared = 0
    for unit in ET.fromstring(text).findall("{*}unit"):
        value = unit.find("{*}value")
        if value is not None and value.get("value") and unit.get("isSpecial") != "yes":
            found = conversion(unit.attrib["Code"], value.attrib["Unit"])
            if found is not None:
                assert found.factor == pytest.approx(float(value.attrib["value"]), rel=1e-4), unit.attrib[
                    "Code"
                ]
                compared += 1
    assert compared > 200


@pytest.mark.usefixtures("wire")
def test_the_libraries_are_loaded_when_two_unlike_units_meet() -> None:
    program = (
        "import sys, citycore.vocabulary, citycore.units as units\n"
        "citycore.vocabulary.observed_properties(); units.normalise_unit('µg/m³'); units.conversion('degF', 'Cel')\n"
        "assert not {'pint', 'ucumvert', 'lark'} & sys.modules.keys()\n"
        "units.conversion('km/h', 'm/s')\n"
        "assert 'pint' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(
    ("sent", "unit", "wanted", "result"),
    [
        (72.5, "[degF]", "Cel", 22.5),
        (32.18, "[degF]", "Cel", 0.1),
        (1400, "mV", "V", 1.4),
        (295.65, "K", "Cel", 22.5),
        (5.125, "W.h", "kW.h", 0.005125),
        (0.3, "m", "mm", 300.0),
        (-40, "[degF]", "Cel", -40.0),
        (0, "mV", "V", 0.0),
        (1e300, "km", "m", 1e303),
    ],
)
def test_a_conversion_leaves_nothing_of_binary_fractions_behind(
    sent: float, unit: str, wanted: str, result: float
) -> None:
    converts = conversion(unit, wanted)
    assert converts is not None
    assert converts(sent) == result
