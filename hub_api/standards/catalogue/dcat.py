"""The catalogue as DCAT-AP 3: a graph of :mod:`hub_api.standards.catalogue.graph`.

Documents are at ``/catalog`` and ``/catalog/{dataset}``; what they describe is at a fragment of them, so that the
document and the dataset are not one thing. Whatever the shapes of DCAT-AP ask the class of says it here, since a
validator without the network cannot look it up.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from citycore.language import LANGUAGES, Language
from citycore.licences import Licence
from hub_api.city.datasets.model import Dataset
from hub_api.standards.catalogue.graph import Link, Node, Pair, Text, Value, texts
from hub_api.standards.catalogue.model import Both, Entry, Holder, Service, Shelf
from hub_api.standards.catalogue.rules import Way, dataset_url, instant, starts_at, ways, web_address
from hub_api.standards.catalogue.services import NATIVE
from hub_api.standards.catalogue.texts import (
    both,
    description_of,
    name_of,
    observed_names,
    provenance_of,
    provider_of,
)
from hub_api.standards.catalogue.vocabulary import (
    FILE_TYPES,
    FORMAT_NAMES,
    LANGUAGES_OF,
    OMAN,
    PREFIXES,
    PUBLIC,
    TAXONOMY,
    frequency_of,
    media_type_of,
    theme_of,
)

SHA_256 = f"{PREFIXES['spdx']}checksumAlgorithm_sha256"


def catalogue_graph(shelf: Shelf) -> list[Node]:
    """The catalogue with the datasets of one page and, where there are several, how it goes on."""
    holder = shelf.holder
    catalogue = Node(
        ("dcat:Catalog",),
        (
            *texts("dct:title", title_of(holder)),
            *texts("dct:description", both("catalogue.description")),
            ("dct:publisher", _agent(f"{shelf.hub}/catalog#publisher", holder.name, holder.website)),
            ("dcat:contactPoint", _contact(shelf)),
            *(("dct:language", _concept(LANGUAGES_OF[one], "dct:LinguisticSystem")) for one in LANGUAGES),
            ("foaf:homepage", Node(("foaf:Document",), (), f"{shelf.hub}/catalog?f=html")),
            ("dct:spatial", _concept(OMAN, "dct:Location")),
            (
                "dcat:themeTaxonomy",
                Node(("skos:ConceptScheme",), tuple(texts("dct:title", both("catalogue.themes"))), TAXONOMY),
            ),
            *(("dcat:service", _service(shelf, one)) for one in shelf.services),
            *(("dcat:dataset", _dataset(shelf, entry)) for entry in shelf.entries),
        ),
        f"{shelf.hub}/catalog#catalog",
    )
    return [catalogue, _view(shelf)]


def dataset_graph(shelf: Shelf) -> list[Node]:
    """The only dataset of the page, and the services that have it."""
    (entry,) = shelf.entries
    return [_dataset(shelf, entry), *(_service(shelf, one) for one in shelf.services)]


def title_of(holder: Holder) -> Both:
    """What the catalogue is called."""
    return {language: _title(holder, language) for language in LANGUAGES}


def _title(holder: Holder, language: Language) -> str:
    operator = holder.name.get(language)
    if operator is None or operator == both("catalogue.nobody")[language]:
        return both("catalogue.title_of_nobody")[language]
    return both("catalogue.title", operator=operator)[language]


def _view(shelf: Shelf) -> Node:
    """Hydra's paging, in the words of both of its versions: harvesters know the one or the other."""
    here = f"{shelf.hub}/catalog" + ("" if shelf.after is None else f"?after={quote(shelf.after, safe='')}")
    following = () if shelf.following is None else (f"{shelf.hub}/catalog?after={shelf.following}",)
    return Node(
        ("hydra:PartialCollectionView", "hydra:PagedCollection"),
        (
            ("hydra:totalItems", Value(str(shelf.dataset_count), "xsd:integer")),
            ("hydra:first", Link(f"{shelf.hub}/catalog")),
            *(("hydra:next", Link(url)) for url in following),
            *(("hydra:nextPage", Link(url)) for url in following),
        ),
        here,
    )


