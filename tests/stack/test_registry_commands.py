"""The registry at the command line: a document in and out, a property, a source, and a message tried."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from citycore.registry.errors import DocumentInvalid
from stack.cli import app
from stack.postgres import ROLES
from tests.conftest import Database

PLUG = {"Time": "2026-03-01T11:59:33", "ENERGY": {"Total": 14.834, "Power": 7, "Voltage": 230}}


@pytest.fixture
def falaj(database: Database, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    for role in ROLES:
        monkeypatch.setenv(f"FALAJ_STORE_{role.upper()}_URL", database.url(role))
    monkeypatch.setenv("FALAJ_LANGUAGE", "en")
    monkeypatch.setenv("COLUMNS", "200")
    return CliRunner()


def run(falaj: CliRunner, *words: str, given: str | None = None) -> Result:
    return falaj.invoke(app, words, input=given, catch_exceptions=False)


def test_a_new_property_is_one_command_and_is_found_by_what_is_nearly_its_name(falaj: CliRunner) -> None:
    added = run(
        falaj, "properties", "add", "wall_lean", "--name-en", "Lean of a wall", "--name-ar", "ميل الجدار",
        "--sector", "other", "--unit", "mm", "--alias", "lean",
    )  # fmt: skip
    assert added.exit_code == 0, added.output
    assert "observed properties: 1, of which 1 new" in added.output
    assert run(falaj, "properties", "list", "--near", "wal_lean").output.split("\t")[0] == "wall_lean"


def test_a_source_a_message_tried_accepted_and_written_out(falaj: CliRunner, tmp_path: Path) -> None:
    assert (
        run(falaj, "sources", "add", "home", "--decoder", "tasmota", "--zone", "Asia/Muscat").exit_code == 0
    )
    sent = json.dumps(PLUG)
    tried = run(falaj, "sources", "try", "home", "-", "--topic", "tele/plug/SENSOR", given=sent)
    assert tried.exit_code == 0, tried.output
    assert "electric_power" in tried.output
    assert (
        "things: []" in run(falaj, "registry", "export").output
        or "things" not in run(falaj, "registry", "export").output
    )
    written = run(falaj, "registry", "export", "--source", "home").output
    file = tmp_path / "registry.yaml"
    file.write_text(
        written.rstrip("\n")
        + "\n  things:\n  - {code: plug-1, kind: plug, name_en: Plug, name_ar: مقبس, device: plug}\n",
        "utf-8",
    )
    assert "nothing was changed" in run(falaj, "registry", "import", str(file), "--dry-run").output
    assert "things: 1, of which 1 new" in run(falaj, "registry", "import", str(file)).output
    table = tmp_path / "things.csv"
    table.write_text(
        "code,kind,name_en,name_ar,observed_property\nplug-2,plug,Plug,مقبس,electric_power\n", "utf-8"
    )
    assert (
        "things: 1, of which 1 new" in run(falaj, "registry", "import", str(table), "--source", "home").output
    )
    assert "plug-2" in run(falaj, "registry", "export", "--format", "csv").output
    assert run(falaj, "sources", "list").output.split("\t")[:3] == ["home", "tasmota", "2"]


def test_what_nobody_can_read_ends_with_one(falaj: CliRunner) -> None:
    run(falaj, "sources", "add", "home", "--decoder", "tasmota")
    tried = run(falaj, "sources", "try", "home", "-", "--topic", "tele/plug/SENSOR", given="not json")
    assert (tried.exit_code, "unreadable_payload" in tried.output) == (1, True)


def test_every_format_is_listed(falaj: CliRunner) -> None:
    assert len(run(falaj, "sources", "formats").output.splitlines()) >= 18


def test_a_trial_shows_units_in_brackets_and_whole_names(falaj: CliRunner) -> None:
    run(falaj, "sources", "add", "co2", "--decoder", "thingsboard", "--receive-time")
    device = "meter-of-the-northern-entrance-hall"
    sent = json.dumps({device: [{"co2": 412}]})
    tried = run(falaj, "sources", "try", "co2", "-", "--topic", "v1/gateway/telemetry", given=sent)
    assert (tried.exit_code, "[ppm]" in tried.output) == (0, True), tried.output
    assert "…" not in tried.output


def test_a_source_with_a_preset_is_made_and_its_message_accepted_in_two_commands(falaj: CliRunner) -> None:
    assert "theengs\t" in run(falaj, "sources", "presets").output
    made = run(
        falaj, "sources", "add", "ble", "--decoder", "json_fields", "--preset", "theengs", "--receive-time"
    )
    assert made.exit_code == 0, made.output
    sent = json.dumps({"id": "A4:C1:38:00:00:01", "rssi": -78, "tempc": 25.6, "type": "THB"})
    tried = run(falaj, "sources", "try", "ble", "-", given=sent)
    assert (tried.exit_code, "air_temperature" in tried.output) == (0, True), tried.output


def test_a_preset_that_there_is_not_is_told_with_those_that_there_are(falaj: CliRunner) -> None:
    made = run(falaj, "sources", "add", "ble", "--decoder", "json_fields", "--preset", "nothing")
    assert made.exit_code == 2
    assert "theengs" in made.output


def test_a_message_of_any_form_is_mapped_and_saved_in_one_command(falaj: CliRunner) -> None:
    sent = json.dumps({"dev": "roof-1", "temp": 27.5, "foo": 3, "ts": 1777608000})
    seen = run(falaj, "sources", "map", "any", "-", given=sent)
    assert (seen.exit_code, "air_temperature" in seen.output) == (0, True), seen.output
    assert "any" not in run(falaj, "sources", "list").output
    saved = run(falaj, "sources", "map", "any", "-", "--set", "foo=uv_index", "--save", given=sent)
    assert saved.exit_code == 0, saved.output
    assert "datastreams: 2, of which 2 new" in saved.output
    written = run(falaj, "registry", "export", "--source", "any").output
    assert "property: uv_index" in written
    assert (
        "property: air_temperature" in run(falaj, "sources", "map", "any", "-", "--yaml", given=sent).output
    )


def test_a_factor_codes_for_missing_and_labels_are_chosen_on_the_command_line(falaj: CliRunner) -> None:
    sent = json.dumps({"raw": 235, "door": 1})
    said = ["--set", "raw=air_temperature:Cel:scale=0.1:missing=-1270", "--set", "door=contact:labels=1=open"]
    seen = run(falaj, "sources", "map", "any", "-", *said, "--yaml", given=sent)
    assert seen.exit_code == 0, seen.output
    assert all(each in seen.output for each in ("scale: 0.1", "- -1270", "'1': open")), seen.output
    shown = run(falaj, "sources", "map", "any", "-", "--topic", "gate-1", *said, given=sent)
    assert all(each in shown.output for each in ("Details", "23.5 Cel", "missing=-1270")), shown.output


def test_a_message_is_mapped_with_a_preset_beside_it(falaj: CliRunner) -> None:
    sent = json.dumps({"id": "A4:C1:38:00:00:01", "rssi": -78, "tempc": 25.6, "uvi": 2})
    saved = run(falaj, "sources", "map", "ble", "-", "--preset", "theengs", "--save", given=sent)
    assert saved.exit_code == 0, saved.output
    assert "preset: theengs" in run(falaj, "registry", "export", "--source", "ble").output
    assert run(falaj, "sources", "map", "ble", "-", "--preset", "nothing", given=sent).exit_code == 1


def test_a_choice_that_is_made_twice_or_means_nothing_is_refused(falaj: CliRunner) -> None:
    for words in (
        ["--set", "temp=uv_index", "--set", "temp=ignore"],
        ["--set", "other=ignore"],
        ["--set", "temp"],
    ):
        refused = run(falaj, "sources", "map", "any", "-", *words, given='{"temp": 1}')
        assert refused.exit_code == 2, refused.output


def test_a_message_is_mapped_only_where_there_is_one(falaj: CliRunner) -> None:
    assert run(falaj, "sources", "map", "any").exit_code == 1
    assert run(falaj, "sources", "map", "any", "-", given="{").exit_code == 1


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ("temp: {property: air_temperature}, t: {property: air_temperature}", "means air_temperature as"),
        ("temp: {property: air_temperatur}", "codec.fields.temp.property"),
        ("temp: {property: air_temperature, unit: kg}", "codec.fields.temp.unit"),
        ("temp: {property: air_temperature, units: Cel}", "temp: unknown: units"),
        ("temp: {property: precipitation_total, counter: true}", "codec.fields.temp.counter"),
    ],
)
def test_a_table_that_cannot_be_is_refused_where_it_comes_in(
    falaj: CliRunner, tmp_path: Path, fields: str, told: str
) -> None:
    file = tmp_path / "registry.yaml"
    file.write_text(
        "sources:\n- {code: any, name_en: Any, name_ar: أي, decoder: json_fields, codec: {fields: {FIELDS}}}\n".replace(
            "FIELDS", fields
        ),
        "utf-8",
    )
    with pytest.raises(DocumentInvalid) as refused:
        run(falaj, "registry", "import", str(file))
    assert told in str(refused.value)
