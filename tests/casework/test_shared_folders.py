"""Files of a folder that the operator shares between processes are for its group, all others for their owner alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from casework.files.model import Store
from casework.files.service import keep, path_of
from casework.follow_up.keys import HubKey
from casework.follow_up.settings import FollowUpSettings
from hackathon.outreach.certificates.keys import open_keys
from hackathon.outreach.certificates.settings import CertificateSettings


@pytest.fixture(params=[(0o2770, 0o007), (0o700, 0o077)], ids=["shared", "own"])
def folder(request: Any, tmp_path: Path) -> Iterator[tuple[Path, bool]]:
    """A folder as ``deploy/falaj.tmpfiles.conf`` makes it, with the mask of the units that share it; or one of one's own."""
    mode, mask = request.param
    made = tmp_path / "store"
    made.mkdir()
    made.chmod(mode)
    before = os.umask(mask)
    yield made, mode == 0o2770
    os.umask(before)


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o7777


def test_what_people_upload(folder: tuple[Path, bool]) -> None:
    where, is_shared = folder
    store = Store(where, 1_000, 1_000, 10)
    path = path_of(keep(BytesIO(b"a text"), "a.txt", store).digest, store)
    assert mode_of(path) == (0o660 if is_shared else 0o600)
    assert {mode_of(one) for one in path.parents[:2]} == {0o2770 if is_shared else 0o700}


def test_keys_of_the_hub(folder: tuple[Path, bool]) -> None:
    where, is_shared = folder
    open_keys(CertificateSettings(folder=where))
    programme: Any = SimpleNamespace(of=lambda _: FollowUpSettings(folder=where), random=os.urandom)
    HubKey.made_for(programme)
    assert {mode_of(file) for file in where.iterdir()} == {0o660 if is_shared else 0o600}
    assert len([*where.iterdir()]) == 2
