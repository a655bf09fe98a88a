-- A file that goes with a mail: its bytes lie in the store of the outbox under the digest, which is NULL once they are kept no longer.
ALTER TABLE innovation.outbox
    ADD COLUMN file_name    text,
    ADD COLUMN file_type    text,
    ADD COLUMN file_bytes   integer,
    ADD COLUMN file_digest  text,
    ADD CHECK ((file_name IS NULL) = (file_type IS NULL) AND (file_name IS NULL) = (file_bytes IS NULL)),
    ADD CHECK (file_digest IS NULL OR file_name IS NOT NULL);
CREATE INDEX outbox_files ON innovation.outbox (file_digest) WHERE file_digest IS NOT NULL;
