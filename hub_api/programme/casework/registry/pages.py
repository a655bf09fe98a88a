"""``/portal/vocabulary`` for everybody; ``/portal/desk/registry`` for administrators."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated, Any, get_args, get_type_hints

import anyio.to_thread
import msgspec
from fastapi import APIRouter, Path
from msgspec.structs import replace
from starlette.responses import Response

from casework.programme import Session
from casework.sources import vocabulary
from casework.sources.settings import SourceSettings
from casework.workflow.errors import NoSuchObject
from citycore.language import Language
from citycore.registry.document import (
    PlaceEntry,
    SensorEntry,
    write_yaml,
)
from citycore.registry.taking import Finding
from citycore.registry.written import BETWEEN, write_table
from citycore.units import known_units
from citycore.vocabulary import ObservedProperty, Sector, has_words, search
from hub_api.city.observed_properties.vocabulary import fetch_vocabulary
from hub_api.programme.casework.sources.pages import zones
from hub_api.programme.casework.staff.staff import administers
from hub_api.programme.kit.errors import DocumentUnreadable, FormUnreadable
from hub_api.programme.kit.forms import Form
from hub_api.programme.kit.pages import Onward, Page, anybody, as_sent
from hub_api.programme.kit.rendering import WORDS, headers
from hub_api.programme.kit.request import CurrentRequest, PortalRequest
from hub_api.programme.kit.values import Special, ValueForm
from hub_api.serving.ingest import Ingest, IngestBusy

router = APIRouter(prefix="/portal", include_in_schema=False)
page = partial(Page, router)
_PATH = "/desk/registry"
Part = Annotated[str, Path(pattern=f"^({'|'.join(vocabulary.FORMS)})$")]
Listed = Annotated[str, Path(pattern="^(sectors|places|sensors)$")]
Code = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,62}$")]


def _document(name: str, nothing: Any) -> Special:
    """A field with JSON in it; left empty it is ``nothing``."""

    def read(form: Form) -> Any:
        text = form.text(name).strip()
        try:
            found = json.loads(text) if text else nothing
        except (ValueError, RecursionError) as error:
            raise DocumentUnreadable(name) from error
        if not isinstance(found, dict) and found is not nothing:
            raise DocumentUnreadable(name)
        return found

    return Special(
        read, lambda value: {name: [json.dumps(value, ensure_ascii=False, indent=1)] if value else []}
    )


ALIASES = Special(
    lambda form: tuple(name for name in form.text("aliases").split(BETWEEN.strip()) if name.strip()),
    lambda names: {"aliases": [BETWEEN.join(names)] if names else []},
)
FORMS: Mapping[str, ValueForm[Any]] = {
    "sectors": ValueForm(Sector),
    "observed_properties": ValueForm(
        ObservedProperty, special={"aliases": ALIASES, "quality_tests": _document("quality_tests", {})}
    ),
    "places": ValueForm(PlaceEntry, special={"geometry": _document("geometry", None)}),
    "sensors": ValueForm(SensorEntry),
}


def look_at_vocabulary(session: Session, request: PortalRequest) -> dict[str, Any]:
    return {"is_keeper": session.holds(vocabulary.KEEPERS, ()), "q": request.query("q")}


async def vocabulary_beside(request: PortalRequest, _: Mapping[str, Any]) -> Mapping[str, Any]:
    """What everybody may know is read with everybody's rights."""
    known, sectors = await fetch_vocabulary(request.http.app.state.hub.database)
    words, chosen = request.query("q").strip(), request.query("sector")
    codes, has_them = tuple(known), True
    if words:
        codes, has_them = await anyio.to_thread.run_sync(search, words, known)
    return {
        "found": [known[code] for code in codes if words or known[code].sector == chosen],
        "is_near": not has_them,
        "sectors": sectors,
        "chosen": chosen,
        "counts": Counter(each.sector for each in known.values()),
    }


page(
    "/vocabulary",
    "casework/registry/vocabulary.html",
    look_at_vocabulary,
    guard=anybody,
    title="registry.vocabulary",
    here="vocabulary",
    beside=vocabulary_beside,
)


def look(session: Session, request: PortalRequest) -> dict[str, Any]:
    known = vocabulary.read_vocabulary(session)
    return {
        "parts": {part: len(getattr(known, part)) for part in FORMS},
        "form": request.typed,
        "finding": None,
        "findings_max": session.of(SourceSettings).findings_max,
        "section_name": lambda section: WORDS.text(f"registry.{section}", request.language),
    }


PAGE = page(
    _PATH, "casework/registry/registry.html", look, guard=administers, title="registry.title", here="desk"
)


