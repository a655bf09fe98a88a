"""How answers look: one envelope, JSON by orjson, cursor in the body and in ``Link``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

import orjson
from fastapi import Request, Response

from hub_api.serving.hub import Hub
from hub_api.serving.paging import Key, KeyKind, cut_page, question
from hub_api.serving.parameters import PageQuery, given_parameters, page_limit

JSON_OPTIONS = orjson.OPT_UTC_Z


def json_answer(content: object, *, cache_seconds: int, media_type: str = "application/json") -> Response:
    """``content`` as JSON; instants end in ``Z``."""
    headers = {"Cache-Control": cache_for(cache_seconds)}
    return Response(orjson.dumps(content, option=JSON_OPTIONS), media_type=media_type, headers=headers)


def cache_for(seconds: int) -> str:
    """``Cache-Control`` of what anybody may keep for so long."""
    return f"public, max-age={seconds}" if seconds else "no-store"


def freshness(as_of: datetime, newest: datetime | None) -> dict[str, Any]:
    """The part of ``meta`` that says how old the data are; the clock is the API's."""
    return {
        "as_of": as_of,
        "newest_phenomenon_time": newest,
        "age_seconds": None if newest is None else age_seconds(as_of, newest),
    }


def age_seconds(as_of: datetime, moment: datetime) -> float:
    """Seconds since a moment; 0 of one that lies ahead, as clocks of devices do by a little, and others after they were set back."""
    return round(max(0.0, (as_of - moment).total_seconds()), 3)


class Page:
    """One page of a list: where it begins, how long it is, and how it goes on."""

    def __init__(self, request: Request, hub: Hub, query: PageQuery, key: KeyKind) -> None:
        settings = hub.settings
        self.limit = page_limit(query.limit, settings.page_rows_default, settings.page_rows_max)
        self._request = request
        self._cursors = hub.cursors
        self.after: Key | None = (
            None if query.cursor is None else hub.cursors.read(self._question, query.cursor, key)
        )

    @cached_property
    def _question(self) -> str:
        """Only needed where there is a cursor to read or to write."""
        return question(self._request.url.path, given_parameters(self._request))

    @property
    def rows_wanted(self) -> int:
        """One more than is shown, to know whether another page follows."""
        return self.limit + 1

    def answer(
        self,
        rows: Sequence[tuple[Any, ...]],
        *,
        key: Callable[[tuple[Any, ...]], Key],
        elements: Callable[[Sequence[tuple[Any, ...]]], list[dict[str, Any]]],
        meta: dict[str, Any],
        headers: Mapping[str, str],
    ) -> Response:
        """The envelope around the rows of this page; ``elements`` makes all of them at once, which spares a call a row."""
        shown, position = cut_page(rows, self.limit, key)
        cursor = None if position is None else self._cursors.write(self._question, position)
        content = {"data": elements(shown), "next": cursor, "meta": meta}
        links = [
            *([headers["Link"]] if "Link" in headers else []),
            *([] if cursor is None else [self._link(cursor)]),
        ]
        told = {**headers, "Link": ", ".join(links)} if links else headers
        body = orjson.dumps(content, option=JSON_OPTIONS)
        return Response(body, media_type="application/json", headers=dict(told))

    def _link(self, cursor: str) -> str:
        url = self._request.url.include_query_params(cursor=cursor)
        return f'<{url.path}?{url.query}>; rel="next"'
