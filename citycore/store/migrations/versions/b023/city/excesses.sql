-- Messages of sources that are not accepted, beyond what such a source may send: counted by ingest, seen by whoever decides of the source.
CREATE TABLE source_excesses (
    source_id integer PRIMARY KEY REFERENCES sources ON DELETE CASCADE,
    messages bigint NOT NULL,
    payload_bytes bigint NOT NULL,
    began_at timestamptz NOT NULL,
    newest_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON source_excesses TO falaj_ingest;
GRANT SELECT ON source_excesses TO falaj_registry;
