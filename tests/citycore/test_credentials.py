"""Files that are handed over as secrets and are none: refused before anything is done with them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from citycore.credentials import BYTES_MAX, FOLDER, require
from citycore.errors import CredentialMissing, CredentialUnreadable, PlaceholderLeft
from citycore.settings import StoreSettings

NAME = "FALAJ_STORE_READ_URL"
URL = "postgresql://falaj_read:word@127.0.0.1:5432/falaj"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    monkeypatch.delenv(NAME, raising=False)
    return tmp_path / NAME


@pytest.mark.parametrize("end", ["", "\n", "\r\n", " \t\r\n\r\n"])
def test_ends_of_lines_belong_to_no_secret(file: Path, end: str) -> None:
    file.write_bytes(f"{URL}{end}".encode())
    assert StoreSettings().read_url.get_secret_value() == URL


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (Path.touch, "empty"),
        (lambda file: file.write_text(" \r\n"), "empty"),
        (lambda file: file.write_bytes(URL.encode() + b"\0x"), "control characters"),
        (lambda file: file.write_bytes(b"\xef\xbb\xbf" + URL.encode()), "control characters"),
        (lambda file: file.write_bytes(b"\xff"), "no text in UTF-8"),
        (lambda file: file.write_bytes(b"x" * (BYTES_MAX + 1)), f"more than {BYTES_MAX} bytes"),
        (Path.mkdir, "no ordinary file"),
        (os.mkfifo, "no ordinary file"),
        (lambda file: file.symlink_to("/dev/zero"), "no ordinary file"),
        (lambda file: file.symlink_to("nowhere"), "No such file or directory"),
        (lambda file: file.symlink_to(file), "Too many levels of symbolic links"),
    ],
    ids=[
        "empty",
        "blank",
        "zero byte",
        "mark",
        "encoding",
        "huge",
        "folder",
        "pipe",
        "device",
        "dangling",
        "circle",
    ],
)
def test_what_is_no_secret_is_refused(file: Path, make: Callable[[Path], object], reason: str) -> None:
    make(file)
    with pytest.raises(CredentialUnreadable) as refused:
        StoreSettings()
    assert refused.value.details == {"file": file, "reason": reason}
    with pytest.raises((CredentialUnreadable, CredentialMissing)):
        require("api")


def test_what_an_example_left_open_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FALAJ_PEOPLE_PORTAL_URL", "https://CHANGE/portal")
    with pytest.raises(PlaceholderLeft) as refused:
        require("api")
    assert refused.value.details == {"names": "FALAJ_PEOPLE_PORTAL_URL"}
