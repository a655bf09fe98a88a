"""Days that leave the store for the archive and come back: every row, flag and batch, and never in neither."""

from __future__ import annotations

from tests.ingest.archive.conftest import KEEPING, Scene


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
