"""The catalogue's own texts, and what is said of a dataset where its provider says nothing."""

from __future__ import annotations

from typing import Final

from citycore.language import LANGUAGES, Catalogue, Language
from hub_api.city.datasets.model import Dataset
from hub_api.standards.catalogue.model import Both

SAID: Final = Catalogue("hub_api.standards.catalogue")
#: Observed properties that a sentence names before it says that there are more.
NAMED_MAX: Final = 6
#: https://developers.google.com/search/docs/appearance/structured-data/dataset
SUMMARY_MIN: Final = 50
SUMMARY_MAX: Final = 5_000


def both(key: str, **fields: object) -> Both:
    """One text in both languages."""
    return {language: SAID.text(key, language, **fields) for language in LANGUAGES}


def name_of(dataset: Dataset) -> Both:
    return {"en": dataset.name_en, "ar": dataset.name_ar}


def description_of(dataset: Dataset) -> Both:
    """In both languages: the provider's words, or where it has none in a language a sentence of ours."""
    given: dict[Language, str | None] = {"en": dataset.description_en, "ar": dataset.description_ar}
    return {language: text or _undescribed(dataset, language) for language, text in given.items()}


def summary_of(dataset: Dataset, language: Language) -> str:
    """The same for search engines, which take no description of fewer characters than :data:`SUMMARY_MIN` or of more than
    :data:`SUMMARY_MAX`: few words of a provider stand before our sentence.
    """
    said = description_of(dataset)[language]
    if len(said) < SUMMARY_MIN:
        said = f"{said} {_undescribed(dataset, language)}"
    return said[:SUMMARY_MAX]


def provider_of(dataset: Dataset) -> Both | None:
    """Names are not translated: one that is known in a single language stands in that one alone."""
    given: dict[Language, str | None] = {"en": dataset.provider_en, "ar": dataset.provider_ar}
    return {language: text for language, text in given.items() if text} or None


def provenance_of(dataset: Dataset) -> Both | None:
    """That nobody measured it here, where that is so."""
    return None if dataset.kind == "device" else both(f"catalogue.{dataset.kind}")


def observed_names(dataset: Dataset, language: Language) -> list[str]:
    """Of the observed properties, each once, in the order of their codes."""
    return list(dict.fromkeys(str(one["name"][language]) for one in dataset.observed_properties))


def _undescribed(dataset: Dataset, language: Language) -> str:
    name = dataset.name_ar if language == "ar" else dataset.name_en
    observed = observed_names(dataset, language)
    if not observed:
        return SAID.text("catalogue.undescribed_empty", language, name=name)
    listed = SAID.text("catalogue.comma", language).join(observed[:NAMED_MAX])
    if len(observed) > NAMED_MAX:
        listed = SAID.text("catalogue.and_more", language, listed=listed)
    return SAID.text("catalogue.undescribed", language, observed=listed, name=name)
