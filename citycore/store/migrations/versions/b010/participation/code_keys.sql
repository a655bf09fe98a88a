-- Under which of the hub's keys a digest was made, so that it is known when a former key is needed no more.
-- Without it, by the oldest there is: from before keys were named.
ALTER TABLE participation.follow_ups ADD COLUMN key_id text CHECK (key_id ~ '^[0-9a-f]{8}$');
ALTER TABLE participation.roll_tokens ADD COLUMN key_id text CHECK (key_id ~ '^[0-9a-f]{8}$');
ALTER TABLE participation.kiosks ADD COLUMN key_id text CHECK (key_id ~ '^[0-9a-f]{8}$');
