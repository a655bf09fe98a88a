"""Run by the clients' Python: how many records each record set of a Croissant document has, by address."""

from __future__ import annotations

import sys

import mlcroissant


def main(address: str, *names: str) -> None:
    dataset = mlcroissant.Dataset(address)
    for name in names:
        records = list(dataset.records(name))
        sys.stdout.write(f"{name} {len(records)} {sorted(records[0])}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
