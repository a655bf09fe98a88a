"""``falaj certificates``: a key is rotated, and what the old one signed still verifies."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey

from hackathon.outreach.certificates.credential import Issuer, open_token, sign
from hackathon.outreach.certificates.keys import open_keys
from hackathon.outreach.certificates.settings import CertificateSettings
from stack import boundary

ISSUER = Issuer("did:web:hub.example", "ف", "F", "https://hub.example/portal")


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    stdout: str
    stderr: str


Falaj = Callable[..., Ended]


@pytest.fixture
def falaj(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Falaj:
    monkeypatch.setenv("FALAJ_CERTIFICATES_FOLDER", str(tmp_path))

    def run(*words: str, language: str = "en") -> Ended:
        monkeypatch.setenv("FALAJ_LANGUAGE", language)
        code = boundary.run(["certificates", *words])
        return Ended(code, *capsys.readouterr())

    return run


def test_keys_are_listed_and_rotated(falaj: Falaj, tmp_path: Path) -> None:
    assert "There is no key yet" in falaj("keys").stdout
    assert list(tmp_path.iterdir()) == [], "looking makes none"
    first = open_keys(CertificateSettings())
    token = sign({"said": "before"}, first, ISSUER)
    ended = falaj("rotate")
    assert ended.code == 0
    assert str(tmp_path / "keys.json") in ended.stderr
    second = open_keys(CertificateSettings())
    assert ended.stdout.splitlines() == [f"{second.signing_id}  signs", f"{first.signing_id}  verifies"]
    assert falaj("keys").stdout == ended.stdout
    assert open_token(token, second) == {"said": "before"}
    assert open_token(sign({"said": "after"}, second, ISSUER), first) is None
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600
    assert ended.stdout.count("d=") == 0
    assert (
        json.loads((tmp_path / "keys.json").read_text("utf-8"))["keys"][0]["d"]
        not in ended.stdout + ended.stderr
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only the machine's administrator can give files away")
def test_the_file_stays_its_owner_s(falaj: Falaj, tmp_path: Path) -> None:
    open_keys(CertificateSettings())
    file = tmp_path / "keys.json"
    os.chown(file, 4321, 4322)
    assert falaj("rotate").code == 0
    assert (file.stat().st_uid, file.stat().st_gid) == (4321, 4322)


def test_a_key_of_a_setting_is_kept_before_the_setting_names_another(
    falaj: Falaj, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def given() -> OKPKey:
        key = OKPKey.generate_key("Ed25519", private=True)
        monkeypatch.setenv("FALAJ_CERTIFICATES_KEY", json.dumps(key.as_dict(private=True)))
        return key

    first = given()
    token = sign({"said": "before"}, open_keys(CertificateSettings()), ISSUER)
    refused = falaj("rotate", language="ar")
    assert refused.code == 1
    assert "certificates keep" in refused.stderr
    assert list(tmp_path.iterdir()) == []
    for _ in range(2):
        assert first.thumbprint() in falaj("keep").stderr
    stored = json.loads((tmp_path / "keys.json").read_text("utf-8"))["keys"]
    assert ["d" in one for one in stored] == [False]
    given()
    now = open_keys(CertificateSettings())
    assert now.signing_id != first.thumbprint()
    assert open_token(token, now) == {"said": "before"}


@pytest.mark.parametrize("words", [("keys",), ("rotate",), ("keep",)])
def test_a_file_that_is_no_key_is_named(falaj: Falaj, tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "keys.json").write_text("{}")
    ended = falaj(*words)
    assert ended.code == 1
    assert str(tmp_path / "keys.json") in ended.stderr
    assert "Traceback" not in ended.stderr
    assert (tmp_path / "keys.json").read_text("utf-8") == "{}"
