"""The suite itself: which lane a test runs in, what its lane allows, and what is begun first."""

from __future__ import annotations

import socket
import subprocess
import sys
from typing import Any

import psutil
import pytest

from tests.durations import Recorded, busy, rounded, table
from tests.lanes import Lane, lane_of


def test_a_test_without_fixtures_opens_no_socket_and_starts_no_process(
    request: pytest.FixtureRequest,
) -> None:
    assert lane_of(request.node) is Lane.PURE
    with socket.socket() as one, pytest.raises(AssertionError, match="the fixture `wire`"):
        one.bind(("127.0.0.1", 0))
    with pytest.raises(AssertionError, match="the fixture `wire`"):
        subprocess.run([sys.executable, "-V"], check=True)


@pytest.mark.usefixtures("wire")
def test_who_says_so_does(request: pytest.FixtureRequest) -> None:
    assert lane_of(request.node) is Lane.WIRE
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))


def test_a_database_makes_a_test_one_of_the_store(database: Any, request: pytest.FixtureRequest) -> None:
    assert lane_of(request.node) is Lane.STORE
    with database.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_only_a_long_file_is_run_by_several_processes() -> None:
    recorded = Recorded({"a.py": 5, "b.py": 300})
    assert recorded.unit_of("a.py::it", []) == recorded.unit_of("a.py::other", ["stand"]) == "a.py"
    assert recorded.unit_of("b.py::it[ar]", []) == "b.py::it[ar]"
    assert recorded.unit_of("b.py::it[ar]", ["city", "stand"]) == "b.py+city+stand"


def test_what_begins_with_the_same_that_is_made_once_stays_in_one_process() -> None:
    recorded = Recorded({"a.py": 5, "b.py": 300})
    assert (
        recorded.unit_of("a.py::it", ["demo", "story"]) == recorded.unit_of("b.py::it", ["story"]) == "story"
    )
    assert recorded.of_units({"a.py::it": "story", "b.py::it": "story"}) == {"story": 305}


def test_records_change_only_when_tests_do() -> None:
    before = Recorded({"a.py": 20, "a.py::long": 20, "b.py": 5, "c.py": 300})
    after = before.updated({"a.py::long": 14.0, "a.py::short": 0.5, "b.py::it": 55.0})
    assert after == {"a.py": 20, "a.py::long": 20, "b.py": 100, "b.py::it": 100, "c.py": 300}
    assert Recorded(after).updated({"b.py::it": 2.5}) == {
        "a.py": 20,
        "a.py::long": 20,
        "b.py": 3,
        "c.py": 300,
    }
    assert [rounded(seconds) for seconds in (0.1, 1.5, 4, 11, 90)] == [1, 2, 5, 20, 100]


def test_what_nobody_recorded_is_taken_for_the_median() -> None:
    seconds = Recorded({"a.py": 1, "b.py": 7, "c.py": 400, "c.py::x": 300}).of_units(
        {
            "new.py::it": "new.py",
            "c.py::x": "c.py::x",
            "c.py::y": "c.py+stand",
            "c.py::z": "c.py+stand",
            "b.py::it": "b.py",
        }
    )
    assert seconds == {"new.py": 7, "c.py::x": 300, "c.py+stand": 100, "b.py": 7}


def test_the_table_has_lanes_and_files_the_longest_first() -> None:
    seconds = {"a.py::x": 1.0, "a.py::y": 2.0, "b.py::z": 9.0}
    lines = list(table({"a.py::x": "pure", "a.py::y": "pure", "b.py::z": "hub"}, seconds, 1))
    assert [line.split() for line in lines if "seconds" not in line] == [
        ["9.0", "1", "9.0", "hub"],
        ["3.0", "2", "2.0", "pure"],
        ["9.0", "1", "9.0", "b.py"],
    ]


def test_how_much_of_the_machine_was_used() -> None:
    before = psutil.cpu_times()
    after = before._replace(user=before.user + 6, system=before.system + 2, idle=before.idle + 2)
    assert busy(before, after) == pytest.approx(0.8)
    assert busy(before, before) == 1
