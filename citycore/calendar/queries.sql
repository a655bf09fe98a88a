-- entries --
-- What the operator knows of days.
SELECT country, kind, starts_on, ends_on, name_ar, name_en, is_confirmed, source, false AS is_shipped
FROM calendar_entries ORDER BY country, starts_on, kind

-- lock --
-- One change at a time, so that entries do not overlap and their number keeps its bound.
LOCK TABLE calendar_entries IN SHARE ROW EXCLUSIVE MODE

-- keep --
INSERT INTO calendar_entries (country, kind, starts_on, ends_on, name_ar, name_en, is_confirmed, source)
VALUES (%(country)s, %(kind)s, %(starts_on)s, %(ends_on)s, %(name_ar)s, %(name_en)s, %(is_confirmed)s, %(source)s)
ON CONFLICT (country, kind, starts_on) DO UPDATE
SET ends_on = EXCLUDED.ends_on, name_ar = EXCLUDED.name_ar, name_en = EXCLUDED.name_en,
    is_confirmed = EXCLUDED.is_confirmed, source = EXCLUDED.source, kept_at = now()

-- remove --
DELETE FROM calendar_entries
WHERE country = %(country)s AND kind = %(kind)s AND starts_on = %(starts_on)s
RETURNING true

-- changed_at --
SELECT calendar_changed_at(%(country)s, %(first)s, %(last)s)
