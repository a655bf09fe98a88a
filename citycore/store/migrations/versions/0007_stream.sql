-- Batches take their ids before they commit, some long before; whether a batch was there at an
-- instant is told by its transaction and a snapshot.
ALTER TABLE ingest_batches ADD COLUMN transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX ingest_batches_transaction ON ingest_batches (transaction_id);

CREATE INDEX observations_category_batch ON observations_category USING brin (batch_id)
    WITH (pages_per_range = 32, autosummarize = on);
CREATE INDEX observations_position_batch ON observations_position USING brin (batch_id)
    WITH (pages_per_range = 32, autosummarize = on);
