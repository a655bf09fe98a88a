-- lock --
-- This hackathon, until the transaction ends.
SELECT FROM innovation.hackathons WHERE hackathon_id = %(object_id)s FOR UPDATE

-- hackathon_rows --
-- Hackathons with what they say about themselves.
SELECT hackathon_id, state, state_reason, version, state_changed_at, round, code, title_ar, title_en,
       summary_ar, summary_en, mode, place_ar, place_en, is_international, team_members_min, team_members_max,
       rounds, prizes, rules_ar, rules_en, eligibility_ar,
       eligibility_en, contact_email, partners
FROM innovation.hackathons

-- hackathon --
-- One hackathon.
-- + hackathon_rows
WHERE hackathon_id = %(hackathon_id)s

-- was_announced --
-- Whether everybody has ever known of it.
SELECT EXISTS (SELECT FROM innovation.audit
               WHERE object = %(hackathon_id)s AND machine = 'hackathon' AND event = 'announce')

-- of_code --
-- Which one has this name in addresses.
SELECT hackathon_id FROM innovation.hackathons WHERE code = %(code)s

-- surroundings --
-- What the guards ask about it: planned deadlines, published challenges, results, appeals.
SELECT ARRAY(SELECT name FROM innovation.deadlines WHERE object_id = %(hackathon_id)s) AS planned,
       (SELECT count(*) FROM innovation.challenges
        WHERE hackathon_id = %(hackathon_id)s AND state = 'published') AS published_challenges,
       EXISTS (SELECT FROM innovation.result_sets WHERE hackathon_id = %(hackathon_id)s) AS has_results,
       (SELECT count(*) FROM innovation.appeals
        WHERE appeals.hackathon_id = %(hackathon_id)s
          AND (state IN ('new', 'filed')
               OR (state = 'upheld' AND NOT EXISTS (
                   SELECT FROM innovation.result_sets
                   WHERE result_sets.hackathon_id = appeals.hackathon_id AND released_at IS NOT NULL
                     AND prepared_at > appeals.state_changed_at)))) AS open_appeals

-- move --
-- Into the next state; the next round begins with its step.
UPDATE innovation.hackathons SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s,
    round = CASE WHEN %(target)s = 'judging' THEN round + 1 ELSE round END
WHERE hackathon_id = %(object_id)s

-- due --
-- What the clock moves on.
SELECT hackathon_id FROM innovation.hackathons JOIN innovation.deadlines ON object_id = hackathon_id
WHERE state = %(source)s AND name = %(deadline)s AND instant <= %(at)s AND hackathon_id > %(after)s
ORDER BY hackathon_id
LIMIT %(rows)s
FOR UPDATE OF hackathons SKIP LOCKED

-- create --
-- A new one; nothing if its code is taken.
INSERT INTO innovation.hackathons
    (hackathon_id, state, state_changed_at, created_at, code, title_ar, title_en, summary_ar,
     summary_en, mode, place_ar, place_en, is_international, team_members_min, team_members_max, rounds,
     prizes, rules_ar, rules_en, eligibility_ar, eligibility_en, contact_email, partners)
VALUES
    (%(hackathon_id)s, %(state)s, %(at)s, %(at)s, %(code)s, %(title_ar)s, %(title_en)s,
     %(summary_ar)s, %(summary_en)s, %(mode)s, %(place_ar)s, %(place_en)s, %(is_international)s,
     %(team_members_min)s, %(team_members_max)s, %(rounds)s, %(prizes)s, %(rules_ar)s, %(rules_en)s,
     %(eligibility_ar)s, %(eligibility_en)s, %(contact_email)s, %(partners)s)
ON CONFLICT (code) DO NOTHING

-- describe --
-- Write anew what it says about itself, unless the code is another's.
UPDATE innovation.hackathons SET
    version = version + 1, code = %(code)s, title_ar = %(title_ar)s, title_en = %(title_en)s,
    summary_ar = %(summary_ar)s, summary_en = %(summary_en)s, mode = %(mode)s, place_ar = %(place_ar)s,
    place_en = %(place_en)s, is_international = %(is_international)s, team_members_min = %(team_members_min)s,
    team_members_max = %(team_members_max)s, rounds = %(rounds)s, prizes = %(prizes)s, rules_ar = %(rules_ar)s,
    rules_en = %(rules_en)s, eligibility_ar = %(eligibility_ar)s, eligibility_en = %(eligibility_en)s,
    contact_email = %(contact_email)s, partners = %(partners)s
WHERE hackathon_id = %(hackathon_id)s
  AND NOT EXISTS (SELECT FROM innovation.hackathons WHERE code = %(code)s AND hackathon_id <> %(hackathon_id)s)

-- list --
-- Hackathons, newest first: those that are announced, and of the others those in %(own)s or all.
-- + hackathon_rows
WHERE (state <> ALL (%(unpublished)s::text[])
           -- A draft that is given up was never public.
           AND (state <> 'cancelled' OR EXISTS (
               SELECT FROM innovation.audit
               WHERE audit.object = hackathons.hackathon_id AND audit.machine = 'hackathon'
                 AND audit.event = 'announce'))
       OR %(all)s OR hackathon_id = ANY (%(own)s::uuid[]))
  AND (%(before)s::timestamptz IS NULL OR (created_at, hackathon_id) < (%(before)s, %(before_id)s::uuid))
ORDER BY created_at DESC, hackathon_id DESC
LIMIT %(rows)s

-- created_at --
-- Where a page goes on.
SELECT created_at FROM innovation.hackathons WHERE hackathon_id = %(hackathon_id)s

-- next_dates --
-- The next date of each of these, where its dates count.
SELECT DISTINCT ON (object_id) object_id AS hackathon_id, name, instant, zone, minutes_left
FROM innovation.deadlines JOIN innovation.hackathons ON hackathon_id = object_id
WHERE object_id = ANY (%(hackathons)s::uuid[]) AND instant > %(at)s AND state <> ALL (%(undated)s::text[])
ORDER BY object_id, instant, name

-- export_contacts --
-- Hackathons at whose page people are told to write to a person.
SELECT code AS hackathon, title_ar, title_en, contact_email FROM innovation.hackathons
WHERE contact_email <> ''
  AND lower(contact_email) = (SELECT lower(email) FROM innovation.people WHERE person_id = %(person_id)s)
ORDER BY code

-- erase_contacts --
UPDATE innovation.hackathons SET contact_email = '', version = version + 1
WHERE contact_email <> ''
  AND lower(contact_email) = (SELECT lower(email) FROM innovation.people WHERE person_id = %(person_id)s)
