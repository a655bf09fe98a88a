"""Every limit that any answer has, by environment variables with the prefix ``FALAJ_API_``."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from citycore.archive.settings import ArchivePlaceSettings
from citycore.comma_lists import CommaList
from citycore.credentials import CredentialSettings
from citycore.keys import DIGEST
from citycore.settings import BulkFolderSettings
from hub_api.serving.limits.settings import LimitSettings, Network
from hub_api.serving.transport.coders import Levels


class ServingSettings(CredentialSettings):
    """How the API listens, and how much one question may cost."""

    model_config = SettingsConfigDict(env_prefix="FALAJ_API_", frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    #: Under which names the hub is reached besides that of the portal and the machine's own, separated by commas;
    #: ``*`` is any. With these, or a portal that has a public address, requests for other names are refused.
    hosts: CommaList[str] = ()
    #: Networks from which `/metrics` is answered, separated by commas. A proxy on this machine says from where its readers come
    #: (`X-Forwarded-For`), so that they are not taken for this machine.
    metrics_networks: CommaList[Network] = (
        IPv4Network("127.0.0.0/8"),
        IPv6Network("::1/128"),
    )
    #: Where others reach the MQTT broker, as ``mqtts://broker.example:8883``; ``/asyncapi.json`` tells it. Without it,
    #: port 8883 of the name under which the hub was asked.
    broker_url: str | None = Field(default=None, pattern=r"^mqtts?://[^/?#@]+$")
    #: Where ingest answers over HTTP (`FALAJ_INGEST_HTTP_PORT`): it takes the messages of `/v1/ingest` and tries others.
    ingest_url: str = Field(default="http://127.0.0.1:8002", pattern=r"^https?://[^/?#@]+$")
    #: Messages on their way to it at once, and how long is waited: longer than `FALAJ_INGEST_POST_SECONDS_MAX`.
    ingest_requests_max: int = Field(default=100, ge=1)
    ingest_connect_seconds_max: float = Field(default=5.0, gt=0)
    ingest_answer_seconds_max: float = Field(default=35.0, gt=0)
    #: A document of the registry that an administrator sends.
    registry_bytes_max: int = Field(default=16 * 1024 * 1024, ge=1)
    #: Open connections at once; more are told to come back, except probes (``/livez``, ``/readyz``).
    connections_max: int = 1_000
    #: And from one address; a proxy that is believed (``FORWARDED_ALLOW_IPS``) has to bound its own readers.
    connections_per_address_max: int = Field(default=250, ge=1)
    #: A request's head must be here after so long, and its body after so long again; who is slower gives
    #: the place to others, unless at least so much of the body came in that time, as of a large file.
    head_seconds_max: float = Field(default=10.0, gt=0)
    body_seconds_max: float = Field(default=60.0, gt=0)
    body_bytes_per_second_min: int = Field(default=16 * 1024, ge=1)
    #: All uploads together, in turn: reading them takes the time of the event loop that answers everybody else.
    upload_bytes_per_second: float = Field(default=16e6, gt=0)
    #: The whole head with its request line, however long, and its header fields alone.
    head_bytes_max: int = Field(default=2 * 1024 * 1024, ge=1)
    headers_bytes_max: int = Field(default=64 * 1024, ge=1)
    #: How long running answers may take to finish after SIGTERM.
    stop_seconds_max: int = 10

    page_rows_default: int = 1_000
    page_rows_max: int = 10_000
    #: Seals cursors, so that one that was altered is refused. Set the same value on all processes.
    cursor_key: SecretStr = SecretStr("falaj-cursor")

    #: Requests that may wait for a database connection.
    pool_waiting_max: int = 200
    #: While the database is known to be away, requests wait only so long.
    pool_wait_when_away_seconds_max: float = 0.5
    #: A failed connection is tried again for so long, then on the next request.
    pool_reconnect_seconds_max: float = 5.0
    #: Questions of the standards, whose filters a reader writes, have connections of their own; so many requests may wait for one.
    slow_connections_max: int = Field(default=8, ge=1)
    slow_waiting_max: int = Field(default=50, ge=1)
    #: How many of them one reader may have, by address or key; for the next it waits so long, then it is refused.
    slow_connections_per_reader_max: int = Field(default=2, ge=1)
    slow_place_seconds_max: float = Field(default=2.0, ge=0)
    #: Such a question is ended after so long, whatever it is doing.
    slow_seconds_max: float = Field(default=30.0, gt=0)
    #: Exports that are made at once; they have connections of their own, so slow readers starve nobody.
    export_connections_max: int = 4
    export_waiting_max: int = 8
    #: How many of them one reader may have, by address or key; for the next it waits so long, then it is refused.
    export_connections_per_reader_max: int = Field(default=2, ge=1)
    export_place_seconds_max: float = Field(default=5.0, ge=0)
    #: A reader who does not take a block for so long is cut off. The kernel holds at most so much of it besides.
    export_stall_seconds_max: float = Field(default=20.0, gt=0)
    export_unsent_bytes_max: int = Field(default=256 * 1024, ge=1)
    #: An export of at most so many bytes is made whole before it is sent: it has a length and ranges, and
    #: lies ready for so long after it was last asked for, but no longer than the second from its making.
    export_ready_bytes_each_max: int = Field(default=8 * 1024 * 1024, ge=0)
    export_ready_seconds: float = Field(default=30.0, ge=0)
    export_ready_seconds_max: float = Field(default=300.0, ge=0)
    #: What lies ready, in bytes, as gzip again as much, and in questions and readers that are remembered.
    export_ready_bytes_max: int = Field(default=64 * 1024 * 1024, ge=0)
    export_ready_entries_max: int = Field(default=2_000, ge=1)
    export_seconds_max: int = 600
    export_block_bytes: int = 64 * 1024
    #: What PostgreSQL may use to sort a part of an export before it writes to disk.
    export_sort_mib_max: int = Field(default=32, ge=1)
    #: Rows of one batch of Arrow or row group of Parquet; memory grows with them.
    export_batch_rows: int = Field(default=65_536, ge=1)
    #: Elements that an export of a list reads at once.
    list_block_rows: int = Field(default=1_000, ge=1)
    #: Rows that one part of an export of several datastreams aims at.
    export_part_rows: int = Field(default=50_000, ge=1)
    #: The cost guard: an export of more rows is refused before it begins. Parquet and Arrow cost less.
    export_rows_max: int = Field(default=10_000_000, ge=1)
    export_binary_rows_max: int = Field(default=50_000_000, ge=1)
    #: Rows of a workbook's sheet, without its header; 1,048,575 is what the format holds.
    export_sheet_rows_max: int = Field(default=1_048_575, ge=1, le=1_048_575)
    #: Datastreams that one question may select.
    selection_datastreams_max: int = Field(default=5_000, ge=1)
    #: Selected datastreams and ETags that a process remembers for a moment.
    selected_datastreams_max: int = Field(default=20_000, ge=1)
    validators_max: int = Field(default=10_000, ge=1)
    validator_seconds_max: float = Field(default=2.0, ge=0)
    #: How often a value is expected where nobody said so, for estimates.
    interval_seconds_assumed: int = Field(default=60, ge=1)
    #: An exact count may take so long; then there is an estimate.
    count_seconds_max: float = Field(default=2.0, gt=0)

    #: Text of at least so many bytes is sent as zstd, brotli or gzip to those who take it; a higher level is smaller and slower.
    coding_bytes_min: int = Field(default=1_000, ge=1)
    coding_level: int = Field(default=1, ge=1, le=9)
    coding_zstd_level: int = Field(default=1, ge=1, le=19)
    coding_brotli_quality: int = Field(default=1, ge=0, le=11)

    #: The documentation is made once and kept in so many bytes, for each address of the hub again, and for so long.
    finished_bytes_max: int = Field(default=32 * 1024 * 1024, ge=1)
    finished_seconds: float = Field(default=86_400.0, ge=0)

    #: Names that are compared to find the one a request may have meant.
    known_names_max: int = 5_000

    ready_seconds_max: float = 2.0
    retry_after_seconds: int = 5
    #: How long a cache may keep the registry, and what is live.
    registry_cache_seconds: int = 60
    live_cache_seconds: int = 2
    #: Statistics may be kept until their next bucket begins, but never longer than this.
    bucket_cache_seconds_max: int = 60
    #: A window that ended so long ago is closed, and may be kept for longer; what arrives even later
    #: is seen by those who ask again.
    closed_after_seconds: int = 86_400
    closed_cache_seconds: int = 86_400

    #: Bulk files are sent in blocks of so many bytes; a reader may take so long for a whole one.
    bulk_block_bytes: int = Field(default=256 * 1024, ge=1)
    bulk_seconds_max: float = Field(default=3_600.0, gt=0)
    #: While a bulk file is being replaced it is looked for so often, this long after each other.
    bulk_tries_max: int = Field(default=5, ge=1)
    bulk_try_seconds: float = Field(default=0.05, ge=0)
    #: A file that is not there then is there again after so long: longer than the worker takes to hear of it
    #: (`FALAJ_WORKER_BULK_CHECK_SECONDS`), to end the file it has in hand, and to make this one.
    bulk_away_seconds: int = Field(default=60, ge=1)
    #: See ``FALAJ_BULK_…``.
    bulk: BulkFolderSettings = Field(default_factory=BulkFolderSettings)

    #: See ``FALAJ_ARCHIVE_…``.
    archive: ArchivePlaceSettings = Field(default_factory=ArchivePlaceSettings)

    #: See ``FALAJ_LIMITS_…``.
    limits: LimitSettings = Field(default_factory=LimitSettings)

    #: SHA-256 (hexadecimal) of the administrators' keys, separated by commas; ``falaj admin-key``
    #: makes one. Without any, nobody is let in.
    admin_key_sha256: CommaList[str] = ()
    #: Works of administrators at once; others wait.
    admin_requests_max: int = Field(default=2, ge=1)
    #: Dead letters of one page, and those that one request replays or discards.
    admin_letters_default: int = Field(default=100, ge=1)
    admin_letters_max: int = Field(default=1_000, ge=1)

    @property
    def coding_levels(self) -> Levels:
        return Levels(self.coding_level, self.coding_zstd_level, self.coding_brotli_quality)

    @field_validator("admin_key_sha256")
    @classmethod
    def _digests(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        known = tuple(digest.lower() for digest in given)
        if not all(DIGEST.fullmatch(digest) for digest in known):
            raise ValueError("each must be 64 hexadecimal digits, as falaj admin-key prints them")
        return known
