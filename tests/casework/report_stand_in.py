"""``python -m tests.casework.report_stand_in CHOICE``: answers as the dashboards' command does, well or ill, as the place says."""

from __future__ import annotations

import json
import sys
import time


def main() -> None:
    deed = json.loads(sys.argv[1])["place"]
    if deed == "hangs":
        time.sleep(600)
    if deed == "spins":
        while True:
            pass
    if deed == "eats":
        sys.stdout.write(str(len(bytearray(1 << 30))))
        return
    if deed == "babbles":
        sys.stdout.write("x" * 200_000)
        return
    if deed == "breaks_off":
        sys.stdout.write(
            json.dumps({"refused": None, "place": "Seeb", "answers": "", "bytes": 9}) + "\nshort"
        )
        return
    if deed in {"unknown", "away", "not_available", "nonsense"}:
        sys.stdout.write(json.dumps({"refused": deed, "reason": "as it was asked"}) + "\n")
        return
    content = b"x" * (10_000 if deed == "large" else 100)
    head = {"refused": None, "place": "Seeb", "answers": "All is well.", "bytes": len(content)}
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + content)


if __name__ == "__main__":
    main()
