"""Small counts stay hidden: by an audit of the tests' own, beside a foreign package, and against earlier releases."""

from __future__ import annotations

import contextlib
import ctypes
import warnings

import numpy as np
import pytest
from scipy.optimize import linprog

from benchmarks.simulated.surveys import table as drawn_table
from casework.statistics.disclosure import widths
from casework.statistics.errors import TooMuchAtOnce
from casework.statistics.settings import StatisticsSettings
from casework.statistics.silence import silence
from casework.statistics.suppression import audit, protect
from casework.statistics.tables import Released, Releases, small, with_totals

SETTINGS = StatisticsSettings()
CELL_MIN = SETTINGS.cell_min


def ranges(table: Released) -> dict[int, tuple[float, float]]:
    """Of each hidden cell what somebody can work out who reads the rest, cell by cell and without our own rules."""
    height, width = table.cells.shape
    place = np.arange(height * width).reshape(height, width)
    lines = [*place, *place.T]
    equations = np.zeros((len(lines), place.size))
    for equation, line in zip(equations, lines, strict=True):
        equation[line] = 1
        equation[line[-1]] = -1
    flat, hidden = table.cells.ravel(), table.hidden.ravel()
    bounds = [
        (0, None) if is_hidden else (count, count) for count, is_hidden in zip(flat, hidden, strict=True)
    ]
    found = {}
    for cell in np.flatnonzero(hidden):
        goal = np.zeros(place.size)
        goal[cell] = 1
        low, high = (
            linprog(sign * goal, A_eq=equations, b_eq=np.zeros(len(lines)), bounds=bounds) for sign in (1, -1)
        )
        found[int(cell)] = (low.fun, np.inf if high.status == 3 else -high.fun)
    return found


def test_no_hidden_count_can_be_worked_out(is_long):
    chance = np.random.default_rng(5)
    withheld = alone = 0
    tables = 1_000 if is_long else 12
    for _ in range(tables):
        counts = drawn_table(chance)
        table = protect(counts, SETTINGS)
        if table is None:
            withheld += 1
            continue
        assert not (small(table.cells, CELL_MIN) & ~table.hidden).any()
        for low, high in ranges(table).values():
            assert high - low >= CELL_MIN - 1e-6
            assert high >= CELL_MIN - 1e-6
        alone += sum(
            high - low < 1e-6
            for low, high in ranges(Released(table.cells, small(table.cells, CELL_MIN))).values()
        )
    assert alone > 0, "small cells hidden alone are given away by the totals"
    # Such as two columns of which one has hardly anybody.
    assert withheld <= tables / 5


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([[20, 30], [40, 50]], 0),
        ([[20, 30, 0], [40, 50, 0]], 0),
        # A single small cell needs three others: a rectangle.
        ([[3, 30, 40], [40, 50, 60], [70, 80, 90]], 4),
        # In one row one other cell is enough.
        ([3, 30, 40], 2),
    ],
)
def test_no_more_is_hidden_than_has_to_be(counts, hidden):
    table = protect(np.array(counts), SETTINGS)
    assert table is not None
    assert int(table.hidden.sum()) == hidden
    assert audit(table, SETTINGS) == 0


@pytest.mark.parametrize("counts", [[[1, 0], [0, 2]], [4], [[3, 1], [0, 0]]])
def test_what_cannot_be_protected_is_withheld_whole(counts):
    assert protect(np.array(counts), SETTINGS) is None


def test_printed_cells_are_counts_and_hidden_ones_nothing():
    table = protect(np.array([3, 30, 40]), SETTINGS)
    assert table is not None
    assert table.printed() in ([None, None, 40, 73], [None, 30, None, 73])


def test_limits():
    with pytest.raises(TooMuchAtOnce):
        protect(np.full((50, 50), 9), SETTINGS)
    once = Released(with_totals(np.array([9, 9])), np.zeros(3, np.bool_))
    with pytest.raises(TooMuchAtOnce):
        protect(np.array([9, 9]), SETTINGS, [once] * 7)
    with pytest.raises(ValueError, match="one shape"):
        protect(np.array([9, 9, 9]), SETTINGS, [once])


