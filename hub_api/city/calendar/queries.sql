-- entries --
-- What the operator knows of days.
SELECT country, kind, starts_on, ends_on, name_ar, name_en, is_confirmed, source FROM calendar_entries

-- version --
-- What changes with any entry.
SELECT count(*), coalesce(sum(xmin::text::bigint), 0)::bigint, max(kept_at) FROM calendar_entries
