"""The widest and slowest questions that the documents of a hub allow, by chance from a seed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from benchmarks.widening.documents import Documents, Json
from hub_api.standards.sensorthings.model import ENTITIES, EntityType

#: Never ends by itself.
ENDLESS = frozenset({"/v1/stream"})
FIRST, LAST = "1970-01-01T00:00:00Z", "2099-12-31T00:00:00Z"
SAFE = "$()',/:;=@*"
EXPAND_DEPTH_MAX, PATH_DEPTH_MAX, STEPS_MAX = 5, 3, 4
POINTS = 200
#: Longitude and latitude of the corners of a polygon.
CORNERS = [
    (57, 20),
    *((round(57 + 3 * n / POINTS, 4), 22 + n % 2) for n in range(POINTS)),
    (60, 22),
    (60, 20),
    (57, 20),
]
AROUND = f"POLYGON(({','.join(f'{longitude} {latitude}' for longitude, latitude in CORNERS)}))"
WORLD = "POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90))"
NUMBER_FUNCTIONS = ("length({})", "year({})", "round({})", "floor({} mul 1.1)", "{} add 1")
WORDS = ("a", "م", "e o", "st")
#: Of parameters whose schema does not say what is most.
WIDEST: Mapping[str, Sequence[str]] = {
    "start": (FIRST,),
    "since": (FIRST,),
    "end": (LAST,),
    "until": (LAST,),
    "bbox": ("-180,-90,180,90",),
    "q": WORDS,
    "search": WORDS,
}
METHODS = "totalCount,distinctCount,sum,avg,min,max,stddev,sumsq"


@dataclass(frozen=True, slots=True)
class Question:
    """``kind`` is the document that allows it; with a body of JSON it is posted."""

    kind: str
    url: str
    body: bytes = b""


def make_questions(documents: Documents, seed: int, count: int) -> Iterator[Question]:
    """The same for the same seed; each kind as often."""
    chance = random.Random(seed)  # noqa: S311 -- nothing secret
    makers: Mapping[str, Callable[[random.Random, Documents], str | tuple[str, bytes]]] = {
        "open data": _open_data,
        "sensorthings": _sensorthings,
        "features": _features,
        "environmental data": _environmental_data,
        "entities": _entities,
        "posted entities": _posted_entities,
        "portal": _portal,
    }
    for number in range(count):
        kind = list(makers)[number % len(makers)]
        made = makers[kind](chance, documents)
        yield Question(kind, made) if isinstance(made, str) else Question(kind, *made)


def _with(path: str, options: Mapping[str, object]) -> str:
    return f"{path}?{urlencode(options, quote_via=quote, safe=SAFE)}" if options else path


def _open_data(chance: random.Random, documents: Documents) -> str:
    paths = [
        (path, methods["get"])
        for path, methods in documents.open_data["paths"].items()
        if "get" in methods and path not in ENDLESS
    ]
    path, operation = chance.choice(paths)
    examples = operation.get("x-examples", [])
    if "{" in path:
        path = str(chance.choice(examples)).partition("?")[0] if examples else path
    options: dict[str, object] = {}
    for given in operation.get("parameters", []):
        parameter = _resolved(given, documents.open_data)
        if parameter["in"] != "query":
            continue
        value = _widest(parameter["name"], parameter.get("schema", {}), chance, documents.open_data)
        if value is not None and (parameter.get("required") or chance.random() < 0.5):
            options[parameter["name"]] = value
    return _with(path, options)


def _resolved(schema: Json, document: Json) -> Json:
    while "$ref" in schema:
        found: Any = document
        for name in schema["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        schema = found
    return schema


def _widest(name: str, schema: Json, chance: random.Random, document: Json) -> object | None:
    """The most that a parameter allows; None where that is to leave it out."""
    schema = _resolved(schema, document)
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            schema = _resolved(next(one for one in schema[key] if one.get("type") != "null"), document)
    if "enum" in schema:
        return str(chance.choice(schema["enum"]))
    if schema.get("type") == "integer":
        return int(schema.get("maximum", 1))
    if schema.get("type") == "boolean":
        return "true"
    known = WIDEST.get(name) or schema.get("examples")
    return str(chance.choice(known)) if known else None


def _sensorthings(chance: random.Random, _: Documents) -> str:
    entity = chance.choice(list(ENTITIES.values()))
    path = f"/sta/v1.1/{entity.collection}"
    for _step in range(chance.randrange(PATH_DEPTH_MAX)):
        manys = [one for one in entity.links if one.is_many]
        if not manys or entity.is_observation:
            break
        link = chance.choice(manys)
        path += f"({chance.randrange(1, 9)})/{link.name}"
        entity = ENTITIES[link.target]
    options: dict[str, object] = {}
    if chance.random() < 0.7:
        options["$top"] = chance.choice((20, 100, 1_000, 10_000))
    if chance.random() < 0.7:
        options["$expand"] = _expansion(entity, chance, EXPAND_DEPTH_MAX)
    if chance.random() < 0.5:
        options["$filter"] = _filter(entity, chance)
    if chance.random() < 0.4:
        options["$orderby"] = f"{_property(entity, chance)} desc"
    if chance.random() < 0.3:
        options["$count"] = "true"
    if chance.random() < 0.2:
        options["$skip"] = chance.choice((100, 100_000, 1_000_000))
    if chance.random() < 0.2:
        options["$resultFormat"] = chance.choice(("GeoJSON", "CSV"))
    return _with(path, options)


def _expansion(entity: EntityType, chance: random.Random, depth: int) -> str:
    link = chance.choice(entity.links)
    inner = []
    if link.is_many and chance.random() < 0.6:
        inner.append(f"$top={chance.choice((10, 100, 1_000))}")
    if depth > 1 and chance.random() < 0.85:
        inner.append(f"$expand={_expansion(ENTITIES[link.target], chance, depth - 1)}")
    if chance.random() < 0.2:
        inner.append(f"$filter={_filter(ENTITIES[link.target], chance)}")
    return f"{link.name}({';'.join(inner)})" if inner else link.name


def _property(entity: EntityType, chance: random.Random) -> str:
    """A path to a property, through other entities too."""
    steps = []
    for _ in range(chance.randrange(STEPS_MAX)):
        link = chance.choice(entity.links)
        steps.append(link.name)
        entity = ENTITIES[link.target]
    named = [one.name for one in entity.properties if one.kind in {"text", "time", "result", "span"}]
    return "/".join((*steps, chance.choice((*named, "id"))))


def _filter(entity: EntityType, chance: random.Random) -> str:
    parts = []
    for _ in range(chance.randrange(1, 4)):
        path = _property(entity, chance)
        match path.rpartition("/")[2]:
            case "result":
                parts.append(f"{chance.choice(NUMBER_FUNCTIONS[2:]).format(path)} gt 100000")
            case "id":
                parts.append(f"{path} ne 0")
            case name if name.endswith("Time") or name == "time":
                parts.append(f"{chance.choice((path + ' gt 1970-01-01T00:00:00Z', f'year({path}) lt 1900'))}")
            case _:
                parts.append(chance.choice((f"substringof('zzz',{path})", f"length({path}) gt 10000")))
    return chance.choice((" or ", " and ")).join(parts)


def _features(chance: random.Random, documents: Documents) -> str:
    name = chance.choice(list(documents.queryables))
    path = f"/ogc/collections/{name}/items"
    options: dict[str, object] = {
        "limit": chance.choice((1_000, 10_000)), "f": chance.choice(("json", "html"))
    }  # fmt: skip
    if chance.random() < 0.7:
        known = documents.queryables[name]
        parts = [_condition(title, kind, chance) for title, kind in known.items()]
        chosen = chance.sample(parts, min(len(parts), chance.randrange(1, 5)))
        options["filter"] = chance.choice((" OR ", " AND ")).join(chosen)
    if chance.random() < 0.4:
        options["datetime"] = f"{FIRST}/{LAST}"
    if chance.random() < 0.4:
        options["bbox"] = "-180,-90,180,90"
    return _with(path, options)


def _condition(name: str, kind: str, chance: random.Random) -> str:
    if "geometry" in kind or name == "geometry":
        return f"S_INTERSECTS({name},{chance.choice((AROUND, WORLD))})"
    if kind in {"number", "integer"}:
        return f"{name} * 2 > -100000"
    if kind == "boolean":
        return f"{name} = FALSE"
    return chance.choice((f"CASEI({name}) LIKE CASEI('%z%z%')", f"ACCENTI({name}) LIKE '%e%'"))


def _environmental_data(chance: random.Random, _: Documents) -> str:
    options: dict[str, object] = {"f": chance.choice(("CoverageJSON", "GeoJSON", "CSV", "json"))}
    way = chance.choice(("area", "radius", "position"))
    options["coords"] = chance.choice((AROUND, WORLD)) if way == "area" else "POINT(58.4 23.6)"
    if way == "radius":
        options |= {"within": 20_000, "within-units": "km"}
    if chance.random() < 0.6:
        options["datetime"] = chance.choice((f"{FIRST}/{LAST}", "2026-10-31T00:00:00Z/.."))
    return _with(f"/ogc/collections/observations/{way}", options)


def _entities(chance: random.Random, documents: Documents) -> str:
    options: dict[str, object] = {"type": ",".join(documents.kinds), "limit": chance.choice((50, 1_000))}
    if chance.random() < 0.4:
        parts = [
            f"{one}{chance.choice(('>-100000', '!=0', '', '~=.*z.*z'))}"
            for one in chance.sample(documents.attributes, min(3, len(documents.attributes)))
        ]
        options["q"] = chance.choice(("|", ";")).join(parts)
    if chance.random() < 0.3:
        options |= {
            "georel": "near;maxDistance==20000000", "geometry": "Point", "coordinates": "[58.4,23.6]"
        }  # fmt: skip
    if chance.random() < 0.5:
        options["options"] = "keyValues"
        return _with("/ngsi-ld/v1/entities", options)
    options |= {"timerel": "after", "timeAt": FIRST, "limit": 50}
    if chance.random() < 0.5:
        options |= {"format": "aggregatedValues", "aggrMethods": METHODS, "aggrPeriodDuration": "PT1H"}
    else:
        options["lastN"] = chance.choice((10, 1_000, 10_000))
    return _with("/ngsi-ld/v1/temporal/entities", options)


def _posted_entities(chance: random.Random, documents: Documents) -> tuple[str, bytes]:
    """A query of entities that is posted: path and body, with many names, comparisons and points."""
    body: dict[str, object] = {"type": "Query", "entities": [{"type": ",".join(documents.kinds)}]}
    if chance.random() < 0.5:
        body["q"] = chance.choice(("|", ";")).join(
            f"{name}{chance.choice(('>-100000', '!=0', '~=.*z.*z.*z'))}"
            for name in chance.choices(documents.attributes, k=20)
        )
    if chance.random() < 0.4:
        body["attrs"] = [f"{name}{chance.choice(('', '9'))}" for name in documents.attributes[:100]]
    if chance.random() < 0.2:
        body["pick"] = ["id", "type", *documents.attributes, *(f"none{n}" for n in range(800))]
    if chance.random() < 0.3:
        body["geoQ"] = {
            "georel": chance.choice(("within", "intersects", "near;maxDistance==20000000")),
            "geometry": "Polygon",
            "coordinates": [CORNERS],
        }
    options: dict[str, object] = {"limit": chance.choice((50, 1_000)), "count": "true"}
    if chance.random() < 0.5:
        return _with("/ngsi-ld/v1/entityOperations/query", options), json.dumps(body).encode()
    span: dict[str, object] = {"timerel": "after", "timeAt": FIRST, "lastN": chance.choice((10, 10_000))}
    options["limit"] = 50
    if chance.random() < 0.5:
        options["format"] = "aggregatedValues"
        span |= {"aggrMethods": METHODS, "aggrPeriodDuration": "PT1H"}
    body["temporalQ"] = span
    return _with("/ngsi-ld/v1/temporal/entityOperations/query", options), json.dumps(body).encode()


def _portal(chance: random.Random, documents: Documents) -> str:
    options: dict[str, object] = {}
    if chance.random() < 0.5:
        options |= {"q": chance.choice(("a", "م", "e o i u", "x" * 200)), "page": chance.choice((1, 1_000))}
    return _with(chance.choice((*documents.pages, "/catalog.jsonld", "/portal/search")), options)
