"""Passwords that are guessed first: which are found, which are not, and the filter and the command that make it so."""

from __future__ import annotations

import gzip
import random
import re
import string
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest

from casework.people.blocked import filter as filters
from casework.people.blocked import make
from casework.people.blocked.rules import looked_up
from casework.people.blocked.service import is_blocked, shipped
from casework.people.errors import BlockListUnusable
from tests.architecture.test_house import ROOT

#: As leaked lists have them, with the twelve characters that the policy wants.
LISTED = (
    "123456789012", "1q2w3e4r5t6y", "1qaz2wsx3edc", "qwertyuiop[]", "unbelievable", "manchesterunited",
    "liverpoolfc1", "iloveyou1234", "michaeljordan", "rollingstones", "administrator", "correcthorsebatterystaple",
    "omanvision2040", "zaq12wsxcde3", "123qweasdzxc", "letmeinplease", "passwordpassword", "qwertyqwerty",
)  # fmt: skip
MADE_OF_WORDS = (
    "Password2025!", "Welcome2026!!", "michael123456", "football12345", "qwerty1234567890", "P@ssw0rd!!2026",
    "Monkey2025Monkey2025", "m1ch@el-2024-!!", "$unshine12345", "footba11-2026", "!!!---Dragon---!!!", "dragonmonkey",
    "محمد ١٢٣٤٥٦٧٨٩", "حبيبتي 2026 2026", "ＭＩＣＨＡＥＬ123456", "Mîçhael 2026 2026",
)  # fmt: skip


@pytest.mark.parametrize("password", LISTED + MADE_OF_WORDS)
def test_what_is_guessed_first_is_found(password: str) -> None:
    assert is_blocked(password)


def _words() -> list[str]:
    pages = (ROOT / "docs" / name for name in ("people.md", "portal.md", "operations.md"))
    return sorted({word for page in pages for word in re.findall(r"[a-z]{4,9}", page.read_text("utf-8"))})


CHANCE = random.Random(20261128)
WORDS = _words()


def _signs(alphabet: str, count: int) -> str:
    return "".join(CHANCE.choices(alphabet, k=count))


@pytest.mark.parametrize(
    "draw",
    [
        lambda: " ".join(CHANCE.choices(WORDS, k=4)),
        lambda: "-".join(map(str.capitalize, CHANCE.choices(WORDS, k=3))) + str(CHANCE.randrange(1000)),
        lambda: _signs(string.ascii_lowercase, 12),
        lambda: _signs(string.ascii_letters + string.digits, 12),
        lambda: _signs(string.ascii_letters + string.digits + string.punctuation, 14),
        lambda: _signs("0123456789abcdef", 16),
    ],
    ids=[
        "four words",
        "three words and a number",
        "letters",
        "letters and digits",
        "all signs",
        "hexadecimal",
    ],
)
def test_what_chance_made_is_taken_and_looked_up_in_no_time(draw: Callable[[], str]) -> None:
    drawn = [draw() for _ in range(10_000)]
    assert len(set(drawn)) > 9_990
    began = process_time()
    refused = [one for one in drawn if is_blocked(one)]
    assert (process_time() - began) / len(drawn) < 0.005
    assert len(refused) <= 10, refused


def test_what_nobody_types_is_looked_up_in_few_ways() -> None:
    for odd in ("!1" * 30 + "michael" + "1!" * 60, "a1" * 100, "ab1!" * 50, "", "🐪" * 12, "\ud800" * 12):
        assert len(list(looked_up(odd))) < 100


def test_the_list_that_comes_with_the_hub_is_what_its_page_says() -> None:
    says, page = shipped().says, (ROOT / "casework/people/blocked/SOURCES.md").read_text("utf-8")
    assert says["characters_min"] == 12
    assert says["listed"] >= 50_000
    assert says["listed"] + says["pairs"] >= 100_000
    for count in (says["listed"], says["pairs"], says["words"]):
        assert f"| {count:,} |" in page
    assert len(says["sources"]) == 7
    for number, source in enumerate(says["sources"], 1):
        assert f"| {number} | {source['lines']:,} |" in page


def test_of_what_was_not_put_in_one_in_ten_thousand_is_found_at_most() -> None:
    known = shipped()
    assert known.share_set**known.hashes < 1e-5
    assert sum(f"nobody put in {number}" in known for number in range(100_000)) <= 10


def test_whatever_was_put_in_is_found_after_writing(tmp_path: Path) -> None:
    texts = [f"text {number}" for number in range(2_000)]
    filters.write(filters.build(texts, 1e-4, {"listed": 2_000}), tmp_path / "own.filter")
    found = filters.read(tmp_path / "own.filter")
    assert all(text in found for text in texts)
    assert found.says["listed"] == 2_000


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}\nxx",
        b"no json\nxx",
        b'{"format": "falaj blocked passwords 1", "hashes": 20, "bytes": 3}\nxx',
        b"[]\nx",
    ],
)
def test_what_is_no_filter_is_refused_with_its_place(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "odd.filter").write_bytes(content)
    with pytest.raises(BlockListUnusable) as refused:
        is_blocked("whatever it may be", (tmp_path / "odd.filter",))
    assert refused.value.details["place"] == str(tmp_path / "odd.filter")


def test_an_operator_makes_a_list_of_their_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        b"wadi shab in winter",
        b"",
        b"\xff\xfe",
        b"x" * 300,
        b"bell\x07",
        b"Tawasul#1",
        b"wadi shab in winter",
    ]
    (tmp_path / "plain.txt").write_bytes(b"\r\n".join(lines))
    (tmp_path / "more.gz").write_bytes(gzip.compress("فرقة النور والظل\n".encode()))
    out = tmp_path / "own.filter"
    assert make.main([str(tmp_path / "plain.txt"), str(tmp_path / "more.gz"), "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert "plain.txt: 7 lines, 4 of them left out" in told
    assert "more.gz: 1 lines, 0 of them left out" in told
    assert "2 listed, 1 pairs, 1 shorter words" in told
    for password in ("Wadi Shab in Winter", "فِرقة النُّور والظل", "tawasul 2026 2026"):
        assert not is_blocked(password)
        assert is_blocked(password, (out,))
    assert not is_blocked("wadi shab in summer", (out,))


@pytest.mark.parametrize("content", [None, b"", b"\x1f\x8b cut off", b"123456\n"])
def test_a_list_of_which_nothing_can_be_made_is_refused_in_one_line(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (tmp_path / "list").write_bytes(content)
    assert make.main([str(tmp_path / "list"), "--out", str(tmp_path / "out")]) == 1
    told = capsys.readouterr().err
    assert told.startswith("block_list_unusable: ")
    assert told.count("\n") == 1
    assert not (tmp_path / "out").exists()
