"""``falaj advisories``: invented advisories against invented pins; no network is asked."""

from __future__ import annotations

import json
import re
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version

from stack import boundary
from stack.processes import ROOT
from stack.supply.osv import (
    Affected,
    Entry,
    Event,
    Range,
    Rating,
    Severity,
    fixed_after,
    is_affected,
    severity_of,
)
from stack.supply.settings import AdvisorySettings

#: Days of advisories are counted from it: a run that midnight falls into would count one more.
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
V3 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:{c}/I:N/A:N"
V4 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"


def within(*events: dict[str, str], kind: str = "ECOSYSTEM") -> Affected:
    return Affected(ranges=[Range(kind, [Event(**one) for one in events])])


@pytest.mark.parametrize(
    ("part", "affected", "spared"),
    [
        (within({"introduced": "0"}, {"fixed": "1.5"}), "0.1.dev1 0.9 1.4.9 1.5rc1", "1.5 1.5.1 2.0"),
        (within({"introduced": "0"}), "0.1a1 99", ""),
        (within({"introduced": "1.0"}, {"last_affected": "1.10"}), "1.0 1.9 1.10", "0.9 1.0rc1 1.10.1 1.11"),
        (within({"introduced": "2"}, {"fixed": "2.3"}, {"introduced": "0"}, {"fixed": "1.4"}), "1.3 2.0 2.2.9", "1.4 1.9 2.3"),
        (within({"introduced": "0"}, {"limit": "1.0"}), "0.9", "1.0 3"),
        (within({"introduced": "0"}, {"fixed": "1!1.0"}), "99 1!0.5", "1!1.0"),
        (within({"introduced": "0"}, {"fixed": "9"}, kind="GIT"), "", "1.0"),
        (Affected(versions=["1.0", "1.0.post1", "no version"]), "1.0 1.0.0 1.0.post1", "1.0.1 1.1"),
        (Affected(), "", "1.0"),
    ],
)  # fmt: skip
def test_versions_are_compared_in_the_order_of_pep_440(part: Affected, affected: str, spared: str):
    assert [one for one in affected.split() if not is_affected(part, Version(one))] == []
    assert [one for one in spared.split() if is_affected(part, Version(one))] == []


def test_the_first_version_that_mends_it_is_named():
    part = within({"introduced": "0"}, {"fixed": "1.4"}, {"introduced": "2.0"}, {"fixed": "2.3"})
    assert fixed_after(part, Version("2.1")) == Version("2.3")
    assert fixed_after(part, Version("1.0")) == Version("1.4")
    assert fixed_after(within({"introduced": "0"}), Version("1.0")) is None


@pytest.mark.parametrize(
    ("said", "part", "severity"),
    [
        ({"severity": [Rating("CVSS_V3", V3.format(c="H"))]}, Affected(), Severity.HIGH),
        ({"severity": [Rating("CVSS_V3", V3.format(c="L"))]}, Affected(), Severity.MEDIUM),
        ({"severity": [Rating("CVSS_V4", V4)]}, Affected(), Severity.CRITICAL),
        ({"severity": [Rating("CVSS_V3", V3.format(c="L")), Rating("CVSS_V4", V4)]}, Affected(), Severity.CRITICAL),
        ({"severity": [Rating("CVSS_V3", V3.format(c="H"))]},
         Affected(severity=[Rating("CVSS_V3", V3.format(c="N"))]), Severity.LOW),
        ({"severity": [Rating("CVSS_V3", "nonsense")], "database_specific": {"severity": "MODERATE"}}, Affected(),
         Severity.MEDIUM),
        ({"database_specific": {"severity": "LOW"}}, Affected(), Severity.LOW),
        ({"database_specific": {"severity": 7}}, Affected(), Severity.HIGH),
        ({}, Affected(), Severity.HIGH),
    ],
)  # fmt: skip
def test_how_bad_it_is(said: dict[str, Any], part: Affected, severity: Severity):
    assert severity_of(Entry("TEST-1", NOW, **said), part) is severity
    assert severity_of(Entry("MAL-2026-1", NOW, **said), part) is Severity.CRITICAL


def test_the_times_are_those_that_are_promised():
    promised = (ROOT / "SECURITY.md").read_text("utf-8")
    days = [int(one) for one in re.findall(r"^\|[^|]*\|[^|]*?(\d+) days", promised, re.MULTILINE)]
    known = AdvisorySettings()
    assert days == [known.critical_days, known.high_days, known.medium_days, known.low_days]


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    stdout: str
    stderr: str

    @property
    def findings(self) -> list[dict[str, Any]]:
        return list(json.loads(self.stdout)["findings"])


