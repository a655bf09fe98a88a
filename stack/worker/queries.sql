-- listen_for_batches --
-- Ingest notifies with each committed batch.
LISTEN falaj_batches
