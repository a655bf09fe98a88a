"""From a reading to its SQL: fixed pieces, put together by kind, never by what a request holds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Literal, TypeAlias

from psycopg import sql

from citycore.model import ResultType
from citycore.store.queries import load_queries
from hub_api.city.observations.columns import (
    BUCKETED,
    NAMES,
    VALUES,
    Column,
    Kind,
    json_columns,
    stored_columns,
    table_columns,
    text_columns,
    time_column,
)
from hub_api.city.observations.model import BUCKET_MONTHS, Bucket, Layout, Order, Reading, Series, Shape
from hub_api.serving.instants import Bounded

QUERIES = load_queries("hub_api.city.observations")
FRAGMENTS = load_queries("hub_api.city.observations", "fragments.sql")
DIRECTIONS: dict[Order, sql.SQL] = {"asc": sql.SQL("ASC"), "desc": sql.SQL("DESC")}
FARTHEST: dict[Order, sql.SQL] = {"asc": sql.SQL("max"), "desc": sql.SQL("min")}
#: Which of several instants comes first.
CHOOSE: dict[Order, sql.SQL] = {"asc": sql.SQL("min"), "desc": sql.SQL("max")}
TABLES: dict[Bucket, str] = {
    "PT15M": "observations_quarter_hourly",
    "PT1H": "observations_hourly",
    "P1D": "observations_daily",
    "P1W": "observations_daily",
    "P1M": "observations_monthly",
    "P1Y": "observations_yearly",
}
RAW_TABLES: dict[ResultType, str] = {
    "measurement": "observations",
    "category": "observations_category",
    "position": "observations_position",
}
#: The parameter that holds the numbers of the datastreams of a type.
NUMBERS: dict[ResultType, sql.SQL] = {
    "measurement": sql.SQL("measurements"),
    "category": sql.SQL("categories"),
    "position": sql.SQL("positions"),
}
#: Which fragment writes a kind of column; the others are written plainly.
CSV_KINDS: dict[Kind, str] = {"instant": "instant", "second": "second", "truth": "truth"}
JSON_KINDS: dict[Kind, str] = {
    "instant": "instant",
    "second": "instant",
    "truth": "truth",
    "text": "quoted",
    "date": "quoted",
    "point": "point",
    "mixed": "mixed",
}
Copied = Literal["csv", "ndjson", "geojson", "binary", "sheet"]
#: Statements for other choices of columns are put together anew.
COPIES_MAX = 256
Piece: TypeAlias = sql.SQL | sql.Composed


def _query(name: str) -> sql.SQL:
    return sql.SQL(QUERIES[name])


def _fragment(name: str) -> sql.SQL:
    return sql.SQL(FRAGMENTS[name])


def _value(column: Column) -> sql.Identifier:
    return sql.Identifier(*column.source)


def _source(shape: Shape) -> sql.Composed:
    """The rows of a reading, as what other statements select from."""
    parts = [_source_of(shape, kind) for kind in shape.result_types]
    return sql.SQL(" UNION ALL ").join(parts)


def _source_of(shape: Shape, kind: ResultType) -> sql.Composed:
    stored = _query(_source_name(shape.bucket, kind)).format(
        which=_which(kind, is_one=shape.is_one),
        flags=_fragment("flags_some" if shape.has_flags else "flags_any"),
        **_bucketed(shape.bucket),
    )
    if not shape.has_archive:
        return stored
    archived = _query(f"archived_{kind}").format(datastream=_fragment("one" if shape.is_one else "each"))
    return _query("with_archive").format(stored=stored, archived=archived)


def _bucketed(bucket: Bucket) -> dict[str, sql.Composable]:
    if bucket == "raw":
        return {}
    return {
        "table": sql.Identifier(TABLES[bucket]),
        "months": sql.Literal(BUCKET_MONTHS.get(bucket, 0)),
    }


def _source_name(bucket: Bucket, kind: ResultType) -> str:
    if bucket == "raw":
        return kind
    if bucket in BUCKET_MONTHS:
        return "period"
    if bucket == "P1W":
        return "week"
    return "daily" if bucket == "P1D" else "statistics"


def _which(kind: ResultType, *, is_one: bool) -> Piece:
    if is_one:
        return _fragment("which_one")
    return _fragment("which_many").format(numbers=NUMBERS[kind])


class Statements:
    """The statements of one kind of reading, as bytes that the driver can prepare."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._source = _source(shape)
        self.versions_of_page = self._finish(_query("versions_one"), farthest=FARTHEST[shape.order])
        self.versions = self._finish(_query("versions"))
        self.count = self._finish(_query("count"))
        self.next_moment = self._next_moment()
        self.page = self._page("none")
        self.page_after = self._page(shape.order)

    def _page(self, after: Order | Literal["none"]) -> bytes:
        names = page_columns(self._shape.series, is_one=self._shape.is_one)
        columns = sql.SQL(", ").join(
            _fragment("moment") if name == "moment" else sql.Identifier("row", name) for name in names
        )
        if self._shape.is_one:
            # The row of the newest observation has its instant and nothing else, no version either.
            nothing = sql.SQL(", ").join([sql.NULL] * len(names))
            page = self._finish(_query("page_one"), columns=columns, nothing=nothing)
        else:
            page = self._finish(_query("page_many"), columns=columns, after=_fragment(f"after_{after}"))
        # Of roll-ups the ends of buckets and their days are as they are.
        return Bounded(page) if self._shape.bucket == "raw" else page

    def _finish(self, query: sql.SQL, **more: sql.Composable) -> bytes:
        return query.format(source=self._source, direction=DIRECTIONS[self._shape.order], **more).as_bytes(
            None
        )

    def copy(self, copied: Copied, layout: Layout) -> bytes:
        """The statement that copies the rows out in one of the forms, with these columns."""
        columns, form = _copied_columns(copied, layout, is_raw=self._shape.bucket == "raw")
        if self._shape.is_one:
            return self._finish(_query("copy_one"), columns=columns, form=form)
        names = sql.SQL("") if copied == "binary" else _query("names")
        return self._finish(_query("copy_many"), columns=columns, form=form, names=names)

    def _next_moment(self) -> bytes:
        if self._shape.bucket == "P1W":
            nearest = _query("nearest_week").format(
                direction=DIRECTIONS[self._shape.order], choose=CHOOSE[self._shape.order]
            )
            return nearest.as_bytes(None)
        time = sql.Identifier("stored", "phenomenon_time" if self._shape.bucket == "raw" else "bucket_start")
        branches = [
            _query("nearest").format(
                numbers=NUMBERS[kind],
                time=time,
                direction=DIRECTIONS[self._shape.order],
                table=sql.Identifier(
                    RAW_TABLES[kind] if self._shape.bucket == "raw" else TABLES[self._shape.bucket]
                ),
            )
            for kind in self._shape.result_types
        ]
        choose = CHOOSE[self._shape.order]
        whole = _query("next_moment").format(choose=choose, branches=sql.SQL(" UNION ALL ").join(branches))
        return whole.as_bytes(None)


