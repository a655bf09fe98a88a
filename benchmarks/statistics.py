"""``falaj bench statistics``: how true the figures are, on people, tables and notes of which the truth is known."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, median

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.report import Case, report
from benchmarks.simulated import opinions, surveys
from casework.statistics.groups import Groups, opinion_groups
from casework.statistics.settings import StatisticsSettings
from casework.statistics.suppression import audit, protect
from casework.statistics.tables import Released, small, with_totals
from casework.statistics.themes import Confusion, ThemeCoder, confusion

SETTINGS = StatisticsSettings()


def theme_confusion() -> Confusion:
    learn, checked = opinions.notes()
    texts = [text for _, text in checked]
    codings = ThemeCoder.learn(learn, texts, SETTINGS).code(texts)
    return confusion([theme for theme, _ in checked], [coding.theme for coding in codings])


def _survey_cases(count: int) -> list[Case]:
    chance = np.random.default_rng(1)
    people = surveys.public(chance)
    covered = 100 * surveys.coverage(people, count, chance)
    off = surveys.bias(people, count, chance, SETTINGS)
    by_all, by_closed = surveys.medians(20, chance)
    return [
        Case("Wilson's 95 % intervals that hold the truth", covered, "%", target=93),
        Case("… and not more than they should", covered, "%", target=97, at_most=True),
        Case(
            "bias of a skewed sample, raked over unweighted",
            100 * off.raked,
            "points",
            100 * off.unweighted,
            off.raked / off.unweighted,
            target=0.5,
            at_most=True,
        ),
        Case("median days, open cases included (true: 21.9)", by_all, "days", by_closed, by_all / by_closed),
    ]


def _table_cases(count: int) -> list[Case]:
    chance = np.random.default_rng(5)
    betrayed = alone = hidden = withheld = 0
    seconds = []
    for _ in range(count):
        counts = surveys.table(chance)
        began = time.process_time()
        table = protect(counts, SETTINGS)
        seconds.append(time.process_time() - began)
        cells = with_totals(counts)
        bare = Released(cells, small(cells, SETTINGS.cell_min))
        alone += audit(bare, SETTINGS)
        if table is None:
            withheld += 1
        else:
            betrayed += audit(table, SETTINGS)
            hidden += int(table.hidden.sum()) - int(bare.hidden.sum())
    return [
        Case(
            f"hidden counts of {count} tables that can be told",
            betrayed,
            "cells",
            alone,
            target=0,
            at_most=True,
        ),
        Case("… tables withheld whole", withheld, "tables"),
        Case("… cells hidden to protect others, a table", hidden / max(1, count - withheld), "cells"),
        Case("… time of the processor, median", median(seconds), "s"),
        Case("… and longest", max(seconds), "s"),
    ]


def _opinion_cases(count: int) -> list[Case]:
    right = [
        opinions.right_share(opinion_groups(votes, seed, SETTINGS), group_of)
        for groups in (2, 3, 4)
        for seed in range(count)
        for votes, group_of in [opinions.planted(groups, np.random.default_rng(seed))]
    ]
    drawn = {
        name: sum(
            isinstance(opinion_groups(make(np.random.default_rng(seed)), seed, SETTINGS), Groups)
            for seed in range(runs)
        )
        for name, make, runs in (
            ("none", opinions.without_groups, 5 * count),
            ("line", opinions.from_end_to_end, 2 * count),
        )
    }
    return [
        Case("2 to 4 planted groups: people in their own", 100 * mean(right), "%", target=95),
        Case(
            f"{5 * count} votes without groups: groups drawn",
            drawn["none"],
            "runs",
            target=count / 4,
            at_most=True,
        ),
        Case(f"{2 * count} votes along a line: groups drawn", drawn["line"], "runs"),
    ]


def _print_confusion(found: Confusion) -> None:
    table = Table(title="themes: by hand (rows), by program (columns)")
    names = [theme or "none" for theme in found.themes]
    table.add_column("")
    for name in names:
        table.add_column(name, justify="right")
    for name, row in zip(names, found.counts, strict=True):
        table.add_row(name, *(str(count) if count else "" for count in row))
    console = Console()
    (console if console.is_terminal else Console(width=130)).print(table)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="falaj bench statistics")
    parser.add_argument("--surveys", type=int, default=200)
    parser.add_argument("--tables", type=int, default=100)
    parser.add_argument("--votes", type=int, default=20, help="simulated votes of each number of groups")
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args(arguments)
    themes = theme_confusion()
    cases = [
        *_survey_cases(options.surveys),
        *_table_cases(options.tables),
        *_opinion_cases(options.votes),
        Case("notes given the theme that a person gave", 100 * themes.accuracy, "%", target=75),
        Case("… agreement of program and person (alpha)", themes.alpha or 0.0, "alpha"),
    ]
    report("statistics", cases, options.json)
    _print_confusion(themes)
    return 0
