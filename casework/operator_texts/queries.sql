-- written --
-- What was written of a page, by language.
SELECT language, text FROM innovation.operator_texts WHERE name = %(name)s

-- named --
-- Pages of which something was written.
SELECT DISTINCT name FROM innovation.operator_texts

-- write --
-- A text from now on.
INSERT INTO innovation.operator_texts (name, language, text, changed_at)
VALUES (%(name)s, %(language)s, %(text)s, %(at)s)
ON CONFLICT (name, language) DO UPDATE SET text = EXCLUDED.text, changed_at = EXCLUDED.changed_at

-- forget --
-- Back to the text that comes with the hub.
DELETE FROM innovation.operator_texts WHERE name = %(name)s
