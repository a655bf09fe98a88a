-- tables --
-- The tables of this hub's operator, as they were written.
SELECT code, document FROM limit_tables ORDER BY code

-- load --
INSERT INTO limit_tables (code, document) VALUES (%(code)s, %(document)s)
ON CONFLICT (code) DO UPDATE SET document = EXCLUDED.document, loaded_at = now()

-- others --
-- How many tables there are beside this one.
SELECT count(*) FROM limit_tables WHERE code <> %(code)s

-- remove --
DELETE FROM limit_tables WHERE code = %(code)s RETURNING code

-- lock --
-- One change at a time, so that their number keeps its bound.
LOCK TABLE limit_tables IN SHARE ROW EXCLUSIVE MODE

-- judge_again --
-- Note all that an index has said, a day at a time: a note stands for its hour and the 23 after it.
INSERT INTO air_quality_notes (thing_id, bucket_start)
SELECT DISTINCT thing_id, date_bin(INTERVAL '24 hours', bucket_start, TIMESTAMPTZ '2000-01-01T00:00:00Z') FROM air_quality_hours
