"""What the programmes for people have published."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

import falaj_client as api
from dashboards.client import LIMITS, Element, hub, listed, shown_url
from dashboards.model import Name
from falaj_client.questions import Many


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambassador:
    """Somebody who agreed to be seen; ``emeritus``: whose last term has ended."""

    ambassador: str
    name: Name
    governorate: str
    emeritus: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """How many voices of a kind an organisation got in a month and governorate; ``received`` is None where the release hides it."""

    month: str
    governorate: str
    received: int | None


AMBASSADORS = Many.of(Ambassador, "innovation/ambassadors")
VOICES = Many.of(Voices, "participation/voices")


@dataclass(frozen=True, slots=True)
class Programme:
    """Everything public, as the API lists it."""

    hackathons: list[api.Hackathon]
    calls: list[api.Call]
    needs: list[api.Need]
    awards: list[api.FundingAward]
    vendors: list[api.Vendor]
    ambassadors: list[Ambassador]
    sessions: list[api.DialogueSession]
    surveys: list[api.Survey]
    ideas: list[api.Idea]
    voices: list[Voices]
    decisions: list[api.Decision]


@st.cache_resource(ttl=LIMITS.registry_ttl_seconds, max_entries=2, show_spinner=False)
def programme() -> Programme:
    client = hub()
    return Programme(
        hackathons=_whole(client.hackathons()),
        calls=_whole(client.calls()),
        needs=_whole(client.needs()),
        awards=_whole(client.funding_awards()),
        vendors=_whole(client.vendors()),
        ambassadors=_whole(api.Listing(client, AMBASSADORS)),
        sessions=_whole(client.sessions()),
        surveys=_whole(client.surveys()),
        ideas=_whole(client.ideas()),
        voices=_whole(api.Listing(client, VOICES)),
        decisions=_whole(client.decisions()),
    )


def _whole(asked: api.Listing[Element]) -> list[Element]:
    return listed(lambda one: one, asked)


def urls() -> list[str]:
    client = hub()
    lists = (client.hackathons(), client.calls(), client.needs(), client.funding_awards(), client.vendors())
    spoken = (client.sessions(), client.surveys(), client.ideas(), client.decisions())
    own = [client.url(AMBASSADORS), client.url(VOICES)]
    return [shown_url(url) for url in [*(one.url for one in (*lists, *spoken)), *own]]
