-- tell --
INSERT INTO participation.told_themes (object_id, question, told_at, notes, document)
VALUES (%(object_id)s, %(question)s, %(at)s, %(notes)s, %(document)s)
ON CONFLICT (object_id, question) DO UPDATE
SET told_at = EXCLUDED.told_at, notes = EXCLUDED.notes, document = EXCLUDED.document

-- told --
SELECT told_at, notes, document FROM participation.told_themes
WHERE object_id = %(object_id)s AND question = %(question)s
