-- list --
-- The newest number of each source.
SELECT * FROM (
    SELECT DISTINCT ON (measure, source) reach_id, medium AS said_medium, measure AS said_measure, number AS said_number,
           source AS said_source, counted_on AS said_counted_on
    FROM participation.reach WHERE object_id = %(object_id)s
    ORDER BY measure, source, counted_on DESC) AS newest
ORDER BY said_medium, said_measure, said_source
LIMIT %(rows)s

-- enter --
-- Whoever counts again on the same day corrects what was entered.
INSERT INTO participation.reach (reach_id, object_id, medium, measure, number, source, counted_on, entered_by)
VALUES (%(reach_id)s, %(object_id)s, %(medium)s, %(measure)s, %(number)s, %(source)s, %(counted_on)s, %(entered_by)s)
ON CONFLICT (object_id, measure, source, counted_on) DO UPDATE
SET medium = EXCLUDED.medium, number = EXCLUDED.number, entered_by = EXCLUDED.entered_by

-- remove --
DELETE FROM participation.reach WHERE reach_id = %(reach_id)s AND object_id = %(object_id)s

-- export_entered --
SELECT object_id, medium, measure, number, source, counted_on FROM participation.reach
WHERE entered_by = %(person_id)s ORDER BY counted_on, reach_id

-- erase_entered --
UPDATE participation.reach SET entered_by = NULL WHERE entered_by = %(person_id)s
