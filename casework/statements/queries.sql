-- statements --
SELECT statement_id, number, source_id, text_ar, text_en FROM participation.statements WHERE object_id = %(object_id)s
ORDER BY number

-- add_statement --
INSERT INTO participation.statements (statement_id, object_id, number, source_id, text_ar, text_en)
SELECT %(statement_id)s, %(object_id)s, coalesce(max(number), 0) + 1, %(source_id)s, %(statement_ar)s, %(statement_en)s
FROM participation.statements WHERE object_id = %(object_id)s

-- remove_statement --
DELETE FROM participation.statements WHERE statement_id = %(statement_id)s AND object_id = %(object_id)s

-- voting --
SELECT object_id, seed, opens_at, closes_at, release_id FROM participation.votings WHERE object_id = %(object_id)s

-- hold_voting --
-- Whoever votes: it is not counted before they are done.
SELECT FROM participation.votings WHERE object_id = %(object_id)s FOR KEY SHARE

-- lock_voting --
-- Whoever counts: everybody who began to vote in time is done.
SELECT FROM participation.votings WHERE object_id = %(object_id)s FOR UPDATE

-- open_voting --
INSERT INTO participation.votings (object_id, seed, opens_at, closes_at)
VALUES (%(object_id)s, %(seed)s, %(at)s, %(closes_at)s)

-- set_release --
UPDATE participation.votings SET release_id = %(release_id)s WHERE object_id = %(object_id)s

-- vote --
-- The first word counts.
INSERT INTO participation.statement_votes (statement_id, voter, vote)
VALUES (%(statement_id)s, %(voter)s, %(vote)s)
ON CONFLICT DO NOTHING

-- seen --
-- How often each statement was answered, and whether by this voter; nobody is told.
SELECT statement_id, count(voter)::integer AS times, coalesce(bool_or(voter = %(voter)s), false) AS is_own
FROM participation.statements LEFT JOIN participation.statement_votes USING (statement_id)
WHERE object_id = %(object_id)s
GROUP BY statement_id

-- votes --
SELECT voter, statement_id, vote FROM participation.statement_votes JOIN participation.statements USING (statement_id)
WHERE object_id = %(object_id)s

-- forget_voters --
-- A random number for each in place of what a browser's key leads to; all are written by one transaction.
WITH voters AS MATERIALIZED (
    SELECT voter, gen_random_uuid() AS nobody
    FROM participation.statement_votes JOIN participation.statements USING (statement_id)
    WHERE object_id = %(object_id)s GROUP BY voter)
UPDATE participation.statement_votes AS own SET voter = nobody FROM voters
WHERE own.voter = voters.voter
  AND statement_id IN (SELECT statement_id FROM participation.statements WHERE object_id = %(object_id)s)
