-- own --
-- All that somebody has, by name.
SELECT view_id, name, jsonb_array_length(pieces) AS piece_count, link, version, changed_at
FROM innovation.own_views
WHERE person_id = %(person_id)s
ORDER BY name, view_id

-- one --
-- One of somebody's.
SELECT view_id, name, pieces, link, version, changed_at FROM innovation.own_views
WHERE view_id = %(view_id)s AND person_id = %(person_id)s

-- shared --
-- What has this link.
SELECT name, pieces, changed_at FROM innovation.own_views WHERE link = %(link)s

-- hold_person --
-- Whose views are counted: two that are made at once wait for each other.
SELECT FROM innovation.people WHERE person_id = %(person_id)s FOR NO KEY UPDATE

-- count --
SELECT count(*) FROM innovation.own_views WHERE person_id = %(person_id)s

-- create --
INSERT INTO innovation.own_views (view_id, person_id, name, pieces, link, version, created_at, changed_at)
VALUES (%(view_id)s, %(person_id)s, %(name)s, %(pieces)s, %(link)s, 1, %(at)s, %(at)s)

-- replace --
-- No row where another version is there than was seen. A link that was given stays until it is taken back.
UPDATE innovation.own_views
SET name = %(name)s, pieces = %(pieces)s, version = version + 1, changed_at = %(at)s,
    link = CASE WHEN %(is_shared)s THEN coalesce(link, %(link)s) END
WHERE view_id = %(view_id)s AND person_id = %(person_id)s AND version = %(seen)s

-- remove --
DELETE FROM innovation.own_views
WHERE view_id = %(view_id)s AND person_id = %(person_id)s AND version = %(seen)s

-- export --
SELECT name, pieces, link, version, created_at, changed_at FROM innovation.own_views
WHERE person_id = %(person_id)s ORDER BY created_at, view_id

-- erase --
DELETE FROM innovation.own_views WHERE person_id = %(person_id)s
