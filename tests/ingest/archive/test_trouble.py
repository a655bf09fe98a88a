"""Files that are damaged, runs that are killed, storage of other kinds: what is wrong is counted, and nothing is in neither."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from citycore.archive.errors import ArchiveFileUnreadable
from citycore.archive.place import Place
from citycore.archive.settings import ArchivePlaceSettings
from ingest.archive import repository
from ingest.archive.service import Archive
from tests.ingest.archive.conftest import KEEPING, Scene, at
from tests.ingest.bulk.conftest import NOW

DAY = "port/air/2026-03-02"


class Killed(BaseException):
    """Nothing of ours catches it, as nothing catches SIGKILL."""


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [Path.unlink, cut, flip])
def test_a_damaged_file_is_written_anew_while_the_store_has_its_rows(
    scene: Scene, damage: Callable[[Path], Any]
) -> None:
    before = scene.rows()
    scene.run(KEEPING)
    damage(scene.file(DAY))
    report = scene.run()
    assert (report.damaged, report.failed) == (1, 1)
    assert scene.parts()[DAY].let_go_at is None
    assert sum(part.let_go_at is not None for part in scene.parts().values()) == len(scene.parts()) - 1
    later = replace(scene.archive, clock=lambda: NOW + timedelta(days=1))
    mended = later.run()
    # The other parts of the day come back, since the whole of it is written anew.
    assert (mended.restored, mended.written, mended.failed) == (2, 1, 0)
    for _ in range(2):
        later.run()
    assert all(part.let_go_at for part in scene.parts().values())
    restore_all(scene)
    assert scene.rows() == before


def test_a_damaged_file_of_what_is_gone_is_told_and_stops_nothing(scene: Scene) -> None:
    before = scene.rows()
    scene.run(KEEPING)
    scene.run()
    flip(scene.file(DAY))
    assert scene.archive.verify_some() == 1
    assert "other bytes" in str(scene.parts()[DAY].damage)
    with pytest.raises(ArchiveFileUnreadable):
        scene.archive.restore(scene.parts()[DAY], NOW)
    assert scene.parts()[DAY].let_go_at is not None
    damaged = scene.parts()[DAY].path
    others = [part for part in scene.archive.find() if part.path != damaged]
    assert len(others) == 3, "the three days of air lie in one file by now"
    assert {scene.archive.restore(part, NOW) for part in others} == {"restored"}
    flip(scene.file(DAY))  # as it was: somebody brought a copy
    restore_all(scene)
    assert scene.rows() == before
    assert scene.parts()[DAY].damage is None


#: Where a run is killed, and whether before or after that is done.
STEPS = (
    (Place, "put", False), (Place, "put", True), (Place, "check_bytes", True), (repository, "note_part", True),
    (repository, "note_archived", True), (repository, "lock_unchanged", True), (repository, "delete_rows", True),
    (repository, "drop_empty_chunks", False),
)  # fmt: skip


def test_a_run_that_is_killed_leaves_every_row_in_the_store_or_the_archive(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = scene.rows()
    for owner, name, is_after in STEPS:
        work = getattr(owner, name)

        def killed(*arguments: Any, work: Any = work, is_after: bool = is_after, **more: Any) -> Any:
            if is_after:
                work(*arguments, **more)
            raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(owner, name, killed)
            with pytest.raises(Killed):
                scene.run()
        restore_all(scene)
        assert scene.rows() == before, name
        assert scene.run().failed == 0
        assert not any(scene.rows().values()), name
        begin_anew(scene)
        assert scene.rows() == before


def restore_all(scene: Scene) -> None:
    for part in scene.archive.find():
        scene.archive.restore(part, NOW)


def begin_anew(scene: Scene) -> None:
    """As if nothing had ever been archived."""
    restore_all(scene)
    shutil.rmtree(scene.folder)
    with scene.city.database.superuser() as owner:
        owner.execute("DELETE FROM archive_parts")
        owner.execute("UPDATE dataset_days SET archived_change_count = NULL")


def test_what_changes_meanwhile_stays_in_the_store(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.run(KEEPING)
    lock = repository.lock_unchanged

    def late(*arguments: Any) -> bool:
        is_ours = lock(*arguments)
        scene.city.commit("air.pm2_5", [(at(7, 30), 3.0)])
        return is_ours

    with monkeypatch.context() as patch:
        patch.setattr(repository, "lock_unchanged", late)
        part = scene.parts()[DAY]
        assert scene.archive.let_go(part) == "let_go", (
            "the row came after this transaction's view of the store"
        )
    assert [row[4] for row in scene.rows()["observations"] if row[2] == at(7, 30)] == [scene.city.batch]
    scene.settle()
    assert scene.run(KEEPING).restored == 1
    assert (
        len([row for row in scene.rows()["observations"] if row[0] == scene.city.numbers["air.pm2_5"]]) == 25
    )


def test_any_file_system_will_do(make_scene: Callable[..., Scene]) -> None:
    place = Place(ArchivePlaceSettings(url=SecretStr("memory://archive")))
    scene = make_scene(place=place)
    before = scene.rows()
    scene.run(KEEPING)
    assert scene.run().let_go == len(scene.parts())
    assert not any(scene.rows().values())
    restore_all(scene)
    assert scene.rows() == before


def test_one_process_works_at_a_time(scene: Scene) -> None:
    with scene.city.database.connect("worker") as other:
        assert repository.lock(other)
        assert scene.run().is_busy
        repository.unlock(other)
    assert isinstance(scene.archive, Archive)
    assert not scene.run().is_busy
