"""A complaint to the organisation, for the rows of the access matrix."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from uuid import UUID

from casework.access.model import ANONYMOUS
from casework.cases.model import Channel
from casework.cases.settings import CaseSettings
from casework.files.model import Received
from casework.files.service import receive
from casework.follow_up.model import Followed
from casework.governorates.model import Governorate
from casework.programme import Session
from participation.voices import service
from participation.voices.model import Kind, NewVoice, Place, Topic
from tests.hackathon.telling_files import picture
from tests.hub_api.portal.conftest import Portal, Somebody

FOLLOWED_DEEDS = ("reply", "dispute", "rate", "step", "picture", "pictures/{picture_id}/remove")
OTHERS: dict[str, str] = {}
FORMS: dict[str, dict[str, str]] = {}


def rows(
    everybody: frozenset[str], signed: frozenset[str], administrator: frozenset[str]
) -> dict[str, frozenset[str]]:
    """Those who follow it bring a number and a code, which nobody here has."""
    oversight = administrator | {"programme_officer"}
    own, staff = oversight | {"officer"}, oversight | {"officer", "other_officer"}
    followed, desk = "/portal/follow/voices/{voice_id}", "/portal/desk/voices"
    kiosk = "/portal/voices/kiosk/{organisation_id}"
    return {
        "GET /portal/participation": everybody,
        "GET /portal/voices": everybody,
        "GET /portal/voices/new/{voice_kind}": everybody,
        "POST /portal/voices/new/{voice_kind}": everybody,
        f"GET {followed}": frozenset(),
        **{f"POST {followed}/{deed}": frozenset() for deed in FOLLOWED_DEEDS},
        f"GET {followed}/pictures/{{picture_id}}": frozenset(),
        f"GET {desk}": staff,
        f"GET {desk}/called": staff,
        f"GET {desk}/new/{{voice_kind}}": staff,
        f"POST {desk}/new/{{voice_kind}}": staff,
        f"GET {desk}/handlers/{{organisation_id}}": own,
        f"POST {desk}/handlers/{{organisation_id}}": own,
        f"POST {desk}/handlers/{{organisation_id}}/dismiss": own,
        f"POST {desk}/handlers/{{organisation_id}}/kiosks": own,
        # Nobody has set up this one, and nobody here has the browser of a device.
        f"POST {desk}/handlers/{{organisation_id}}/kiosks/{{kiosk_id}}/revoke": frozenset(),
        f"GET {kiosk}": frozenset(),
        f"GET {kiosk}/number": frozenset(),
        f"GET {kiosk}/new/{{voice_kind}}": frozenset(),
        f"POST {kiosk}/new/{{voice_kind}}": frozenset(),
        f"GET {desk}/{{voice_id}}": own,
        **{
            f"POST {desk}/{{voice_id}}/{deed}": own
            for deed in ("step", "ask", "answer", "forward", "merge", "hand", "conflict", "note", "picture")
        },
        f"GET {desk}/{{voice_id}}/pictures/{{picture_id}}": own,
    }


def settle(
    portal: Portal, people: Mapping[str, Somebody], objects: Mapping[str, object]
) -> dict[str, object]:
    new = NewVoice(
        Kind.COMPLAINT,
        UUID(str(objects["organisation_id"])),
        Topic.WAITING,
        "Waiting",
        "Two hours",
        Place(Governorate.MUSCAT),
        Channel.WEB,
        "en",
    )
    taken = portal.office.programme.call(ANONYMOUS, service.submit, new)
    sent = BytesIO(picture("Salim", "PNG"))
    store = portal.office.programme.of(CaseSettings).store()
    held = portal.office.programme.call(
        Followed("voice", taken.case_id).actor,
        keep_picture,
        taken.case_id,
        receive(sent, "lamp.png", store),
    )
    return {"voice_id": taken.case_id, "voice_kind": Kind.COMPLAINT.value, "picture_id": held}


def keep_picture(session: Session, voice_id: UUID, picture: Received) -> UUID:
    service.DESK.reply(session, voice_id, "", picture=picture)
    return service.DESK.list_pictures(session, voice_id)[0].file.file_id
