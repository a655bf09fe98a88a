-- lock --
-- This activity, until the transaction ends.
SELECT FROM innovation.activities WHERE activity_id = %(object_id)s FOR UPDATE

-- activity_rows --
-- Activities with their events.
SELECT activity_id, event_id, ambassador_id, person_id, title, events.language, mode, events.governorate, topic,
       audience, starts_at, ends_at, reached, minutes,
       -- Empty, not missing, where nothing is told yet.
       CASE WHEN reached IS NOT NULL THEN account END AS account, counted, activities.state,
       activities.state_reason, activities.version, activities.state_changed_at
FROM innovation.activities JOIN innovation.outreach_events AS events USING (event_id)
JOIN innovation.ambassadors USING (ambassador_id)

-- some --
-- Some of them with their events.
-- + activity_rows
WHERE activity_id = ANY (%(activities)s::uuid[])

-- of_ambassador --
-- An ambassador's that somebody sees, the newest first.
-- + activity_rows
WHERE ambassador_id = %(ambassador_id)s AND (
      %(after)s::uuid IS NULL OR (starts_at, activity_id) < (
          SELECT before.starts_at, last.activity_id
          FROM innovation.activities AS last JOIN innovation.outreach_events AS before USING (event_id)
          WHERE last.activity_id = %(after)s))
  AND (person_id = %(actor)s OR NOT EXISTS (
      SELECT FROM innovation.memberships AS theirs JOIN innovation.memberships AS ours USING (organisation_id)
      WHERE theirs.person_id = ambassadors.person_id AND ours.person_id = %(actor)s
        AND theirs.state = 'member' AND ours.state = 'member'))
ORDER BY starts_at DESC, activity_id DESC
LIMIT %(rows)s

-- hold_ambassador --
-- One plan at a time.
SELECT FROM innovation.ambassadors WHERE ambassador_id = %(ambassador_id)s FOR UPDATE

-- same --
-- What is told in the same words.
SELECT activity_id FROM innovation.activities JOIN innovation.outreach_events AS events USING (event_id)
WHERE ambassador_id = %(ambassador_id)s AND state <> ALL (%(ended)s::text[]) AND title = %(title)s
  AND language = %(language)s AND mode = %(mode)s AND governorate IS NOT DISTINCT FROM %(governorate)s
  AND topic = %(topic)s AND audience = %(audience)s AND starts_at = %(starts_at)s AND ends_at = %(ends_at)s
LIMIT 1

-- unconflicted --
-- Activities in which a person has no part in the event and no organisation in common. Both are looked up once, not for each.
activities.event_id NOT IN (
    SELECT parts.event_id FROM innovation.activities AS parts JOIN innovation.ambassadors AS others USING (ambassador_id)
    WHERE others.person_id = %(actor)s)
AND activities.ambassador_id NOT IN (
    SELECT colleagues.ambassador_id FROM innovation.ambassadors AS colleagues
    JOIN innovation.memberships AS theirs USING (person_id)
    JOIN innovation.memberships AS ours USING (organisation_id)
    WHERE ours.person_id = %(actor)s AND theirs.state = 'member' AND ours.state = 'member')

-- desk --
-- What somebody may verify.
SELECT activity_id, ambassadors.person_id, title, mode, events.governorate, ends_at, reached, activities.state,
       activities.version, activities.state_changed_at, people.name_ar, people.name_en, people.search_text
FROM innovation.activities LEFT JOIN innovation.outreach_events AS events USING (event_id)
LEFT JOIN innovation.ambassadors USING (ambassador_id) LEFT JOIN innovation.people USING (person_id)
WHERE
    -- + unconflicted