def _dataset(shelf: Shelf, entry: Entry) -> Node:
    dataset, document = entry.dataset, dataset_url(shelf.hub, entry.dataset.code)
    return Node(
        ("dcat:Dataset",),
        (
            *texts("dct:title", name_of(dataset)),
            *texts("dct:description", description_of(dataset)),
            ("dct:identifier", Text(dataset.code)),
            ("dct:publisher", _publisher(shelf, dataset)),
            ("dcat:contactPoint", _contact(shelf)),
            *(
                ("dcat:keyword", Text(name, one))
                for one in LANGUAGES
                for name in observed_names(dataset, one)
            ),
            *(("dcat:theme", _theme(sector)) for sector in entry.sectors or ("other",)),
            *_extent(dataset),
            ("dct:accrualPeriodicity", _concept(frequency_of(dataset.interval_seconds), "dct:Frequency")),
            *_resolution(dataset),
            *(("dct:language", _concept(LANGUAGES_OF[one], "dct:LinguisticSystem")) for one in LANGUAGES),
            ("dct:accessRights", _concept(PUBLIC, "dct:RightsStatement")),
            ("dcat:landingPage", Node(("foaf:Document",), (), f"{document}?f=html")),
            *_provenance(dataset),
            *(
                ("dcat:distribution", _distribution(shelf.hub, document, dataset, way))
                for way in ways(shelf.hub, dataset, entry.files)
            ),
        ),
        f"{document}#dataset",
    )


def _publisher(shelf: Shelf, dataset: Dataset) -> Node:
    """Who provides the data, or where nobody is named the hub's operator."""
    provider = provider_of(dataset)
    if provider is None:
        return _agent(f"{shelf.hub}/catalog#publisher", shelf.holder.name, shelf.holder.website)
    return _agent(f"{dataset_url(shelf.hub, dataset.code)}#provider", provider, web_address(dataset.homepage))


def _agent(iri: str, name: Both, website: str | None) -> Node:
    pages = () if website is None else (("foaf:homepage", Node(("foaf:Document",), (), website)),)
    return Node(("foaf:Agent",), (*texts("foaf:name", name), *pages), iri)


def _contact(shelf: Shelf) -> Node:
    mail = () if shelf.holder.email is None else (("vcard:hasEmail", Link(f"mailto:{shelf.holder.email}")),)
    return Node(
        ("vcard:Kind", "vcard:Organization"),
        (
            *texts("vcard:fn", both("catalogue.contact")),
            *mail,
            ("vcard:hasURL", Link(f"{shelf.hub}/contact")),
        ),
        f"{shelf.hub}/catalog#contact",
    )


def _extent(dataset: Dataset) -> Iterator[Pair]:
    start, newest = starts_at(dataset), dataset.newest_phenomenon_time
    days = [("dcat:startDate", start), ("dcat:endDate", newest)]
    if known := tuple((name, Value(instant(at), "xsd:dateTime")) for name, at in days if at is not None):
        yield "dct:temporal", Node(("dct:PeriodOfTime",), known)
    if newest is not None:
        yield "dct:modified", Value(instant(newest), "xsd:dateTime")
    if dataset.box is not None:
        west, south, east, north = dataset.box
        ring = f"{west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}"
        area = ("dcat:bbox", Value(f"POLYGON(({ring}))", "geo:wktLiteral"))
        yield "dct:spatial", Node(("dct:Location",), (area,))


def _resolution(dataset: Dataset) -> Iterator[Pair]:
    if dataset.interval_seconds is not None:
        yield "dcat:temporalResolution", Value(f"PT{dataset.interval_seconds}S", "xsd:duration")


def _provenance(dataset: Dataset) -> Iterator[Pair]:
    if (told := provenance_of(dataset)) is not None:
        yield "dct:provenance", Node(("dct:ProvenanceStatement",), tuple(texts("rdfs:label", told)))


def _theme(sector: str) -> Node:
    iri, names = theme_of(sector)
    return Node(("skos:Concept",), tuple(texts("skos:prefLabel", names)), iri)


