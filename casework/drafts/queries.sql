-- of_page --
-- Somebody's drafts of the forms of a page, those that are over too.
SELECT page, form, fields, base, number, saved_at FROM innovation.form_drafts
WHERE person_id = %(person_id)s AND page = %(page)s

-- own --
-- All that somebody has, the newest first.
SELECT page, form, fields, base, number, saved_at FROM innovation.form_drafts
WHERE person_id = %(person_id)s AND fields IS NOT NULL
ORDER BY saved_at DESC, page, form

-- keep --
-- No row where another number is there than was seen.
INSERT INTO innovation.form_drafts (person_id, page, form, fields, base, number, saved_at)
VALUES (%(person_id)s, %(page)s, %(form)s, %(fields)s, %(base)s, 1, %(at)s)
ON CONFLICT (person_id, page, form) DO UPDATE
SET fields = EXCLUDED.fields, base = EXCLUDED.base, number = form_drafts.number + 1, saved_at = EXCLUDED.saved_at
WHERE form_drafts.number = %(seen)s
RETURNING page, form, fields, base, number, saved_at

-- count_others --
-- How many somebody has beside this one.
SELECT count(*) FROM innovation.form_drafts
WHERE person_id = %(person_id)s AND fields IS NOT NULL AND (page, form) <> (%(page)s, %(form)s)

-- one --
SELECT page, form, fields, base, number, saved_at FROM innovation.form_drafts
WHERE person_id = %(person_id)s AND page = %(page)s AND form = %(form)s

-- forget --
-- The texts are gone, the number stays.
UPDATE innovation.form_drafts SET fields = NULL, number = number + 1, saved_at = %(at)s
WHERE person_id = %(person_id)s AND page = %(page)s AND form = %(form)s

-- tidy --
-- Kept long enough, some at a time.
DELETE FROM innovation.form_drafts WHERE (person_id, page, form) IN (
    SELECT person_id, page, form FROM innovation.form_drafts WHERE saved_at <= %(before)s
    ORDER BY saved_at LIMIT %(rows)s FOR UPDATE SKIP LOCKED)

-- export --
SELECT page, form, fields, saved_at FROM innovation.form_drafts
WHERE person_id = %(person_id)s AND fields IS NOT NULL ORDER BY saved_at, page, form

-- erase --
DELETE FROM innovation.form_drafts WHERE person_id = %(person_id)s
