"""Who stands out by refusals: told at the bound and at each doubling, for each network and window, and no more often."""

from __future__ import annotations

import pytest

from hub_api.serving.transport.settings import WatchSettings
from hub_api.serving.transport.watching import Crossing, Refused, Watch, refused_kind

HERE, ELSEWHERE = "192.0.2.0/24", "2001:db8:1::/48"


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def told(watch: Watch, times: int, subject: str = HERE, kind: Refused = Refused.INPUT) -> list[Crossing]:
    return [crossing for _ in range(times) if (crossing := watch.note(kind, subject)) is not None]


@pytest.mark.parametrize(
    ("status", "is_refusal", "kind"),
    [(400, False, Refused.INPUT), (422, False, Refused.INPUT), (413, False, Refused.INPUT), (429, False, Refused.LIMIT),
     (429, True, Refused.LIMIT), (403, True, Refused.RIGHT), (404, True, Refused.RIGHT), (404, False, None), (503, False, None),
     (406, False, None)],
)  # fmt: skip
def test_what_counts_as_what(status: int, is_refusal: bool, kind: Refused | None):
    assert refused_kind(status, is_refusal=is_refusal) is kind


def test_few_lines_are_told_of_however_many():
    watch = Watch(WatchSettings(inputs=10, told_times=3), Clock())
    crossings = told(watch, 100_000)
    assert [one.count for one in crossings] == [10, 20, 30, 40, *(10 * 2**power for power in range(3, 14))]
    assert [one.count for one in crossings if one.is_told] == [30], "administrators once"


def test_each_window_network_and_kind_counts_by_itself():
    clock = Clock()
    watch = Watch(WatchSettings(inputs=10, limits=5, window_seconds=60), clock)
    assert told(watch, 9) == []
    assert told(watch, 9, ELSEWHERE) == []
    assert [one.count for one in told(watch, 5, kind=Refused.LIMIT)] == [5]
    clock.now += 59.9
    assert [one.subject for one in told(watch, 1)] == [HERE]
    clock.now += 0.1
    assert told(watch, 9) == [], "a new window"


def test_its_memory_is_bounded_and_whoever_goes_on_is_remembered():
    watch = Watch(WatchSettings(inputs=3, subjects_max=50), Clock())
    found = []
    for number in range(500):
        found += told(watch, 1, f"10.0.{number}.0/24")
        if number % 40 == 0:
            found += told(watch, 1)
    assert {one.subject for one in found} == {HERE}
    assert len(watch._windows) == 50
