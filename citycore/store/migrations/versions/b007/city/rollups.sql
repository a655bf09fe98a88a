-- At 10,000 observations a second the notes of batches leave 70 dead rows a second in their second table, which
-- therefore was cleared away every other look, and grew in between.
ALTER TABLE dirty_buckets SET (
    autovacuum_vacuum_threshold = 100, toast.autovacuum_vacuum_threshold = 500);
