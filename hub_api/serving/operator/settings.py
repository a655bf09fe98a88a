"""Whose hub it is; the prefix is ``FALAJ_OPERATOR_``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from citycore.comma_lists import separated
from citycore.language import Language

#: One way to tell somebody, as RFC 9116 writes it.
_TOLD = r"(mailto:[^@\s,]+@[^@\s,]+|https://[^\s,]+|tel:[+0-9-]+)"


class OperatorSettings(BaseSettings):
    """Name, mark and contact of whoever runs the hub; without a name its pages name nobody."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_OPERATOR_", frozen=True)

    name_ar: str = ""
    name_en: str = ""
    #: A picture (SVG or PNG) that stands before the name in the head of each page, and its size as a file.
    mark: Path | None = None
    mark_bytes_max: int = Field(default=100_000, ge=1)
    website: str = Field(default="", pattern=r"^(https://\S+)?$")
    contact_email: str = Field(default="", pattern=r"^([^@\s]+@[^@\s]+)?$")
    contact_phone: str = Field(default="", pattern=r"^[+0-9 ()-]*$")
    #: Who is told of faults of security, most wanted first, separated by commas: ``mailto:…``, ``https://…`` or ``tel:…``; without
    #: any it is ``contact_email``. What the operator promises whoever tells, and for how many days what is said there holds.
    security_contact: str = Field(default="", pattern=rf"^({_TOLD}(, ?{_TOLD})*)?$")
    security_policy: str = Field(default="", pattern=r"^(https://\S+)?$")
    security_days: int = Field(default=90, ge=1, le=365)
    #: Holds ``about.ar.md``, ``about.en.md`` and so on, which stand instead of the texts that come with the hub.
    texts_folder: Path | None = None
    text_bytes_max: int = Field(default=200_000, ge=1)

    @property
    def security_contacts(self) -> tuple[str, ...]:
        """Addresses as RFC 9116 writes them, most wanted first."""
        given = separated(self.security_contact)
        return given or ((f"mailto:{self.contact_email}",) if self.contact_email else ())

    @property
    def unstated(self) -> tuple[str, ...]:
        """What nobody has said yet of whoever runs the hub: ``name``, ``contact``."""
        said = {
            "name": bool(self.name_ar and self.name_en),
            "contact": bool(self.contact_email or self.contact_phone),
        }
        return tuple(each for each, is_said in said.items() if not is_said)

    def name(self, language: Language) -> str:
        """In one language, or in the other where it is not given; "" for nobody."""
        wanted, other = (self.name_ar, self.name_en) if language == "ar" else (self.name_en, self.name_ar)
        return wanted or other


@cache
def operator() -> OperatorSettings:
    """As the process was started."""
    return OperatorSettings()
