"""Lists of the API as they are read with plain calls: page by page, by place, as tables and as files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Generic, Protocol, TypeVar, overload
from weakref import ref

from falaj_client import exports, frames, questions, shown, tables
from falaj_client.errors import ClientError
from falaj_client.exchange import Core, Sink
from falaj_client.model import Count, Datastream, Page
from falaj_client.questions import Many, One

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame
    from polars import DataFrame as PolarsFrame
    from pyarrow import Table

Element = TypeVar("Element")


class Reader(Protocol):
    """What a list needs of its client."""

    core: Core

    def url(self, question: Many[Element] | One[Element]) -> str: ...

    def pages(self, question: Many[Element]) -> Iterator[Page[Element]]: ...

    def first_page(self, question: Many[Element]) -> Page[Element]: ...

    def export(self, question: Many[Element], sink: Sink) -> None: ...


class Elements(Iterator[Element]):
    """The elements of a list, one after the other; nothing is asked before the first is wanted."""

    def __init__(self, read: Callable[[], Iterator[Element]]) -> None:
        self._read = read
        self._inner: Iterator[Element] | None = None
        #: Everything, where somebody wanted to know how much it is before the first was wanted.
        self._known: Sequence[Element] | None = None

    @property
    def has_begun(self) -> bool:
        return self._inner is not None

    def __next__(self) -> Element:
        if self._inner is None:
            self._inner = self._read() if self._known is None else iter(self._known)
        return next(self._inner)

    def close(self) -> None:
        """Read no further."""
        close = getattr(self._inner, "close", None)
        if close is not None:
            close()

    def count(self) -> int:
        """How many there are; they are read for it, and not again."""
        if self._known is None:
            self._known = list(self._read())
        return len(self._known)


class Listing(Generic[Element]):
    """A list on the API, read page by page while you iterate; each iteration asks anew.

    ``len()`` and places (``[0]``, ``[-1]``, ``[:5]``) ask too: the first elements for few, and everything where the end counts.
    """

    def __init__(self, client: Reader, question: Many[Element]) -> None:
        self._client = client
        self._question = question
        self._begun: Callable[[], Elements[Element] | None] = lambda: None

    @property
    def url(self) -> str:
        """The address of the question, as a person can open it."""
        return self._client.url(self._question)

    def __iter__(self) -> Iterator[Element]:
        elements = Elements(self._read)
        self._begun = ref(elements)
        return elements

    def _read(self) -> Iterator[Element]:
        for page in self.pages():
            yield from page.elements

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._question.element.__name__}: {self.url}>"

    def _repr_html_(self) -> str:
        """The first rows as a table, for notebooks; what went wrong instead, if something did."""
        try:
            rows = list(self._beginning(shown.ROWS + 1))
        except ClientError as error:
            return shown.failure(self.url, str(error))
        return shown.table(self.url, tables.columns_of(self._question.element), rows)

    def __bool__(self) -> bool:
        """True, whatever it holds: nothing has been asked yet."""
        return True

    def __len__(self) -> int:
        # ``list()`` and its like ask for the length of what they are about to read: it is read once for both.
        waiting = self._begun()
        if waiting is not None and not waiting.has_begun:
            return waiting.count()
        return self._length()

    def _length(self) -> int:
        return sum(len(page.elements) for page in self.pages())

    @overload
    def __getitem__(self, place: int) -> Element: ...

    @overload
    def __getitem__(self, place: slice) -> list[Element]: ...

    def __getitem__(self, place: int | slice) -> Element | list[Element]:
        if isinstance(place, slice):
            bounds = (place.start or 0, place.stop)
            if place.stop is None or min(bounds) < 0 or (place.step or 1) < 0:
                return self.all()[place]
            return list(self._beginning(place.stop))[place]
        return self.all()[place] if place < 0 else list(self._beginning(place + 1))[place]

    def _beginning(self, count: int) -> Iterator[Element]:
        """At most so many elements, asked for as that many."""
        if count < 1:
            return
        limit = self._question.limit
        wanted = questions.cut(self._question, count if limit is None else min(limit, count))
        for page in self._client.pages(wanted):
            yield from page.elements

    def pages(self) -> Iterator[Page[Element]]:
        """Page by page, each with the freshness of the data; the next one is fetched meanwhile."""
        return self._client.pages(self._question)

    def all(self) -> list[Element]:
        """Everything at once."""
        return list(self._read())

    def first(self) -> Element | None:
        """The first element, None if there is none."""
        return self._client.first_page(self._question).first

    def to_pandas(self) -> DataFrame:
        """Everything as a table; names in both languages, instants in UTC."""
        return tables.to_pandas(self._question.element, self.all())

    def to_arrow(self) -> Table:
        """Everything as an Arrow table."""
        return tables.to_arrow(self._question.element, self.all())

    def to_polars(self) -> PolarsFrame:
        """Everything as a table of Polars."""
        frames.needed("polars", "polars", "to_polars()")
        return frames.polars_of(self.to_arrow())


class LocatedListing(Listing[Element]):
    """A list of what stands somewhere."""

    def to_geopandas(self) -> GeoDataFrame:
        """Everything as a table with ``geometry`` in WGS 84."""
        return tables.to_geopandas(self._question.element, self.all())


class SeriesListing(Listing[Element]):
    """The history of datastreams. Tables and files are exports: one stream, checked to its end. ``len()`` counts exactly."""

    def describe(self) -> Datastream | None:
        """Whose history it is; None where several datastreams may fit."""
        return self._client.first_page(self._question).datastream

    def count(self, *, exact: bool = False) -> Count:
        """How many rows there are, about or exactly."""
        found = self._client.first_page(questions.counted(self._question, exact=exact)).count
        assert found is not None, "it was asked for"
        return found

    def _length(self) -> int:
        limit, found = self._question.limit, self.count(exact=True)
        if found.kind != "exact":
            return super()._length()
        return found.value if limit is None else min(limit, found.value)

    def to_pandas(self) -> DataFrame:
        """The whole window as a table; ``attrs`` hold the datastream, its unit and its source."""
        frames.needed("pandas", "pandas", "to_pandas()")
        described = self.describe()
        with self._exported(exports.CsvSink) as file:
            return exports.frame_of(file, described)

    def to_arrow(self) -> Table:
        """The whole window as an Arrow table; metadata hold the datastream, units, flags and licences."""
        frames.needed("pyarrow", "arrow", "to_arrow()")
        with self._exported(lambda file: exports.BinarySink(file, "arrow")) as file:
            return exports.table_of(file)

    def save_csv(self, path: str | Path, *, bom: bool = False) -> int:
        """The whole window as a CSV file, in constant memory; the number of rows.

        The file appears when it is complete. ``bom`` is for Excel, which needs it for Arabic.
        """
        with exports.replacing(Path(path)) as file:
            sink = exports.CsvSink(file, bom=bom)
            self._client.export(self._question, sink)
        return sink.rows

    def save_parquet(self, path: str | Path) -> int:
        """The whole window as a Parquet file, in constant memory; the number of rows. The file appears when it is complete."""
        with exports.replacing(Path(path)) as file:
            sink = exports.BinarySink(file, "parquet")
            self._client.export(self._question, sink)
        return sink.rows

    def _exported(self, sink: Callable[[IO[bytes]], Sink]) -> IO[bytes]:
        file = SpooledTemporaryFile(self._client.core.options.spool_bytes_max)  # noqa: SIM115  # the caller closes it
        try:
            self._client.export(self._question, sink(file))
        except BaseException:
            file.close()
            raise
        return file
