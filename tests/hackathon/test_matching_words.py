"""What people read about a match: its parts, its filters, and the vocabularies they come from."""

from __future__ import annotations

import re
from datetime import date

import pytest

from casework.governorates.model import Governorate
from casework.taxonomy.model import Capability, ClientKind, PriceBand, Sector, Standard
from citycore.language import LANGUAGES
from hackathon.market.matching.index import Index
from hackathon.market.matching.model import Filter, PartKind, Reference, Texts
from hackathon.market.matching.rules import rank_offerings
from hackathon.market.matching.settings import MatchingSettings
from hackathon.market.matching.wording import filter_label, part_label, points_text, score_text, why
from tests.hackathon.supply import need, offering


def test_every_part_and_filter_has_words_in_both_languages():
    for language in LANGUAGES:
        labels = [filter_label(one) for one in Filter] + [part_label(kind) for kind in PartKind]
        assert len({label.text(language) for label in labels}) == len(Filter) + len(PartKind)


def test_an_explanation_as_people_read_it():
    asked = need(
        optional=frozenset({Capability.GIS, Capability.METERING}), standards=frozenset({Standard.MQTT})
    )
    done = Reference(Governorate.MUSCAT, ClientKind.UTILITY, Capability.LEAK_DETECTION)
    held = frozenset({Capability.LEAK_DETECTION, Capability.GIS})
    supply = [
        offering(1, capabilities=held, references=(done,), standards=asked.standards),
        offering(2, texts=Texts()),
    ]
    ranking = rank_offerings(asked, Index.of(supply, MatchingSettings()), date(2026, 11, 25))
    (found,) = (one for one in ranking.shown if one.offering_id.int == 1)
    english = {part.kind: why(part, "en") for part in found.parts}
    assert (
        english[PartKind.CAPABILITIES]
        == "Has 2 of 3 capabilities asked: Leak detection, Geographic information."
    )
    assert (
        english[PartKind.REFERENCES]
        == "Done before: Leak detection, for this kind of client: Utility, in Muscat."
    )
    assert english[PartKind.MATURITY] == "Maturity 9 of 9 (Proven in use)."
    assert "breaks" in english[PartKind.TEXT]
    assert "المدفونة" not in english[PartKind.TEXT]
    arabic = {part.kind: why(part, "ar") for part in found.parts}
    assert (
        arabic[PartKind.CAPABILITIES]
        == "القدرات المطلوبة المتوفرة: 2 من 3 (كشف التسربات، نظم المعلومات الجغرافية)."
    )
    assert "المدفونة" in arabic[PartKind.TEXT]
    assert "breaks" not in arabic[PartKind.TEXT]
    assert "\u2068MQTT\u2069" in arabic[PartKind.STANDARDS]
    numbers = [points_text(part, "en").split(" of ")[0] for part in found.parts]
    assert sum(round(1000 * float(number)) for number in numbers) == found.score
    assert score_text(found, "en") == f"{found.score / 1000:g} of 100"
    assert re.fullmatch(r"[\d.]+ من 100", score_text(found, "ar"))


def test_vocabularies_have_words_in_both_languages_and_bands_meet():
    for vocabulary in (Sector, Capability, Standard, PriceBand, ClientKind):
        for language in LANGUAGES:
            assert len({code.label.text(language) for code in vocabulary}) == len(vocabulary)
    bands = list(PriceBand)
    assert [band.before_baisa for band in bands[:-1]] == [band.from_baisa for band in bands[1:]]
    assert [PriceBand.of(amount) for amount in (0, 4_999_999, 5_000_000, 10**12)] == [
        PriceBand.UNDER_5K, PriceBand.UNDER_5K, PriceBand.FROM_5K_TO_25K, PriceBand.OVER_500K,
    ]  # fmt: skip
    with pytest.raises(ValueError):
        PriceBand.of(-1)
