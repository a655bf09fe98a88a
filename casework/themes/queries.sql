-- themes --
SELECT question, code, title_ar, title_en FROM participation.themes
WHERE object_id = %(object_id)s ORDER BY question, code

-- name_theme --
INSERT INTO participation.themes (object_id, question, code, title_ar, title_en)
VALUES (%(object_id)s, %(question)s, %(code)s, %(name_ar)s, %(name_en)s)
ON CONFLICT DO NOTHING

-- codings --
SELECT question, note_id, theme, is_quoted FROM participation.codings
WHERE object_id = %(object_id)s ORDER BY question, note_id

-- code --
INSERT INTO participation.codings (object_id, question, note_id, theme, is_quoted, quote, coded_by)
VALUES (%(object_id)s, %(question)s, %(note_id)s, %(theme)s, %(is_quoted)s, %(quote)s, %(coded_by)s)
ON CONFLICT (object_id, question, note_id) DO UPDATE
SET theme = EXCLUDED.theme, is_quoted = EXCLUDED.is_quoted, quote = EXCLUDED.quote, coded_by = EXCLUDED.coded_by

-- quotes --
SELECT question, quote FROM participation.codings
WHERE object_id = %(object_id)s AND is_quoted ORDER BY question, note_id

-- erase_codings --
UPDATE participation.codings SET coded_by = NULL WHERE coded_by = %(person_id)s
