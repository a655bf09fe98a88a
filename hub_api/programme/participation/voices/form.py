"""What somebody with something to say is asked, by kind; and what the answers mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast
from uuid import UUID, uuid5

from casework.admission.model import Kiosk
from casework.cases.model import Asker, Channel
from casework.forms.model import Answers, Choice, Condition, CountedAs, FieldKind, FormField, Treatment
from casework.forms.wording import Wording, choices_of
from casework.governorates.model import Governorate
from casework.people.model import Names
from citycore.language import Language
from participation.voices.model import OF_PLACES, Kind, NewVoice, Place, Topic
from participation.voices.settings import VoiceSettings

_field: Final = Wording("hub_api.programme.participation.voices", "voices.ask").field
_NAMESPACE: Final = UUID("5d1a3c0e-6f0b-4a53-9a53-0c8a8d6f2b11")
#: One of several, without which it goes nowhere.
_CHOSEN: Final[Mapping[str, Any]] = {"is_required": True, "treatment": Treatment(counted_as=CountedAs.SHARE)}


def form_id_of(kind: Kind, at: str = "") -> UUID:
    return uuid5(_NAMESPACE, f"{kind.value}{at}")


def form_of(
    kind: Kind, agencies: Sequence[tuple[UUID, Names]] | None, limits: VoiceSettings
) -> tuple[FormField, ...]:
    """Three pages: to whom and of what; what happened and where; who asks, as far as they want to say.

    Without ``agencies`` it is known to whom.
    """
    places = tuple(topic.value for topic in Topic if topic in OF_PLACES)
    agency = tuple(_agency(*one) for one in agencies or ())
    to_whom = _field("agency", FieldKind.ONE_OF, 1, choices=agency, **_CHOSEN)
    one_line, long = limits.subject_characters_max, limits.body_characters_max
    body = f"body_{kind.value}"
    return (
        *(() if agencies is None else (to_whom,)),
        _field("topic", FieldKind.ONE_OF, 1, choices=choices_of(Topic), **_CHOSEN),
        _field("subject", FieldKind.LINE, 2, characters_max=one_line, is_required=True),
        _field("body", FieldKind.TEXT, 2, name=body, characters_max=long, is_required=True),
        _field("place", FieldKind.PLACE, 2, is_required=True),
        _field("is_public", FieldKind.CONSENT, 2, asked_if=Condition("topic", places)),
        _field("name", FieldKind.LINE, 3, characters_max=100, is_identifying=True),
        _field("email", FieldKind.LINE, 3, characters_max=254, is_identifying=True, is_email=True),
        _field("telephone", FieldKind.LINE, 3, characters_max=30, is_identifying=True),
    )


def voice_of(
    kind: Kind,
    answers: Answers,
    language: Language,
    person_id: UUID | None = None,
    kiosk: Kiosk | None = None,
) -> NewVoice:
    """What was said. Whoever is signed in is owed the answer by that account too; a kiosk stands with the organisation."""
    values = answers.values
    place = cast("Mapping[str, str]", values["place"])
    longitude, latitude = (
        float(place[name]) if name in place else None for name in ("longitude", "latitude")
    )
    return NewVoice(
        kind,
        UUID(hex=str(values["agency"])[1:]) if kiosk is None else kiosk.object_id,
        Topic(str(values["topic"])),
        str(values["subject"]),
        str(values["body"]),
        Place(
            Governorate(place["governorate"]),
            place.get("wilayat", ""),
            longitude,
            latitude,
            is_public=values.get("is_public") is True,
        ),
        Channel.WEB if kiosk is None else Channel.KIOSK,
        language,
        Asker(person_id, *(str(values.get(name, "")) for name in ("name", "email", "telephone"))),
        kiosk_id=None if kiosk is None else kiosk.kiosk_id,
    )


def _agency(organisation_id: UUID, names: Names) -> Choice:
    return Choice(f"a{organisation_id.hex}", names.shown("ar"), names.shown("en"))