-- surroundings --
-- Of some activities whether the actor has a part in the event or belongs where the ambassador belongs, and the evidence.
SELECT activity_id,
       EXISTS (
           SELECT FROM innovation.activities AS parts JOIN innovation.ambassadors AS others USING (ambassador_id)
           WHERE parts.event_id = activities.event_id AND others.person_id = %(actor)s) AS is_own,
       EXISTS (
           SELECT FROM innovation.memberships AS theirs
           JOIN innovation.memberships AS ours USING (organisation_id)
           WHERE theirs.person_id = ambassadors.person_id AND ours.person_id = %(actor)s
             AND theirs.state = 'member' AND ours.state = 'member') AS is_colleague,
       (SELECT count(*) FROM innovation.activity_evidence AS evidence
        WHERE evidence.activity_id = activities.activity_id) AS files
FROM innovation.activities JOIN innovation.ambassadors USING (ambassador_id)
WHERE activity_id = ANY (%(activities)s::uuid[])

-- move --
-- Into the next state.
UPDATE innovation.activities SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s
WHERE activity_id = %(object_id)s

-- due --
-- What the clock moves on.
SELECT activity_id FROM innovation.activities JOIN innovation.deadlines ON object_id = activity_id
WHERE state = %(source)s AND name = %(deadline)s AND instant <= %(at)s AND activity_id > %(after)s
ORDER BY activity_id
LIMIT %(rows)s
FOR UPDATE OF activities SKIP LOCKED

-- create_event --
-- A new event.
INSERT INTO innovation.outreach_events
    (event_id, title, language, mode, governorate, topic, audience, starts_at, ends_at, created_at)
VALUES
    (%(event_id)s, %(title)s, %(language)s, %(mode)s, %(governorate)s, %(topic)s, %(audience)s, %(starts_at)s,
     %(ends_at)s, %(at)s)

-- event_ends --
-- When an event ends.
SELECT ends_at FROM innovation.outreach_events WHERE event_id = %(event_id)s

-- create --
-- An ambassador's part in an event; nothing if there is one already.
INSERT INTO innovation.activities
    (activity_id, event_id, ambassador_id, state, state_changed_at, created_at, account)
VALUES (%(activity_id)s, %(event_id)s, %(ambassador_id)s, %(state)s, %(at)s, %(at)s, '')
ON CONFLICT DO NOTHING

-- similar --
-- Events at the same time in the same place that others have named.
SELECT DISTINCT event_id, title, starts_at, ends_at
FROM innovation.outreach_events JOIN innovation.activities USING (event_id)
WHERE governorate IS NOT DISTINCT FROM %(governorate)s AND starts_at < %(ends_at)s AND ends_at > %(starts_at)s
  AND activities.state NOT IN ('cancelled', 'expired', 'rejected')
ORDER BY starts_at, event_id
LIMIT %(rows)s

-- doubles --
-- Events at the same time in the same place as another, for somebody who is in no conflict with a part of them.
SELECT event_id, title, starts_at, ends_at
FROM innovation.outreach_events AS events
WHERE event_id <> %(event_id)s AND governorate IS NOT DISTINCT FROM %(governorate)s
  AND starts_at < %(ends_at)s AND ends_at > %(starts_at)s
  AND EXISTS (
      SELECT FROM innovation.activities
      WHERE activities.event_id = events.event_id AND state NOT IN ('cancelled', 'expired', 'rejected'))
  AND NOT EXISTS (
      SELECT FROM innovation.activities JOIN innovation.ambassadors USING (ambassador_id)
      WHERE activities.event_id = events.event_id AND (
          person_id = %(actor)s OR EXISTS (
              SELECT FROM innovation.memberships AS theirs
              JOIN innovation.memberships AS ours USING (organisation_id)
              WHERE theirs.person_id = ambassadors.person_id AND ours.person_id = %(actor)s
                AND theirs.state = 'member' AND ours.state = 'member')))
ORDER BY starts_at, event_id
LIMIT %(rows)s

-- relink --
-- The parts of one event become parts of another.
UPDATE innovation.activities SET event_id = %(into)s, version = version + 1 WHERE event_id = %(event_id)s

-- parts --
-- The parts of events, locked in the order of their identifiers.
SELECT activity_id, ambassador_id, event_id FROM innovation.activities
WHERE event_id IN (%(event_id)s, %(into)s)
ORDER BY activity_id
FOR UPDATE