@router.post(f"{_PATH}/import")
async def take_in(request: CurrentRequest) -> Response:
    """A file, or what is in the field; the page then says what would change, or what is wrong and on which line."""
    administers(request)
    bytes_max = request.office.programme.of(SourceSettings).document_bytes_max
    form, files = await request.held(bytes_max, 1)
    text = files[0][1].decode("utf-8", "replace") if files else form.text("document")
    if not text.strip():
        raise FormUnreadable
    is_trial = form.text("deed") != "apply"
    found: Finding = await request.run(
        vocabulary.bring, request.actor, text, await _decoders(request), is_trial=is_trial
    )
    if is_trial or found.faults:
        shown = Form({"document": [text]})
        return await PAGE.show(request, finding=found, form=shown, status=422 if found.faults else None)
    return request.go(_PATH, "registry_taken_in")


async def _decoders(request: PortalRequest) -> list[str] | None:
    """The formats that there are, where ingest says so."""
    ingest: Ingest = request.http.app.state.ingest
    try:
        return [each.code for each in await ingest.formats()]
    except IngestBusy:
        return None


@router.get(f"{_PATH}/export.{{kind}}")
async def export(request: CurrentRequest, kind: Annotated[str, Path(pattern="^(yaml|csv)$")]) -> Response:
    administers(request)
    write = write_yaml if kind == "yaml" else write_table
    text: str = await request.look(vocabulary.read_registry, write)
    fields = headers(request.office, request.language) | {
        "Content-Disposition": f'attachment; filename="falaj-registry.{kind}"'
    }
    media_type = "application/yaml" if kind == "yaml" else "text/csv; charset=utf-8"
    return Response(text.encode(), media_type=media_type, headers=fields)


def look_at_part(session: Session, request: PortalRequest, part: Listed) -> dict[str, Any]:
    words, after = request.query("q").strip(), request.query("after")
    known: list[Any] = getattr(vocabulary.read_vocabulary(session), part)
    found = [each for each in known if each.code > after and (not words or has_words(each, words))]
    rows = request.office.settings.portal.page_rows
    return {
        "title": WORDS.text(f"registry.{part}", request.language),
        "part": part,
        "q": words,
        "found": found[:rows],
        "more": found[rows - 1].code if len(found) > rows else None,
    }


page(f"{_PATH}/{{part}}", "casework/registry/part.html", look_at_part, guard=administers, here="desk")


def look_at_new(session: Session, request: PortalRequest, part: Part) -> dict[str, Any]:
    """The form of a new entry; an address can fill it in."""
    given = Form({name: [text] for name, text in request.http.query_params.items()})
    return _entry(session, request, part, request.typed if request.sent is not None else given)


def look_at_entry(session: Session, request: PortalRequest, part: Part, code: Code) -> dict[str, Any]:
    known: list[Any] = getattr(vocabulary.read_vocabulary(session), part)
    entry = next((each for each in known if each.code == code), None)
    if entry is None:
        raise NoSuchObject
    names = {"title": entry.name_ar if request.language == "ar" else entry.name_en, "code": code}
    return {**_entry(session, request, part, FORMS[part].fill(entry, request.typed)), **names}


def _entry(session: Session, request: PortalRequest, part: str, form: Form) -> dict[str, Any]:
    known, language = vocabulary.read_vocabulary(session), request.language

    def named(entries: Iterable[Any]) -> list[tuple[str, str]]:
        return [(each.code, each.name_ar if language == "ar" else each.name_en) for each in entries]

    return {
        "title": WORDS.text(f"registry.new_{part}", language),
        "part": part,
        "code": None,
        "form": form,
        "sectors": named(known.sectors),
        "places": named(known.places),
        "units": known_units(),
        "zones": zones(),
        "kinds": _choices(PlaceEntry, "kind", language),
        "result_types": _choices(ObservedProperty, "result_type", language),
    }


def _choices(kind: type[msgspec.Struct], name: str, language: Language) -> list[tuple[str, str]]:
    codes = get_args(get_type_hints(kind)[name])
    return [(code, WORDS.text(f"registry.{name}_{code}", language)) for code in codes]


entry_page = partial(Page, router, template="casework/registry/entry.html", guard=administers, here="desk")
NEW = entry_page(f"{_PATH}/{{part}}/new", look=look_at_new)
ENTRY = entry_page(f"{_PATH}/{{part}}/{{code}}", look=look_at_entry)


async def add(request: PortalRequest, part: str, form: Form) -> Onward:
    entry = FORMS[part](form)
    await request.run(vocabulary.put, request.actor, part, entry, is_new=True)
    return Onward(f"{_PATH}/{part}/{entry.code}")


async def edit(request: PortalRequest, part: str, code: str, form: Form) -> None:
    entry = replace(FORMS[part](form), code=code)
    await request.run(vocabulary.put, request.actor, part, entry, is_new=False)


NEW.answer("", as_sent, "saved", add)
ENTRY.answer("", as_sent, "saved", edit)
