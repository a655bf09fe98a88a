-- Trying a message of a source reads it as ingest would: with what the source's format remembers.
GRANT SELECT ON decoder_memory TO falaj_registry;
