"""Parameters of the catalogue."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query

from hub_api.serving.parameters import AnyQuery, Name
from hub_api.standards.catalogue.forms import Form

DatasetPath = Annotated[Name, Path()]


class FormParameters(AnyQuery):
    f: Form | None = None


class PageParameters(FormParameters):
    after: Name | None = None


FormQuery = Annotated[FormParameters, Query()]
PageQuery = Annotated[PageParameters, Query()]
