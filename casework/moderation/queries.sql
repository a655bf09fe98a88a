-- moderate --
INSERT INTO participation.idea_moderations (moderation_id, object_id, moderator_id, step, rule, decided_at)
VALUES (%(moderation_id)s, %(object_id)s, %(moderator_id)s, %(step)s, %(rule)s, %(at)s)

-- rule --
-- That of the last word against it.
SELECT rule FROM participation.idea_moderations WHERE object_id = %(object_id)s AND step <> 'overturn'
ORDER BY decided_at DESC LIMIT 1

-- log --
-- By day and rule, the newest first; never a text, never by whom.
SELECT (decided_at AT TIME ZONE 'Asia/Muscat')::date AS decided_on, rule, step, count(*)::integer AS number
FROM participation.idea_moderations
GROUP BY 1, 2, 3
ORDER BY 1 DESC, 2, 3
LIMIT %(rows)s

-- export_moderations --
SELECT object_id, step, rule, decided_at FROM participation.idea_moderations
WHERE moderator_id = %(person_id)s ORDER BY decided_at, object_id

-- erase_moderations --
UPDATE participation.idea_moderations SET moderator_id = NULL WHERE moderator_id = %(person_id)s
