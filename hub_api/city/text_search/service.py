"""From words to the numbers of what they mean. The texts are few, so every process keeps them for a moment."""

from __future__ import annotations

import asyncio

from citycore.normalisation import normalise_text
from citycore.store.queries import load_queries
from hub_api.city.text_search.model import Found, Texts, texts_of
from hub_api.city.text_search.rules import find
from hub_api.serving.hub import Hub

QUERIES = load_queries("hub_api.city.text_search")
KEY = "texts"


async def search(hub: Hub, words: str | None) -> Found | None:
    """What has all these words, in any spelling of either language; None where nobody asks for any."""
    if words is None:
        return None
    texts: Texts | None = hub.texts.recall(KEY)
    if texts is None:
        texts = await _read(hub)
        hub.texts.keep(KEY, texts, hub.settings.registry_cache_seconds)
    return await asyncio.to_thread(find, texts, words)


async def _read(hub: Hub) -> Texts:
    things = await hub.database.fetch(QUERIES["things"])
    properties = await hub.database.fetch(QUERIES["observed_properties"])
    datastreams = await hub.database.fetch(QUERIES["datastreams"])

    def make() -> Texts:
        return texts_of(
            {number: normalise_text(text) for number, text in things},
            {code: normalise_text(text) for code, text in properties},
            ((number, thing, observed) for number, thing, observed in datastreams),
        )

    return await asyncio.to_thread(make)
