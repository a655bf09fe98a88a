-- The version that a submission had when its text was last written; files that come afterwards raise its version alone.
ALTER TABLE innovation.submissions ADD COLUMN written_version integer NOT NULL DEFAULT 1 CHECK (written_version > 0);
-- What was written before is taken for written last of all.
UPDATE innovation.submissions SET written_version = version;
