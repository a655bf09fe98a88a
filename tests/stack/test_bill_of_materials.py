"""``falaj sbom``: what is pinned as CycloneDX, held against the standard's own schema."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from packaging.version import Version

from stack import boundary
from stack.processes import ROOT
from stack.supply.errors import PinsUnusable
from stack.supply.pins import Pin, read_pins

PINS = """\
alpha==1.2 \\
    --hash=sha256:{a} \\
    --hash=sha256:{b}
    # via falaj (pyproject.toml)
beta-two==3.0 ; python_full_version < '3.12' \\
    --hash=sha256:{a}
    # via
    #   falaj (pyproject.toml)
    #   alpha
beta-two==3.1 ; python_full_version >= '3.12' \\
    --hash=sha256:{b}
    # via
    #   falaj (pyproject.toml)
    #   alpha
""".format(a="a" * 64, b="b" * 64)


@pytest.fixture(scope="module")
def bill(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("bill") / "bom.json"
    assert boundary.run(["sbom", "--out", str(file)]) == 0
    return file.read_text("utf-8")


def test_the_standard_s_own_schema_takes_it(bill: str):
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    judge = JsonStrictValidator(SchemaVersion.V1_6)
    assert judge.validate_str(bill) is None
    for broken in (
        {"components": [{"type": "library"}]},
        {"serialNumber": "urn:uuid:x"},
        {"dependencies": [{"dependsOn": []}]},
    ):
        assert judge.validate_str(json.dumps(json.loads(bill) | broken)) is not None


def test_every_pin_is_in_it_with_what_needs_it(bill: str):
    document = json.loads(bill)
    pinned = re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE)
    assert [(one["name"], one["version"]) for one in document["components"]] == [
        (name, str(Version(version))) for name, version in pinned
    ]
    assert all(one["hashes"] and one["purl"].startswith("pkg:pypi/") for one in document["components"])
    licensed = [one for one in document["components"] if "licenses" in one]
    assert len(licensed) > 0.8 * len(pinned)
    needs = {one["ref"]: one["dependsOn"] for one in document["dependencies"]}
    root = document["metadata"]["component"]["bom-ref"]
    known = {root, *(one["bom-ref"] for one in document["components"])}
    assert set(needs) == known
    assert {name for names in needs.values() for name in names} == known - {root}, "nothing hangs loose"


def test_pins_are_read_with_their_markers_and_who_needs_them(tmp_path: Path):
    (file := tmp_path / "requirements.txt").write_text(PINS)
    hashes = "a" * 64, "b" * 64
    both = frozenset({"falaj", "alpha"})
    assert read_pins(file) == [
        Pin("alpha", Version("1.2"), "", hashes, frozenset({"falaj"})),
        Pin("beta-two", Version("3.0"), 'python_full_version < "3.12"', hashes[:1], both),
        Pin("beta-two", Version("3.1"), 'python_full_version >= "3.12"', hashes[1:], both),
    ]


@pytest.mark.parametrize(
    "line", ["alpha", "alpha>=1", "alpha==1.*", "alpha==1,<2", "== 3", "", "-r other.txt"]
)
def test_what_is_no_pin_is_named(
    tmp_path: Path, line: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FALAJ_LANGUAGE", "en")
    (file := tmp_path / "requirements.txt").write_text(line + "\n")
    with pytest.raises(PinsUnusable) as refused:
        read_pins(file)
    assert refused.value.slug == "pins_unusable"
    assert line in refused.value.text("en")
    assert boundary.run(["sbom", "--requirements", str(file)]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-clients.txt"])
def test_a_package_has_one_version_for_all_versions_of_python(name: str):
    """The tests run under one Python; what they have not run with must not run under another."""
    names = [pin.name for pin in read_pins(ROOT / name)]
    assert {name for name in names if names.count(name) > 1} == set()
