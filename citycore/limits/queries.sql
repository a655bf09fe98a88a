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