def _concept(iri: str, kind: str) -> Node:
    return Node((kind,), (), iri)


def _distribution(hub: str, document: str, dataset: Dataset, way: Way) -> Node:
    return Node(
        ("dcat:Distribution",),
        (
            *texts("dct:title", way.title),
            ("dcat:accessURL", Node(("rdfs:Resource",), (), way.url)),
            *((("dcat:downloadURL", Node(("rdfs:Resource",), (), way.url)),) if way.is_whole else ()),
            *_rights(dataset),
            *_formats(way),
            *_bytes(way),
            *(() if way.file else (("dcat:accessService", Link(service_iri(hub, NATIVE))),)),
        ),
        f"{document}#{way.slug}",
    )


def _rights(dataset: Dataset) -> Iterator[Pair]:
    """The licence of each distribution, or that none is stated; and whom to name. DCAT-AP allows one statement of rights."""
    told: list[Both] = []
    if dataset.licence is None:
        told.append(both("catalogue.no_licence"))
    else:
        yield "dct:license", _licence(dataset.licence)
    if dataset.attribution:
        told.append(both("catalogue.attribution", attribution=dataset.attribution))
    if told:
        words = {language: " ".join(one[language] for one in told) for language in LANGUAGES}
        yield "dct:rights", Node(("dct:RightsStatement",), tuple(texts("rdfs:label", words)))


def _licence(licence: Licence) -> Node:
    named = texts("dct:title", {"en": licence.name_en, "ar": licence.name_ar})
    return Node(
        ("dct:LicenseDocument",),
        (*named, ("dct:identifier", Text(licence.code))),
        web_address(licence.url),
    )


def _formats(way: Way) -> Iterator[Pair]:
    if (known := FILE_TYPES.get(way.format)) is not None:
        yield "dct:format", _concept(known, "dct:MediaTypeOrExtent")
    else:
        label = ("rdfs:label", Text(FORMAT_NAMES.get(way.format, way.format)))
        yield "dct:format", Node(("dct:MediaTypeOrExtent",), (label,))
    if (iri := media_type_of(way.media_type)) is not None:
        yield "dcat:mediaType", _concept(iri, "dct:MediaType")


def _bytes(way: Way) -> Iterator[Pair]:
    if way.file is None:
        return
    yield "dcat:byteSize", Value(str(way.file.byte_count), "xsd:nonNegativeInteger")
    yield "dct:modified", Value(instant(way.file.generated_at), "xsd:dateTime")
    yield (
        "spdx:checksum",
        Node(
            ("spdx:Checksum",),
            (
                ("spdx:algorithm", _concept(SHA_256, "spdx:ChecksumAlgorithm")),
                ("spdx:checksumValue", Value(way.file.sha256.hex(), "xsd:hexBinary")),
            ),
        ),
    )


def service_iri(hub: str, service: Service) -> str:
    return f"{hub}/catalog#service-{service.slug}"


def _service(shelf: Shelf, service: Service) -> Node:
    hub = shelf.hub
    # Others may leave out what they have no word for.
    served = shelf.entries if service is NATIVE else ()
    return Node(
        ("dcat:DataService",),
        (
            *texts("dct:title", both(f"service.{service.slug}.title")),
            *texts("dct:description", both(f"service.{service.slug}.description")),
            ("dcat:endpointURL", Node(("rdfs:Resource",), (), f"{hub}{service.root}")),
            ("dcat:endpointDescription", Node(("rdfs:Resource",), (), f"{hub}{service.described_by}")),
            *(("dct:conformsTo", _concept(one, "dct:Standard")) for one in service.conforms_to),
            ("dcat:landingPage", Node(("foaf:Document",), (), f"{hub}{service.guide}")),
            *(
                ("dcat:servesDataset", Link(f"{dataset_url(hub, one.dataset.code)}#dataset"))
                for one in served
            ),
            ("dct:accessRights", _concept(PUBLIC, "dct:RightsStatement")),
        ),
        service_iri(hub, service),
    )
