-- A test may also find that a result stands for "no value" (QARTOD 9). No other constraint takes the place of this one: a table
-- that is compressed takes none, and ingest and the archive alone write here, by the flags of citycore/model.py.
ALTER TABLE observation_flags DROP CONSTRAINT observation_flags_quality_check;
