-- Tables of limits of this hub's operator, each as it was written (TOML, docs/limits.md). Those that ship are files of the
-- program; one here with the same code takes the place of a shipped one.
CREATE TABLE limit_tables (
    code       text PRIMARY KEY,
    document   text NOT NULL,
    loaded_at  timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT ON limit_tables TO falaj_ingest, falaj_worker, falaj_read, falaj_registry;
GRANT INSERT, UPDATE, DELETE ON limit_tables TO falaj_registry;