-- write_report --
-- What the ambassador tells.
UPDATE innovation.activities SET
    version = version + 1, reached = %(reached)s, minutes = %(minutes)s, account = %(account)s
WHERE activity_id = %(activity_id)s

-- count --
-- What the verification found.
UPDATE innovation.activities SET counted = %(counted)s WHERE activity_id = %(activity_id)s

-- add_evidence --
-- A file that shows it.
INSERT INTO innovation.activity_evidence (file_id, activity_id, name, media_type, size_bytes, digest, added_at)
VALUES (%(file_id)s, %(activity_id)s, %(name)s, %(media_type)s, %(size_bytes)s, decode(%(digest)s, 'hex'),
        %(added_at)s)

-- remove_evidence --
-- It is taken back.
DELETE FROM innovation.activity_evidence WHERE activity_id = %(activity_id)s AND file_id = %(file_id)s

-- evidence --
-- All files of an activity.
SELECT file_id, name, media_type, size_bytes, encode(digest, 'hex') AS digest, added_at FROM innovation.activity_evidence
WHERE activity_id = %(activity_id)s ORDER BY added_at, file_id

-- evidence_of_person --
-- All files of a person.
SELECT file_id, name, media_type, size_bytes, encode(digest, 'hex') AS digest, added_at
FROM innovation.activity_evidence JOIN innovation.activities USING (activity_id)
JOIN innovation.ambassadors USING (ambassador_id)
WHERE person_id = %(person_id)s ORDER BY added_at, file_id

-- named_files --
-- Which of these digests are those of files of activities.
SELECT encode(digest, 'hex') FROM innovation.activity_evidence WHERE digest = ANY (%(digests)s::bytea[])

-- reach --
-- Verified events by where they were, what they were about and whom they were for.
SELECT governorate, topic, audience, count(*) AS events, sum(reached)::bigint AS reached FROM innovation.event_reach
GROUP BY governorate, topic, audience

-- verified_of_listed --
-- What counts of somebody who agreed to be seen, the newest first.
SELECT title, events.language, events.governorate, topic, audience, ends_at AS ended_at, shares.reached, shares.minutes
FROM innovation.reach_shares AS shares JOIN innovation.outreach_events AS events USING (event_id)
JOIN innovation.ambassador_directory USING (ambassador_id)
WHERE ambassador_id = %(ambassador_id)s
ORDER BY ends_at DESC, activity_id
LIMIT %(rows)s

-- total --
-- What counts of an ambassador's work.
SELECT count(*) AS activities, coalesce(sum(minutes), 0)::bigint AS minutes,
       coalesce(sum(reached), 0)::bigint AS reached
FROM innovation.reach_shares
WHERE ambassador_id = %(ambassador_id)s

-- export --
-- What a person reported.
SELECT activity_id, activities.state, activities.state_reason, title, mode, events.governorate, topic, audience,
       starts_at, ends_at, reached, minutes, account, counted
FROM innovation.activities JOIN innovation.outreach_events AS events USING (event_id)
JOIN innovation.ambassadors USING (ambassador_id)
WHERE person_id = %(person_id)s ORDER BY starts_at, activity_id

-- erase_accounts --
-- What counts stays; what was written in own words does not.
UPDATE innovation.activities SET account = ''
FROM innovation.ambassadors
WHERE ambassadors.ambassador_id = activities.ambassador_id AND person_id = %(person_id)s

-- erase_evidence --
-- Pictures and lists go with the person.
DELETE FROM innovation.activity_evidence WHERE activity_id IN (
    SELECT activity_id FROM innovation.activities JOIN innovation.ambassadors USING (ambassador_id)
    WHERE person_id = %(person_id)s)

-- called --
-- The event that an ambassador tells about.
SELECT event.title, event.title
FROM innovation.activities AS activity JOIN innovation.outreach_events AS event USING (event_id)
WHERE activity.activity_id = %(object_id)s