def test_a_later_release_does_not_betray_who_came_in_between():
    """Three more answers in one cell: both tables are harmless, and their difference is three people."""
    before = protect(np.array([[20, 30, 25], [40, 50, 45], [25, 35, 30]]), SETTINGS)
    assert before is not None
    assert not before.hidden.any()
    later = np.array([[23, 60, 50], [80, 90, 85], [60, 70, 75]])
    alone = protect(later, SETTINGS)
    assert alone is not None
    assert audit(alone, SETTINGS, [before]) == 1
    beside = protect(later, SETTINGS, [before])
    assert beside is not None
    assert beside.hidden[0, 0]
    assert int(beside.hidden.sum()) == 4
    assert audit(beside, SETTINGS, [before]) == 0


def test_a_later_release_does_not_betray_what_an_earlier_one_hid():
    first = np.array([[3, 30, 40], [40, 50, 60], [70, 80, 90]])
    before = protect(first, SETTINGS)
    assert before is not None
    # Nothing else has changed, so that printing the cell now would print it then.
    later = first.copy()
    later[0, 0] = 8
    beside = protect(later, SETTINGS, [before])
    if beside is not None:
        assert audit(beside, SETTINGS, [before]) == 0
        assert beside.hidden[0, 0]
    shown = Released(with_totals(later), np.zeros((4, 4), np.bool_))
    assert audit(shown, SETTINGS, [before]) > 0


@pytest.mark.parametrize("is_growing", [True, False])
def test_differences_of_random_releases_are_audited(is_long, is_growing):
    chance = np.random.default_rng(11)
    betrayed = 0
    for _ in range(60 if is_long else 3):
        counts = chance.negative_binomial(1, 1 / 31, (6, 4))
        earlier = []
        for more in (0, 1, 8):
            counts = counts + chance.poisson(more, counts.shape)
            table, alone = (
                protect(counts, SETTINGS, earlier, is_growing=is_growing),
                protect(counts, SETTINGS),
            )
            if table is not None:
                assert audit(table, SETTINGS, earlier, is_growing=is_growing) == 0
                betrayed += alone is not None and audit(alone, SETTINGS, earlier, is_growing=is_growing) > 0
                earlier.append(table)
    assert betrayed > 0, "a table that is looked at alone betrays something"


def test_beside_tau_argus(tmp_path):
    """Its rule is another: ranges of a fifth to each side. What both promise: no small count is printed, and none can
    be worked out exactly. Ours leaves more values open.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pytauargus import protect as foreign

    chance = np.random.default_rng(3)
    for number in range(4):
        counts = chance.negative_binomial(1, 1 / 16, (6, 4))
        rows, columns = np.repeat(np.indices(counts.shape).reshape(2, -1), counts.ravel(), axis=1)
        people = {
            "Row": [f"r{row}" for row in rows],
            "Column": [f"c{column}" for column in columns],
            "Answers": [1.0] * len(rows),
        }
        folder = tmp_path / str(number)
        with contextlib.chdir(tmp_path):
            result = foreign(
                people, ["Row", "Column"], response="Answers", safety_rules="FREQ(5,20)", suppress="OPT(1)",
                workdir=str(folder),
            )  # fmt: skip
        cells = with_totals(counts)
        theirs = np.zeros(cells.shape, np.bool_)
        for row in result.tables[0].rows:
            place = tuple(
                -1 if str(row[name]) == "Total" else int(str(row[name])[1:]) for name in ("Row", "Column")
            )
            assert cells[place] == row["freq"]
            theirs[place] = row["status"] in {"U", "M"}
        ours = protect(counts, SETTINGS)
        assert ours is not None
        releases = Releases((), cells, is_growing=True)
        targets = releases.targets(CELL_MIN)
        for hidden, least in ((theirs, 1), (ours.hidden, CELL_MIN)):
            assert not (small(cells, CELL_MIN) & ~hidden).any()
            assert (widths(releases, hidden, targets)[hidden.ravel()] >= least - 1e-6).all()


def test_what_a_solver_prints_reaches_nobody(capfd: pytest.CaptureFixture[str]) -> None:
    c = ctypes.CDLL(None)
    with silence():
        c.puts(b"HighsMipSolverData")
    c.puts(b"heard")
    c.fflush(None)
    assert capfd.readouterr().out == "heard\n"
