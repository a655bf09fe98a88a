"""Who has to show a second factor, and its limits; the prefix is ``FALAJ_SECOND_FACTOR_``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from casework.access.model import Role

#: Duties that are no role of their own: an agency's officer who holds a key to sealed responses, and applicants whose
#: application got an award.
OPENER: Final = "opener"
RECIPIENT: Final = "recipient"
_KNOWN: Final = frozenset({*Role, OPENER, RECIPIENT})


class ProviderProof(BaseModel):
    """What a sign-in service must have said to count as the factor: one of these ``acr``, one of these ``amr``, and that it
    looked no longer ago than so many minutes. What is left empty is not asked for; one of the first two is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    acr: tuple[str, ...] = ()
    amr: frozenset[str] = frozenset()
    minutes_max: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.acr and not self.amr:
            raise ValueError("a proof of a sign-in service names acr or amr")
        return self


class SecondFactorSettings(BaseSettings):
    """Duties are roles by their codes, ``opener`` and ``recipient``."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_SECOND_FACTOR_", frozen=True)

    #: What counts only in a session that has shown a second factor; none asks nobody but who switched one on.
    duties: frozenset[str] = frozenset(
        {"administrator", "finance", "programme_officer", "coordinator", OPENER, RECIPIENT}
    )
    #: What a sign-in service must say to count as the factor, by duty; `*` is for those that are not named.
    provider_proofs: Mapping[str, ProviderProof] = Field(default_factory=dict)
    #: What counts only for who signed in with the sign-in service.
    by_provider_only: frozenset[str] = frozenset()
    #: Until then duties count without a factor: for a hub that had none before.
    grace_until: AwareDatetime | None = None
    #: How long somebody has between the first and the second factor, and a challenge of a passkey counts.
    visit_minutes: float = Field(default=10.0, gt=0, le=10)
    #: Whoever changes factors has shown one no longer ago.
    fresh_minutes: float = Field(default=15.0, gt=0)
    #: How long an application that is being set up waits for its first code.
    setup_minutes: float = Field(default=30.0, gt=0)
    #: Tries of codes in a window of their own: only who knows the password gets so far.
    window_minutes: float = Field(default=60.0, gt=0)
    tries_per_account: int = Field(default=10, ge=1)
    tries_per_network: int = Field(default=60, ge=1)
    #: Recovery codes have a count of their own: whoever uses up the tries of codes keeps nobody from these.
    recoveries_per_account: int = Field(default=10, ge=1)
    recovery_codes: int = Field(default=10, ge=4, le=50)
    passkeys_max: int = Field(default=10, ge=1)
    name_characters_max: int = Field(default=60, ge=1)
    #: What a browser sends of a passkey.
    answer_characters_max: int = Field(default=16_384, ge=1_024)

    @model_validator(mode="after")
    def _are_known(self) -> Self:
        named = self.duties | self.by_provider_only | (self.provider_proofs.keys() - {"*"})
        if unknown := sorted(named - _KNOWN):
            raise ValueError(f"no such duty: {', '.join(unknown)}")
        return self

    @property
    def asked(self) -> frozenset[str]:
        """All duties that something is asked for."""
        return self.duties | self.by_provider_only

    def proof_of(self, duty: str) -> ProviderProof | None:
        return self.provider_proofs.get(duty, self.provider_proofs.get("*"))
