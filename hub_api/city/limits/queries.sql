-- documents --
-- The tables of limits of this hub's operator.
SELECT code, document FROM limit_tables ORDER BY code

-- version --
-- What changes with any table of limits.
SELECT count(*), coalesce(sum(xmin::text::bigint), 0)::bigint, max(loaded_at) FROM limit_tables