Compare = Callable[..., Ended]


@pytest.fixture
def compare(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Compare:
    monkeypatch.setenv("FALAJ_LANGUAGE", "en")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("citycore.clock.system_clock", lambda: NOW)
    (pins := tmp_path / "requirements.txt").write_text("hollow-reed==1.2\nslow-lamp==0.9\n")

    def run(*words: object) -> Ended:
        code = boundary.run(["advisories", "--requirements", str(pins), *map(str, words)])
        return Ended(code, *capsys.readouterr())

    return run


def advisory(name: str, days: int, severity: str = "HIGH", **more: Any) -> dict[str, Any]:
    """Public for so many days, about a version that is pinned."""
    at = (NOW - timedelta(days=days)).isoformat()
    affected = [
        {
            "package": {"ecosystem": "PyPI", "name": "Hollow_Reed"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.3"}]}],
        }
    ]
    said = {
        "schema_version": "1.7.0",
        "id": name,
        "modified": NOW.isoformat(),
        "published": at,
        "affected": affected,
    }
    return said | {"database_specific": {"severity": severity}} | more


def folder(path: Path, *entries: dict[str, Any] | bytes) -> Path:
    path.mkdir()
    for number, entry in enumerate(entries):
        content = entry if isinstance(entry, bytes) else json.dumps(entry).encode()
        (path / f"{number}.json").write_bytes(content)
    return path


def zipped(path: Path, *entries: dict[str, Any] | bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, entry in enumerate(entries):
            archive.writestr(f"{number}.json", entry if isinstance(entry, bytes) else json.dumps(entry))
    return path


@pytest.mark.parametrize(
    ("severity", "days", "code"),
    [
        ("CRITICAL", 3, 0), ("CRITICAL", 4, 1), ("HIGH", 14, 0), ("HIGH", 15, 1), ("MODERATE", 30, 0), ("MODERATE", 31, 1),
        ("LOW", 90, 0), ("LOW", 91, 1),
    ],
)  # fmt: skip
def test_what_is_later_than_promised_ends_with_1(
    compare: Compare, tmp_path: Path, severity: str, days: int, code: int
):
    (file := tmp_path / "one.json").write_text(json.dumps(advisory("TEST-1", days, severity)))
    ended = compare(file)
    assert ended.code == code
    assert ("late" in ended.stdout.splitlines()[1]) is bool(code)
    assert re.search(r"hollow-reed 1\.2 +TEST-1 .* 1\.3 ", ended.stdout)
    assert [one["is_late"] for one in compare(file, "--json").findings] == [bool(code)]


@pytest.mark.parametrize("pack", [folder, zipped])
def test_entries_of_one_fault_are_one_finding_and_the_rest_is_left_out(
    compare: Compare, tmp_path: Path, pack: Callable[..., Path]
):
    other = [{"package": {"ecosystem": "npm", "name": "hollow-reed"}, "versions": ["1.2"]}]
    file = pack(
        tmp_path / "all",
        advisory("PYSEC-2026-9", 2, "LOW", aliases=["CVE-2026-9"]),
        advisory("GHSA-aaaa-bbbb-cccc", 5, "HIGH", aliases=["CVE-2026-9"]),
        advisory("TEST-WITHDRAWN", 400, withdrawn=NOW.isoformat()),
        advisory("TEST-OTHER", 400, affected=other),
        advisory("TEST-ELSEWHERE", 400, affected=[{"ranges": [{"type": "GIT", "events": []}]}]),
    )
    ended = compare(file, "--json")
    (finding,) = ended.findings
    assert ended.code == 0
    assert finding["advisory"] == "GHSA-aaaa-bbbb-cccc"
    assert finding["names"] == ["CVE-2026-9", "GHSA-aaaa-bbbb-cccc", "PYSEC-2026-9"]
    assert (finding["severity"], finding["fixed"]) == ("high", "1.3")
    assert json.loads(ended.stdout)["withdrawn"] == 1


@pytest.mark.parametrize("pack", [folder, zipped])
def test_what_cannot_be_read_is_counted_and_the_rest_compared(
    compare: Compare, tmp_path: Path, pack: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FALAJ_ADVISORIES_ENTRY_BYTES_MAX", "20000")
    bound = [{"package": {"ecosystem": "PyPI", "name": "hollow-reed"},
              "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "not a version"}]}]}]  # fmt: skip
    file = pack(
        tmp_path / "all",
        b"{", b"[]", b'{"id": 7}', b'{"id": "x", "modified": "yesterday"}', b"\xff\xfe", b'{"id": "' + b"x" * 20_000 + b'"}',
        advisory("TEST-BOUND", 1, affected=bound), advisory("TEST-GOOD", 1),
    )  # fmt: skip
    ended = compare(file, "--json")
    assert (ended.code, json.loads(ended.stdout)["unreadable"]) == (0, 7)
    assert [one["advisory"] for one in ended.findings] == ["TEST-GOOD"]
    assert len(ended.stderr.splitlines()) == 7


def bounded_by(version: str) -> dict[str, Any]:
    ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": version}]}]
    return {"affected": [{"package": {"ecosystem": "PyPI", "name": "hollow-reed"}, "ranges": ranges}]}


@pytest.mark.parametrize(
    "entry",
    [
        b'{"a":' * 100_000, advisory("TEST-LONG", 1, **bounded_by("9" * 5_000)), advisory("TEST-\x1b[2J", 1),
        advisory("TEST-ALIAS", 1, aliases=["a\nb"]), advisory("TEST-END", 1, published="9999-12-31T23:59:59Z"),
        advisory("TEST-BEGIN", 1, modified="0001-01-01T00:00:00+14:00"), advisory("TEST-ENDLESS", 1, **bounded_by("-" * 9_000)),
    ],
    ids=["deep", "number", "terminal", "lines", "end", "beginning", "endless"],
)  # fmt: skip
def test_a_hostile_entry_is_one_short_line(compare: Compare, tmp_path: Path, entry: dict[str, Any] | bytes):
    ended = compare(folder(tmp_path / "all", entry, advisory("TEST-GOOD", 1)), "--json")
    assert [one["advisory"] for one in ended.findings] == ["TEST-GOOD"]
    (line,) = ended.stderr.splitlines()
    assert line.isprintable()
    assert len(line) < 300


def damaged(path: Path) -> Path:
    content = bytearray(zipped(path, advisory("TEST-1", 1)).read_bytes())
    struct.pack_into("<L", content, len(content) - 6, 1 << 30)  # where the list would begin
    path.write_bytes(bytes(content))
    return path


def lying(path: Path) -> Path:
    """Half a gigabyte of blanks in half a megabyte."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(60):
            archive.writestr(f"{number}.json", b" " * 1_000_000)
    return path


@pytest.mark.parametrize(
    "make",
    [
        lambda path: path,
        lambda path: (path.write_bytes(b""), path)[1],
        lambda path: (path.write_bytes(b"<html>"), path)[1],
        folder,
        zipped,
        damaged,
        lying,
        lambda path: zipped(path, *(b"{}" for _ in range(200))),
    ],
    ids=["no file", "empty", "a page", "empty folder", "empty zip", "damaged zip", "bomb", "too many"],
)
def test_a_bad_file_is_one_line(
    compare: Compare, tmp_path: Path, make: Callable[[Path], Path], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FALAJ_ADVISORIES_ENTRIES_MAX", "100")
    monkeypatch.setenv("FALAJ_ADVISORIES_UNPACKED_BYTES_MAX", "20000000")
    ended = compare(make(tmp_path / "given"))
    assert (ended.code, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)
    assert ended.stderr.startswith("Advisories in ")


def test_what_was_reviewed_is_not_late_until_its_day(compare: Compare, tmp_path: Path):
    file = zipped(tmp_path / "all.zip", advisory("GHSA-x", 100, aliases=["CVE-2026-1"]))
    (reviews := tmp_path / "reviewed.toml").write_text(
        f"[CVE-2026-1]\nreason = 'the hub parses none of it'\nuntil = {NOW + timedelta(days=2):%F}\n"
    )
    ended = compare(file, "--reviewed", reviews)
    assert (ended.code, "the hub parses none of it" in ended.stdout) == (0, True)
    reviews.write_text(f"[CVE-2026-1]\nreason = 'x'\nuntil = {NOW - timedelta(days=2):%F}\n")
    assert compare(file, "--reviewed", reviews).code == 1
    for wrong in ("[CVE-2026-1]\nreason = 'x'\n", "CVE = 1\n", "[", "[A]\nreason = ''\nuntil = 2026-01-01\n"):
        reviews.write_text(wrong)
        refused = compare(file, "--reviewed", reviews)
        assert (refused.code, refused.stderr.count("\n")) == (1, 1)


def test_files_that_are_not_fetched_any_more_end_with_1(compare: Compare, tmp_path: Path):
    old = advisory("TEST-1", 1) | {"modified": (NOW - timedelta(days=9)).isoformat()}
    file = zipped(tmp_path / "all.zip", old)
    assert compare(file).code == 0
    assert compare(file, "--fresh", 10).code == 0
    ended = compare(file, "--fresh", 8)
    assert (ended.code, "still fetched" in ended.stderr) == (1, True)
