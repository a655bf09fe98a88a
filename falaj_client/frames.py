"""Tables of pandas or Arrow, made of columns that say how they are read; both are imported only on use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from falaj_client.errors import MissingExtra

if TYPE_CHECKING:
    from pandas import DataFrame
    from polars import DataFrame as PolarsFrame
    from pyarrow import Table

Kind = Literal["instant", "whole", "truth", "text", "number"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it holds, and how to read it from an element; None is missing."""

    name: str
    kind: Kind
    read: Callable[[Any], Any]


def needed(package: str, extra: str, method: str) -> Any:
    """A package that only some need; :class:`MissingExtra` says how to get it."""
    try:
        return import_module(package)
    except ImportError as error:
        raise MissingExtra(method, package.partition(".")[0], extra) from error


def pandas_of(columns: Sequence[Column], elements: Sequence[Any]) -> DataFrame:
    """One row an element, with the columns of its kind also when there is none."""
    pandas = needed("pandas", "pandas", "to_pandas()")
    dtypes = {"instant": "datetime64[us, UTC]", "whole": "Int64", "truth": "bool", "number": "float64"}
    table: DataFrame = pandas.DataFrame(
        {
            column.name: pandas.Series(
                [column.read(one) for one in elements], dtype=dtypes.get(column.kind, "object")
            )
            for column in columns
        }
    )
    return table


def arrow_of(columns: Sequence[Column], elements: Sequence[Any]) -> Table:
    """One row an element; instants are ``timestamp[us, UTC]``."""
    pyarrow = needed("pyarrow", "arrow", "to_arrow()")
    types = arrow_types(pyarrow)
    return pyarrow.table(
        [pyarrow.array([column.read(one) for one in elements], types[column.kind]) for column in columns],
        names=[column.name for column in columns],
    )


def polars_of(table: Table) -> PolarsFrame:
    """An Arrow table as one of Polars."""
    frame: PolarsFrame = needed("polars", "polars", "to_polars()").from_arrow(table)
    return frame


def arrow_types(pyarrow: Any) -> dict[Kind, Any]:
    """The Arrow type of each kind of column."""
    return {
        "instant": pyarrow.timestamp("us", "UTC"),
        "whole": pyarrow.int64(),
        "truth": pyarrow.bool_(),
        "text": pyarrow.string(),
        "number": pyarrow.float64(),
    }


def fields(kind: Kind, *names: str) -> list[Column]:
    """Columns of one kind, each the field of its name."""
    return [Column(name, kind, lambda one, name=name: getattr(one, name)) for name in names]  # type: ignore[misc]  # a lambda's default has no type
