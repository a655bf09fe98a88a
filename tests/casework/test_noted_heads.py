"""Signed heads as a text: what was changed in it, or signed by another, is none."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import UUID

import pytest

from casework.audit.model import Head
from casework.self_checks.heads import HeadsKey, NotNoted, is_signed, read, signed

AT = datetime(2026, 11, 28, 0, 0, 4, tzinfo=UTC)
KEY, OTHER = HeadsKey.of(b"a" * 32), HeadsKey.of(b"b" * 32)
HEADS = [Head("hub", 1204, bytes(range(32))), Head(f"call:{UUID(int=5)}", 3, bytes(32))]
TEXT = signed(HEADS, AT, "https://hub.example/portal", KEY)
PLAIN = "".join(f"{one.chain} {one.position} {one.digest.hex()}\n" for one in HEADS)


def test_what_was_signed_is_read():
    assert read(TEXT, [KEY.public]) == HEADS
    assert read(TEXT, [OTHER.public, KEY.public]) == HEADS
    assert (
        read(
            f"mail of Monday\r\n\n{TEXT}".replace("mail of", "# mail of").replace("\n", "\r\n"), [KEY.public]
        )
        == HEADS
    )
    assert read(TEXT + "\n# again\n" + TEXT, [KEY.public]) == HEADS * 2
    assert read(PLAIN, []) == HEADS
    assert (is_signed(TEXT), is_signed(PLAIN)) == (True, False)
    assert KEY.public != OTHER.public
    assert len(KEY.public) == 43


@pytest.mark.parametrize(
    "changed",
    [
        TEXT.replace("1204", "1203"), TEXT.replace("00:00:04", "00:00:05"), TEXT.replace("hub.example", "hub2.example"),
        TEXT.replace(f"call:{UUID(int=5)} 3 {'00' * 32}\n", ""), TEXT.replace("# at", "hub 9 " + "00" * 32 + "\n# at"),
        re.sub(r"# signature \S", "# signature A", TEXT), TEXT.partition("# signature")[0], TEXT.partition("# key")[0],
        TEXT.replace(KEY.public, OTHER.public), TEXT.replace(KEY.public, "A" * 43), TEXT.replace(KEY.public, "no key"),
        TEXT.replace(TEXT.rpartition(" ")[2], "é\n"), TEXT[:40] + TEXT,
    ],
)  # fmt: skip
def test_what_was_changed_is_not_taken(changed: str):
    for keys in ([KEY.public], [KEY.public, OTHER.public]):
        with pytest.raises(NotNoted):
            read(changed, keys)


def test_what_another_signed_or_nobody_did_is_not_taken():
    with pytest.raises(NotNoted) as refused:
        read(TEXT, [OTHER.public])
    assert refused.value.why == "other_key"
    for text in (PLAIN, TEXT + PLAIN):
        with pytest.raises(NotNoted) as refused:
            read(text, [KEY.public])
        assert refused.value.why == "not_signed"
    with pytest.raises(NotNoted) as refused:
        read("hub one\n", [])
    assert (refused.value.line, refused.value.why) == (1, "not_noted")