@cache
def statements_of(shape: Shape) -> Statements:
    return Statements(shape)


def statements(reading: Reading) -> Statements:
    """Put together once for each shape."""
    return statements_of(reading.shape)


@cache
def spans(result_types: tuple[ResultType, ...]) -> bytes:
    """From when to when each datastream has observations."""
    firsts = [
        _query("first_of").format(numbers=NUMBERS[kind], table=sql.Identifier(RAW_TABLES[kind]))
        for kind in result_types
    ]
    return _query("spans").format(firsts=sql.SQL(" UNION ALL ").join(firsts)).as_bytes(None)


@lru_cache(COPIES_MAX)
def copy_statement(shape: Shape, copied: Copied, layout: Layout) -> bytes:
    """There are as many layouts as choices of columns, so only some are kept."""
    return statements_of(shape).copy(copied, layout)


def _copied_columns(copied: Copied, layout: Layout, *, is_raw: bool) -> tuple[sql.Composable, sql.SQL]:
    if copied == "csv":
        columns = text_columns(layout)
        return sql.SQL(", ").join(_as_csv(column) for column in columns), _fragment("form_csv")
    if copied == "binary":
        return sql.SQL(", ").join(_as_binary(column) for column in binary_columns(layout)), _fragment(
            "form_binary"
        )
    if copied == "sheet":
        return _json_array(text_columns(layout)), _fragment("form_lines")
    line = _json_object(json_columns(layout))
    if copied == "geojson":
        standing = "raw" if is_raw else "standing"
        line = _feature(line, _fragment(f"geometry_{standing}").format())
    return line, _fragment("form_lines")


