"""``/portal/account/sources/SOURCE/map``: somebody says of each field of a message what it is, sees what would be stored, and saves."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from casework.programme import Session
from casework.sources import service
from casework.sources.errors import TableUnfinished
from citycore.dead_letters.rules import reason_text
from citycore.errors import FalajError
from citycore.registry.document import Document, SourceEntry, write_yaml
from citycore.registry.field_table import TABLE_DECODER, presets, read_preset
from citycore.registry.owned import Letter
from citycore.topics import PREFIX
from citycore.units import known_units
from hub_api.city.observed_properties.vocabulary import fetch_vocabulary
from hub_api.programme.casework.sources.field_rows import ROLES, Mapped, Sketch, mapped_of, read_sketch
from hub_api.programme.casework.sources.pages import Code, formats_of, ingest_of, new_things, text_of
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Onward, Page, as_sent, signed_in
from hub_api.programme.kit.places import Keeping
from hub_api.programme.kit.request import PortalRequest

router = APIRouter(prefix="/portal", include_in_schema=False)
_PATH = "/account/sources/{source}"


def look(session: Session, request: PortalRequest, source: Code) -> dict[str, Any]:
    entry = service.get_source(session, source)
    letter = None if request.sent is not None else service.get_waiting_message(session, source)
    return {
        "entry": entry,
        "letter": letter,
        "sketch": _sketch_of(letter, entry),
        "mapped": None,
        "presets": [(name, read_preset(name)["title"]) for name in presets()],
        "roles": ROLES,
        "units": known_units(),
        "reason_text": partial(reason_text, language=request.language),
        "is_new_decoder": entry.decoder != TABLE_DECODER,
        "prefix": f"{PREFIX}/{source}/",
    }


def _sketch_of(letter: Letter | None, entry: SourceEntry) -> Sketch:
    """What the form begins with: the newest message that waits, if it can be shown as a text."""
    codec = (entry.codec or {}) if entry.decoder == TABLE_DECODER else {}
    topic, payload = f"{PREFIX}/{entry.code}/", ""
    if letter is not None:
        topic, payload = letter.topic, text_of(letter.payload)
    return Sketch(topic, payload, str(codec.get("preset", "")), tuple(codec.get("topics", ())))


async def beside(request: PortalRequest, found: Mapping[str, Any]) -> Mapping[str, Any]:
    """The vocabulary that lists offer, and what ingest makes of the message that waits."""
    known, sectors = await fetch_vocabulary(request.http.app.state.hub.database)
    is_arabic = request.language == "ar"
    names = {code: each.name_ar if is_arabic else each.name_en for code, each in known.items()}
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, each in known.items():
        if each.result_type != "position":
            groups.setdefault(each.sector, []).append((code, names[code]))
    formats = {each.code: each.name for each in await formats_of(request)}
    values: dict[str, Any] = {
        "groups": [
            (each.name_ar if is_arabic else each.name_en, sorted(groups[each.code], key=lambda one: one[1]))
            for each in sectors
            if each.code in groups
        ],
        "property_name": lambda code: names.get(code, code),
        "format": formats.get(found["entry"].decoder, found["entry"].decoder),
        "away": False,
    }
    sketch: Sketch = found["sketch"]
    if request.sent is None and sketch.payload:
        try:
            values |= _shown(found["entry"], await _map(request, found["entry"], sketch))
        except FalajError as error:
            values["away"] = error.text(request.language)
    elif request.sent is not None:
        # What could not be asked about is shown as it was typed.
        values["sketch"] = read_sketch(request.typed)
    return values


MAPPING = Page(
    router,
    f"{_PATH}/map",
    "casework/sources/map.html",
    look,
    guard=signed_in,
    here="account",
    object_guard=service.get_source,
    title="sources.map",
    beside=beside,
    keeping=Keeping.NOTHING,
)


async def _map(request: PortalRequest, entry: SourceEntry, sketch: Sketch) -> Mapped:
    """What ingest makes of a message and of what is said of its fields."""
    answer = await ingest_of(request).map(
        sketch.begin(entry), sketch.topic, sketch.payload.encode(), sketch.choices, sketch.topics
    )
    return mapped_of(sketch, answer)


def _shown(entry: SourceEntry, mapped: Mapped) -> dict[str, Any]:
    """What the page says of it: the fields, what would be registered, and the table to copy."""
    values: dict[str, Any] = {"mapped": mapped, "sketch": mapped.sketch, "yaml": None, "new_things": []}
    if mapped.source is not None and mapped.outcome is not None:
        source = msgspec.convert(mapped.source, SourceEntry)
        values["yaml"] = write_yaml(Document(sources=[msgspec.structs.replace(source, things=[])]))
        values["new_things"] = new_things(entry, mapped.outcome)
    return values


async def preview(request: PortalRequest, source: str, form: Form) -> Response:
    """What would be stored, below what was said."""
    entry = await request.look(service.get_source, source)
    mapped = await _map(request, entry, read_sketch(form))
    status = 422 if mapped.unreadable or mapped.has_faults else None
    return await MAPPING.show(request, source, status=status, **_shown(entry, mapped))


async def save(request: PortalRequest, source: str, form: Form) -> Onward | Response:
    """Keep the table and what the message proposes; nothing while a field is wrong, or the message is another than was looked at."""
    entry = await request.look(service.get_source, source)
    mapped = await _map(request, entry, read_sketch(form))
    if not mapped.is_whole or mapped.source is None or mapped.outcome is None:
        return await MAPPING.show(request, source, refused=TableUnfinished(), **_shown(entry, mapped))
    codec = mapped.source["codec"]
    await request.run(service.keep_table, request.actor, source, codec, service.read_proposal(mapped.outcome))
    return Onward(f"/account/sources/{source}")


MAPPING.answer("", as_sent, "saved", preview)
MAPPING.answer("save", as_sent, "table_kept", save)
