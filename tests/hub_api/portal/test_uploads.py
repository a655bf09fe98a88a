"""Files on their way in: bounded, and only from pages that this browser was given."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import Request

from hub_api.programme.kit.errors import FormUnreadable, NoFile, UploadRefused, UploadTooLarge
from hub_api.programme.kit.forms import read_upload
from hub_api.programme.kit.settings import PortalSettings
from hub_api.serving.transport.bandwidth import Bandwidth

SETTINGS = PortalSettings(form_bytes_max=1_024)
FILE = b'Content-Disposition: form-data; name="file"; filename="%s"\r\nContent-Type: text/plain\r\n\r\n%s'
FIELD = b'Content-Disposition: form-data; name="%s"\r\n\r\n%s'


def body_of(*parts: bytes) -> bytes:
    return b"".join(b"--cut\r\n" + part + b"\r\n" for part in parts) + b"--cut--\r\n"


def read(body: bytes, bytes_max: int = 4_000, kind: str = "multipart/form-data; boundary=cut") -> Any:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def work() -> Any:
        app = SimpleNamespace(state=SimpleNamespace(bandwidth=Bandwidth(1e9)))
        scope = {"type": "http", "method": "POST", "app": app, "headers": [(b"content-type", kind.encode())]}
        form, file = await read_upload(Request(scope, receive), SETTINGS, bytes_max)
        content = await file.read()
        await file.close()
        return form, file.filename, content

    return asyncio.run(work())


def test_fields_and_one_file():
    name = "خريطة.txt".encode()
    form, filename, content = read(body_of(FIELD % (b"form_token", b"t"), FILE % (name, b"shade")))
    assert (form.text("form_token"), filename, content) == ("t", "خريطة.txt", b"shade")


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (body_of(FIELD % (b"a", b"b")), NoFile),
        (body_of(FILE % (b"", b"")), NoFile),
        (body_of(FILE % (b"a.txt", b"x" * 6_000)), UploadTooLarge),
        (body_of(FIELD % (b"a", b"x" * 1_030), FILE % (b"a.txt", b"")), FormUnreadable),
        (body_of(FILE % (b"a.txt", b"a"), FILE % (b"b.txt", b"b")), FormUnreadable),
        (body_of(FIELD % (b"a", b"\x00"), FILE % (b"a.txt", b"a")), FormUnreadable),
        (b"--other\r\n\r\n", FormUnreadable),
    ],
)
def test_what_is_refused(body: bytes, error: type[Exception]):
    with pytest.raises(error):
        read(body)


@pytest.mark.parametrize("kind", ["multipart/form-data", "text/plain", "application/x-www-form-urlencoded"])
def test_what_is_no_upload(kind: str):
    with pytest.raises(FormUnreadable):
        read(body_of(FILE % (b"a.txt", b"a")), kind=kind)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (body_of(FIELD % (b"title", "ظل".encode()), FILE % (b"a.txt", b"x" * 6_000)), UploadTooLarge),
        (body_of(FIELD % (b"title", "ظل".encode()), FILE % (b"", b"")), NoFile),
    ],
)
def test_what_was_typed_before_a_refused_file_is_kept(body: bytes, error: type[UploadRefused]):
    with pytest.raises(error) as caught:
        read(body)
    assert caught.value.fields["title"] == ["ظل"]