def page_columns(series: Series, *, is_one: bool) -> tuple[str, ...]:
    """What a page selects of each row, in the order of its elements."""
    if series in BUCKETED:
        stored = [column.source[1] for column in stored_columns(series)]
    else:
        values = {
            "measurement": ("result",),
            "category": ("result_text",),
            "position": ("longitude", "latitude"),
            "mixed": ("result", "result_text", "longitude", "latitude"),
        }[series]
        stored = ["moment", *values, "quality"]
    return tuple(stored) if is_one else (*stored, "datastream_id")


def binary_columns(layout: Layout) -> tuple[Column, ...]:
    """What is copied in binary: the rest is known from the selection. Days need the bucket that they begin, and places where
    things stand the number of the datastream.
    """
    wanted = [column for column in table_columns(layout) if column.source[0] == "row"]
    found = {column.name: column for column in wanted if column.name not in ("local_date", "bucket_end")}
    needed = [time_column(layout.series), *(() if layout.is_one else NAMES[:1])]
    if layout.series in ("position", "mixed"):
        needed += [column for column in VALUES[layout.series] if column.name in ("longitude", "latitude")]
    return tuple({**{column.name: column for column in needed}, **found}.values())


def _as_csv(column: Column) -> Piece:
    kind = CSV_KINDS.get(column.kind, "plain")
    if column.kind == "text" and column.source[0] == "row":  # the others are codes
        kind = "words"
    return _fragment(f"csv_{kind}").format(value=_value(column))


def _as_binary(column: Column) -> Piece:
    kind = (
        "count" if column.kind == "count" else column.kind if column.kind in ("number", "text") else "plain"
    )
    return _fragment(f"binary_{kind}").format(value=_value(column))


def _as_json(column: Column) -> Piece:
    if column.kind == "spoken":
        english, arabic = (sql.Identifier("named", f"{column.name}_{language}") for language in ("en", "ar"))
        return _fragment("json_spoken").format(english=english, arabic=arabic)
    return _fragment(f"json_{JSON_KINDS.get(column.kind, 'plain')}").format(value=_value(column))


def _json_object(columns: Sequence[Column]) -> sql.Composed:
    """Text that reads ``{"a":…,"b":…}``."""
    pieces: list[sql.Composable] = []
    for number, column in enumerate(columns):
        begin = "," if number else "{"
        pieces += [sql.Literal(f'{begin}"{column.name}":'), _as_json(column)]
    return sql.SQL(" || ").join([*pieces, sql.Literal("}")])


def _json_array(columns: Sequence[Column]) -> sql.Composed:
    """Text that reads ``[…,…]``."""
    pieces: list[sql.Composable] = []
    for number, column in enumerate(columns):
        pieces += [sql.Literal("," if number else "["), _as_json(column)]
    return sql.SQL(" || ").join([*pieces, sql.Literal("]")])


def _feature(properties: sql.Composed, geometry: Piece) -> sql.Composed:
    pieces = [
        sql.Literal('{"type":"Feature","geometry":'),
        geometry,
        sql.Literal(',"properties":'),
        properties,
        sql.Literal("}"),
    ]
    return sql.SQL(" || ").join(pieces)
