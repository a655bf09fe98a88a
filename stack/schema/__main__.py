"""``python -m stack.schema``: write ``docs/schema`` anew, from a private server that is gone afterwards."""

from __future__ import annotations

import tempfile
from pathlib import Path

from citycore.store.migrate import migrate
from stack.ports import free_port
from stack.postgres import PrivatePostgres
from stack.schema.pages import FOLDER, pages


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="falaj-schema-") as folder:
        Path(folder).chmod(0o755)  # the server's own user has to get in
        server = PrivatePostgres(Path(folder) / "postgres", free_port(), shared_buffers_mib=128)
        try:
            server.start()
            server.create_database()
            migrate(server.url("owner"))
            with server.superuser("falaj") as connection:
                written = pages(connection)
        finally:
            server.stop()
    for old in FOLDER.glob("*.sql"):
        old.unlink()
    for wing, text in written.items():
        (FOLDER / f"{wing}.sql").write_text(text, "utf-8")


main()
