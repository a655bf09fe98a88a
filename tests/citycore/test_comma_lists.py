"""Settings that are several values in one line."""

from __future__ import annotations

from ipaddress import IPv4Network, ip_network

import pytest
from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from citycore.comma_lists import CommaList


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="FALAJ_OF_A_TEST_")

    names: CommaList[str] = ("overview",)
    networks: CommaList[IPv4Network] = ()


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("", ()),
        (" , ,", ()),
        ("map", ("map",)),
        (" map,\talerts ,,map ", ("map", "alerts", "map")),
        ("[map]", ("[map]",)),
    ],
)
def test_parts_are_what_stands_between_commas(
    line: str, names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FALAJ_OF_A_TEST_NAMES", line)
    assert Settings().names == Settings(names=names).names == names


def test_each_part_is_checked(monkeypatch: pytest.MonkeyPatch):
    assert Settings().names == ("overview",)
    monkeypatch.setenv("FALAJ_OF_A_TEST_NETWORKS", "10.0.0.0/8, 192.0.2.0/24")
    assert Settings().networks == (ip_network("10.0.0.0/8"), ip_network("192.0.2.0/24"))
    monkeypatch.setenv("FALAJ_OF_A_TEST_NETWORKS", "10.0.0.0/8, 10.0.0.1/8")
    with pytest.raises(ValidationError) as told:
        Settings()
    assert told.value.errors()[0]["loc"] == ("networks", 1)
