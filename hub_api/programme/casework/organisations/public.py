"""``/v1/innovation/organisations``: those that were verified."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from casework.workflow.wording import Label
from citycore.store.queries import load_queries
from hub_api.programme.open_data.elements import NO_CELLS, Cells, Filled, From, Worded
from hub_api.programme.open_data.lists import OpenList, by_identifier, identifier_of
from hub_api.programme.open_data.shapes import Kind, OrganisationName, PlainExportQuery
from hub_api.serving.errors import UnknownName
from hub_api.serving.hub import Hub
from hub_api.serving.lists.model import name_columns
from hub_api.serving.schemas import Names

PACKAGE = "hub_api.programme.casework.organisations"
QUERIES = load_queries(PACKAGE)


class OrganisationsParameters(PlainExportQuery):
    kind: Kind | None = None


class OrganisationElement(OrganisationName):
    organisation: Annotated[str, From("organisation_id")]
    name: Annotated[Names, Filled(), NO_CELLS]
    kind_name: Annotated[
        Names,
        Worded(lambda kind: Label("casework.organisations", f"kind.{kind}")),
        # Tables have the words beside the code.
        Cells(lambda field: (*name_columns(field), *name_columns("name"))),
    ]
    challenge_count: int


async def organisation_named(hub: Hub, text: str) -> UUID:
    """The identifier of an organisation that is public, in the list or by what names it still."""
    organisation_id = identifier_of("organisation", text)
    ((is_public,),) = await hub.database.fetch(QUERIES["has_organisation"], {"organisation": organisation_id})
    if not is_public:
        raise UnknownName("organisation", text)
    return organisation_id


router = OpenList(
    name="organisations",
    package=PACKAGE,
    element=OrganisationElement,
    parameters=OrganisationsParameters,
    position=by_identifier,
).router()
