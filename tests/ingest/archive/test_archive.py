"""Days that leave the store for the archive and come back: every row, flag and batch, and never in neither."""

from __future__ import annotations

from tests.ingest.archive.conftest import EVERYTHING_OLD, KEEPING, Scene, at


def test_a_day_goes_and_comes_back_whole(scene: Scene) -> None:
    before, roll_ups = scene.rows(), scene.roll_ups()
    assert scene.run(KEEPING).written == 4
    assert scene.rows() == before, "nothing is let go of until somebody says how old it may become"
    gone = scene.run()
    assert gone.failed == 0
    assert gone.let_go == len(scene.parts())
    assert gone.chunks_dropped > 0
    assert not any(scene.rows().values())
    assert scene.roll_ups() == roll_ups
    assert all(part.let_go_at for part in scene.parts().values())
    for part in scene.archive.find():
        assert scene.archive.restore(part, part.ends_at) == "restored"
    assert scene.rows() == before
    scene.settle()
    assert scene.roll_ups() == roll_ups


def test_the_days_of_a_month_end_up_in_one_file(scene: Scene) -> None:
    before = scene.rows()
    scene.run(KEEPING)
    files = {part.path for part in scene.archive.find()}
    report = scene.run()
    assert (report.merged, report.failed) == (1, 0)
    parts = scene.parts()
    assert len({part.path for part in parts.values() if part.name.startswith("port/air/")}) == 1
    assert all((scene.folder / path).exists() for path in files), "somebody may be reading them"
    scene.run(EVERYTHING_OLD.model_copy(update={"leftover_seconds": 0}))
    there = {str(file.relative_to(scene.folder)) for file in scene.folder.rglob("*.parquet")}
    assert there == {part.path for part in parts.values()}
    assert all(scene.archive.look_at(part, whole=True) for part in parts.values())
    # A day of it comes back, with what came late, and leaves again: a file of its own first, then part of the month's.
    scene.city.commit("air.pm2_5", [(at(5, 30), 1000.0)])
    for _ in range(4):
        scene.settle()
        scene.run(KEEPING)
    scene.settle()
    assert scene.run().merged == 1
    for part in scene.archive.find():
        scene.archive.restore(part, part.ends_at)
    after = scene.rows()
    assert [row for row in after["observations"] if row not in before["observations"]] == [
        (scene.city.numbers["air.pm2_5"], 2, at(5, 30), 1000.0, scene.city.batch)
    ]
    assert after["observation_flags"] == before["observation_flags"]
