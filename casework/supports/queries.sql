-- support --
-- Once a participant.
INSERT INTO participation.idea_supports (support_id, object_id, person_id, browser, supported_at)
VALUES (%(support_id)s, %(object_id)s, %(person_id)s, %(browser)s, %(at)s)
ON CONFLICT DO NOTHING

-- supports --
-- Whether a person or a browser does.
SELECT EXISTS (SELECT FROM participation.idea_supports
               WHERE object_id = %(object_id)s AND (person_id = %(person_id)s OR browser = %(browser)s))

-- export_supports --
SELECT object_id, supported_at FROM participation.idea_supports
WHERE person_id = %(person_id)s ORDER BY supported_at, object_id

-- erase_supports --
UPDATE participation.idea_supports SET person_id = NULL WHERE person_id = %(person_id)s
