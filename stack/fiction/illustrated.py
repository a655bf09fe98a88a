"""Pictures of hackathons, offerings and people, and marks of agencies: given by those who have them, and drawn by this code."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple
from uuid import UUID

from casework.files.service import receive
from casework.organisations.machines import ORGANISATIONS, SPEAKERS
from casework.organisations.service import get
from casework.pictures import service as pictures
from casework.pictures.model import Alternative, Drawn
from casework.pictures.service import Pictured
from casework.pictures.settings import PictureSettings
from hackathon.contest.hackathons.service import PICTURED as HACKATHON
from hackathon.contest.jury.judges import set_named
from hackathon.market.offerings.service import PICTURED as OFFERING
from stack.fiction.cast import read
from stack.fiction.drawn import drawn
from stack.fiction.stage import Stage

Scene = Iterator[float]
ORGANISATION = Pictured(ORGANISATIONS, SPEAKERS)
#: On which people stand in their pictures.
_COLOURS = ("#0a6577", "#7a5c44", "#3f7d4e")


class Given(NamedTuple):
    """To which object, and by whom."""

    who: str
    of: Pictured
    object_id: UUID


def illustrated(stage: Stage) -> Scene:
    """The day before, when everything is there that has a picture."""
    yield -0.5
    texts = read("pictures")
    for one in texts["hackathons"]:
        said = Alternative(one["alt_ar"], one["alt_en"])
        _give(stage, Given("organiser", HACKATHON, stage.left[one["left"]]), said, drawn(one["motif"]))
    for one in texts["offerings"]:
        said, offering_id = Alternative(one["alt_ar"], one["alt_en"]), stage.left[f"offering:{one['title']}"]
        _give(stage, Given(one["vendor"], OFFERING, offering_id), said, drawn(one["motif"]))
    words = texts["texts"]
    for one in texts["organisations"]:
        organisation_id = stage.organisations[one["key"]]
        names = stage.call(stage.actor(one["key"]), get, organisation_id).names
        said = Alternative(words["mark_ar"].format(name=names.ar), words["mark_en"].format(name=names.en))
        mark = drawn("mark", one["colour"])
        _give(stage, Given(one["key"], ORGANISATION, organisation_id), said, mark)
    for key in words["judges"]:
        stage.call(stage.actor(key), set_named, stage.left["judged"], True)
    family = read("people")["family_ar"][1]
    for number, key in enumerate((*words["judges"], *words["ambassadors"])):
        part = stage.part(key)
        motif = "woman" if part.name_ar.endswith(family) else "man"
        said = Alternative(
            words["face_ar"].format(name=part.name_ar), words["face_en"].format(name=part.name_en)
        )
        face = _draw(stage, drawn(motif, _COLOURS[number % len(_COLOURS)]))
        stage.call(stage.actor(key), pictures.put_own, said, face)


def _give(stage: Stage, to: Given, said: Alternative, picture: BytesIO) -> None:
    stage.call(stage.actor(to.who), pictures.put, to.of, to.object_id, said, _draw(stage, picture))


def _draw(stage: Stage, picture: BytesIO) -> Drawn:
    settings = stage.programme.of(PictureSettings)
    return pictures.draw(receive(picture, "picture.png", settings.store()), settings)
