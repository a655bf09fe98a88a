"""Uploads share what they may bring in a second, in turn, and cost nothing where there are none."""

from __future__ import annotations

from hub_api.serving.transport.bandwidth import Bandwidth


def test_pieces_take_turns_and_nobody_pays_for_a_pause() -> None:
    now = [100.0]
    bandwidth = Bandwidth(1_000.0, lambda: now[0])
    assert bandwidth.seconds(500) == 0.0  # nobody was there
    assert bandwidth.seconds(250) == 0.5  # after the first
    assert bandwidth.seconds(250) == 0.75
    now[0] += 60.0  # what was not used is not saved up either
    assert bandwidth.seconds(2_000) == 0.0
    assert bandwidth.seconds(1) == 2.0


def test_all_get_on_alike_and_together_no_faster() -> None:
    now = [0.0]
    bandwidth = Bandwidth(1_000.0, lambda: now[0])
    waiting = {sender: bandwidth.seconds(100) for sender in range(4)}
    brought = dict.fromkeys(waiting, 0)
    while now[0] < 10.0:  # each sends its next piece when the last was taken
        sender = min(waiting, key=waiting.__getitem__)
        now[0] = max(now[0], waiting[sender])
        brought[sender] += 100
        waiting[sender] = now[0] + bandwidth.seconds(100)
    assert max(brought.values()) - min(brought.values()) <= 100
    assert sum(brought.values()) <= 10_000 + 4 * 100
