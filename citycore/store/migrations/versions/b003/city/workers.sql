-- Several ingest workers: one of them may find that a flag which another gave holds no longer.
GRANT DELETE ON observation_flags TO falaj_ingest;
