"""The same page of a collection, or the same count, for each of many entities that it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import sql

from hub_api.standards.sensorthings.compiling.statements import Column, Question
from hub_api.standards.sensorthings.model import Link


@dataclass(frozen=True, slots=True)
class Span:
    """Which rows of each, and how many of all together."""

    limit: int
    skip: int
    most: int


def each(question: Question, link: Link, columns: Sequence[Column], span: Span) -> sql.Composable:
    """The same page for each of the numbers ``parents``; the first column is the number."""
    parent = sql.SQL("parent.number")
    question.reached_from(link, parent)
    return sql.SQL(
        "SELECT parent.number, found.* FROM unnest({}::integer[]) AS parent (number) CROSS JOIN LATERAL ({}) AS found"
        " LIMIT {}"
    ).format(
        sql.Placeholder("parents"), question.select(columns, span.limit, span.skip), sql.Literal(span.most)
    )


def count_each(question: Question, link: Link) -> sql.Composable:
    question.reached_from(link, sql.SQL("parent.number"))
    return sql.SQL(
        "SELECT parent.number, found.* FROM unnest({}::integer[]) AS parent (number) CROSS JOIN LATERAL ({}) AS found"
    ).format(sql.Placeholder("parents"), question.count())
