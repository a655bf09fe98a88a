-- lock_chains --
-- One writer of a chain at a time, until its transaction ends; in the order in which they are given.
SELECT pg_advisory_xact_lock(hashtextextended(chain, 5003176215903162)::bigint) FROM unnest(%(chains)s::text[]) AS chain

-- heads_of --
-- Where chains end.
SELECT chain, position, digest FROM innovation.audit_heads WHERE chain = ANY (%(chains)s::text[])

-- append --
-- The next line.
INSERT INTO innovation.audit
    (chain, position, at, subject, machine, object, event, source, target, reason, details, previous, digest, scheme)
VALUES
    (%(chain)s, %(position)s, %(at)s, %(subject)s, %(machine)s, %(object_id)s, %(event)s, %(source)s,
     %(target)s, %(reason)s, %(details)s, %(previous)s, %(digest)s, %(scheme)s)

-- one_moment --
-- All that is read for a verification is read as of one moment.
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY

-- chains --
-- Every chain that has lines or a head, with its head; from one chain to the next by the index.
WITH RECURSIVE written (chain) AS (
    SELECT min(chain) FROM innovation.audit
    UNION ALL
    SELECT (SELECT min(line.chain) FROM innovation.audit AS line WHERE line.chain > written.chain)
    FROM written WHERE written.chain IS NOT NULL
)
SELECT chain, head.position, head.digest
FROM (SELECT chain FROM innovation.audit_heads UNION SELECT chain FROM written) AS known
LEFT JOIN innovation.audit_heads AS head USING (chain)
WHERE chain IS NOT NULL AND (%(chain)s::text IS NULL OR chain = %(chain)s)
ORDER BY chain COLLATE "C"

-- heads --
-- Where each chain ends.
SELECT chain, position, digest FROM innovation.audit_heads ORDER BY chain COLLATE "C"

-- line_rows --
-- Lines as they stand.
SELECT position, chain, at, subject, machine, object, event, source, target, reason, details, previous, digest, scheme
FROM innovation.audit

-- lines --
-- A chain from its beginning.
-- + line_rows
WHERE chain = %(chain)s
ORDER BY position

-- lines_until --
-- The beginning of a chain, up to the first line of an event of an object and with it; nothing where there is none.
-- + line_rows
WHERE chain = %(chain)s AND position <= (
    SELECT min(position) FROM innovation.audit
    WHERE chain = %(chain)s AND object = %(object_id)s AND event = %(event)s)
ORDER BY position

-- lines_of_object --
-- What was done to an object, newest first.
-- + line_rows
WHERE object = %(object_id)s
ORDER BY at DESC, chain, position DESC
LIMIT %(rows)s
