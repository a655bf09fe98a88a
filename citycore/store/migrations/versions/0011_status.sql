-- Since when the oldest batch waits for its roll-up, for the public status page; not what is in it.
GRANT SELECT (batch_id) ON dirty_buckets TO falaj_read;
