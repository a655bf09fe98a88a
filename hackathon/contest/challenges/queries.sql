-- lock --
-- This challenge, until the transaction ends.
SELECT FROM innovation.challenges WHERE challenge_id = %(object_id)s FOR UPDATE

-- challenge_rows --
-- Challenges with the codes that they link.
SELECT challenge_id, hackathon_id, organisation_id, state, state_reason, version, state_changed_at, by_organisers,
       title_ar, title_en, problem_ar, problem_en, terms,
       ARRAY(SELECT source_code FROM innovation.challenge_datasets AS link
             WHERE link.challenge_id = challenges.challenge_id ORDER BY source_code) AS datasets,
       ARRAY(SELECT thing_code FROM innovation.challenge_things AS link
             WHERE link.challenge_id = challenges.challenge_id ORDER BY thing_code) AS things
FROM innovation.challenges

-- challenge --
-- One challenge.
-- + challenge_rows
WHERE challenge_id = %(challenge_id)s

-- hackathon_state --
-- What its guards ask about its hackathon.
SELECT state FROM innovation.hackathons WHERE hackathon_id = %(hackathon_id)s

-- move --
-- Into the next state.
UPDATE innovation.challenges SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s
WHERE challenge_id = %(object_id)s

-- due --
-- What the clock moves on: by the deadlines of the hackathon.
SELECT challenge_id FROM innovation.challenges JOIN innovation.deadlines ON object_id = hackathon_id
WHERE state = %(source)s AND name = %(deadline)s AND instant <= %(at)s AND challenge_id > %(after)s
ORDER BY challenge_id
LIMIT %(rows)s
FOR UPDATE OF challenges SKIP LOCKED

-- create --
-- A new one.
INSERT INTO innovation.challenges
    (challenge_id, hackathon_id, organisation_id, state, by_organisers, state_changed_at, created_at,
     title_ar, title_en, problem_ar, problem_en, terms)
VALUES
    (%(challenge_id)s, %(hackathon_id)s, %(organisation_id)s, %(state)s, %(by_organisers)s, %(at)s, %(at)s,
     %(title_ar)s, %(title_en)s, %(problem_ar)s, %(problem_en)s, %(terms)s)

-- describe --
-- Write it anew.
UPDATE innovation.challenges SET
    version = version + 1, title_ar = %(title_ar)s, title_en = %(title_en)s, problem_ar = %(problem_ar)s,
    problem_en = %(problem_en)s, terms = %(terms)s
WHERE challenge_id = %(challenge_id)s

-- unlink_datasets --
-- The links to datasets are written anew.
DELETE FROM innovation.challenge_datasets WHERE challenge_id = %(challenge_id)s

-- unlink_things --
-- The links to things are written anew.
DELETE FROM innovation.challenge_things WHERE challenge_id = %(challenge_id)s

-- link_datasets --
-- The datasets that the hub has.
INSERT INTO innovation.challenge_datasets (challenge_id, source_code)
SELECT %(challenge_id)s, code FROM innovation.datasets WHERE code = ANY (%(codes)s::text[])
RETURNING source_code

-- link_things --
-- The things that the hub has.
INSERT INTO innovation.challenge_things (challenge_id, thing_code)
SELECT %(challenge_id)s, code FROM innovation.things WHERE code = ANY (%(codes)s::text[])
RETURNING thing_code

-- list --
-- Challenges of a hackathon in the order of their identifiers: those that are published, and of the
-- others all, or those of %(agencies)s, or those of %(own)s.
-- + challenge_rows
WHERE hackathon_id = %(hackathon_id)s AND (%(after)s::uuid IS NULL OR challenge_id > %(after)s)
  AND (%(sees_all)s OR state = ANY (%(published)s::text[]) OR organisation_id = ANY (%(agencies)s::uuid[])
       OR challenge_id = ANY (%(own)s::uuid[]))
ORDER BY challenge_id
LIMIT %(rows)s

-- datasets --
-- What can be linked.
SELECT code, name_ar, name_en FROM innovation.datasets WHERE code > %(after)s ORDER BY code LIMIT %(rows)s

-- things --
-- What can be linked.
SELECT code, name_ar, name_en FROM innovation.things WHERE code > %(after)s ORDER BY code LIMIT %(rows)s

-- called --
-- A challenge of a hackathon.
SELECT title_ar, title_en FROM innovation.challenges WHERE challenge_id = %(object_id)s
