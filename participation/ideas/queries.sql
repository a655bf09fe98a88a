-- lock --
SELECT FROM participation.ideas WHERE idea_id = %(object_id)s FOR UPDATE

-- idea_rows --
-- The rule is that of the last word of a moderator against it.
SELECT ideas.idea_id, ideas.state, ideas.state_reason, ideas.version, ideas.state_changed_at, ideas.created_at, admitted_at,
       title, body, governorate, byline, '' AS email, session_id, language, main_id,
       (SELECT rule FROM participation.idea_moderations AS own WHERE own.object_id = ideas.idea_id AND step <> 'overturn'
        ORDER BY decided_at DESC LIMIT 1) AS rule,
       coalesce(support.accounts, 0) AS support_accounts, coalesce(support.browsers, 0) AS support_browsers,
       coalesce(support.in_an_hour, 0) AS support_in_an_hour,
       (SELECT count(*) FROM participation.ideas AS other
        WHERE other.body_digest = ideas.body_digest AND other.idea_id <> ideas.idea_id)::integer AS alike,
       due.instant AS admit_due_at
FROM participation.ideas
LEFT JOIN innovation.deadlines AS due ON due.object_id = ideas.idea_id AND due.name = 'admit_due'
LEFT JOIN LATERAL (SELECT * FROM participation.support_counts AS own WHERE own.object_id = ideas.idea_id) AS support ON true

-- idea --
-- + idea_rows
WHERE ideas.idea_id = %(idea_id)s

-- list --
-- What everybody sees, the newest or those with most support by accounts first.
-- + idea_rows
WHERE ideas.state = ANY (%(states)s) AND admitted_at IS NOT NULL AND ideas.state_reason IS DISTINCT FROM 'withdrawn'
  AND (%(session_id)s::uuid IS NULL OR session_id = %(session_id)s)
  AND (%(named)s::uuid[] IS NULL OR ideas.idea_id = ANY (%(named)s))
  AND (%(governorate)s::text IS NULL OR governorate = %(governorate)s)
  AND (%(words)s = '' OR normalise_text(title || ' ' || body) LIKE %(pattern)s)
  AND (%(after)s::uuid IS NULL OR (admitted_at, ideas.idea_id) < (
       SELECT last.admitted_at, last.idea_id FROM participation.ideas AS last WHERE last.idea_id = %(after)s))
ORDER BY CASE WHEN %(is_by_support)s THEN coalesce(support.accounts, 0) END DESC, admitted_at DESC, ideas.idea_id DESC
LIMIT %(rows)s

-- desk --
-- What a moderator can decide about; nothing of their own. The rule is that of the last word against it.
SELECT ideas.idea_id, ideas.state, ideas.version, ideas.state_changed_at, ideas.created_at, ideas.title, ideas.governorate,
       ideas.search_text, due.instant AS admit_due_at, talks.title_ar AS talk_ar, talks.title_en AS talk_en,
       (SELECT rule FROM participation.idea_moderations AS own WHERE own.object_id = ideas.idea_id AND step <> 'overturn'
        ORDER BY decided_at DESC LIMIT 1) AS rule
FROM participation.ideas
LEFT JOIN innovation.deadlines AS due ON due.object_id = ideas.idea_id AND due.name = 'admit_due'
LEFT JOIN participation.dialogue_sessions AS talks ON talks.session_id = ideas.session_id
WHERE (%(sessions)s::uuid[] IS NULL OR ideas.session_id = ANY (%(sessions)s))
  AND ideas.author_id IS DISTINCT FROM %(reader_id)s

-- bursts --
-- Open ones whose support came in a burst, or whose text came more than once.
-- + idea_rows
WHERE ideas.state = 'open' AND (
    support.in_an_hour >= %(burst)s
    OR (SELECT count(*) FROM participation.ideas AS other WHERE other.body_digest = ideas.body_digest) >= %(alike)s)
ORDER BY admitted_at DESC, ideas.idea_id DESC
LIMIT %(rows)s

-- origins --
-- What follows an idea, each with its own support.
-- + idea_rows
WHERE main_id = %(idea_id)s
ORDER BY admitted_at, ideas.idea_id

-- standings --
-- What the workflow looks at of these ideas, and whose they are.
SELECT idea_id, state, version, session_id, author_id, author_id IS NOT NULL AND author_id = %(person_id)s AS facts_is_own,
       EXISTS (SELECT FROM participation.idea_moderations AS own
               WHERE own.object_id = ideas.idea_id AND moderator_id = %(person_id)s) AS facts_has_decided,
       EXISTS (SELECT FROM participation.decision_grounds AS ground JOIN participation.decisions USING (decision_id)
               WHERE ground.kind = 'idea' AND ground.object_id = idea_id AND decisions.state <> 'withdrawn') AS facts_has_decision
FROM participation.ideas WHERE idea_id = ANY (%(ideas)s::uuid[])

-- move --
UPDATE participation.ideas SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s,
    admitted_at = CASE %(target)s WHEN 'open' THEN coalesce(admitted_at, %(at)s) ELSE admitted_at END
WHERE idea_id = %(object_id)s

-- due --
SELECT idea_id FROM participation.ideas JOIN innovation.deadlines ON object_id = idea_id
WHERE state = %(source)s AND name = %(deadline)s AND instant <= %(at)s AND idea_id > %(after)s
ORDER BY idea_id
LIMIT %(rows)s
FOR UPDATE OF ideas SKIP LOCKED

-- called --
SELECT title, title FROM participation.ideas WHERE idea_id = %(object_id)s

-- create --
-- Nothing where the same page was sent before; whoever sends it twice at the same time waits here.
INSERT INTO participation.ideas
    (idea_id, session_id, state, state_changed_at, created_at, author_id, email, byline, language, title, body, governorate,
     body_digest, once_digest)
VALUES (%(idea_id)s, %(session_id)s, %(state)s, %(at)s, %(at)s, %(author_id)s, %(email)s, %(byline)s, %(language)s, %(title)s,
        %(body)s, %(governorate)s, %(body_digest)s, sha256(%(once)s))
ON CONFLICT (once_digest) DO NOTHING

-- sent_before --
SELECT idea_id FROM participation.ideas WHERE once_digest = sha256(%(once)s)

-- edit --
UPDATE participation.ideas SET
    version = version + 1, title = %(title)s, body = %(body)s, governorate = %(governorate)s, byline = %(byline)s,
    body_digest = %(body_digest)s
WHERE idea_id = %(idea_id)s

-- author --
-- Who is written to, if anybody.
SELECT author_id, email FROM participation.ideas WHERE idea_id = %(idea_id)s

-- set_main --
UPDATE participation.ideas SET main_id = %(main_id)s WHERE idea_id = %(idea_id)s

-- export_ideas --
SELECT idea_id, title, body, byline, email, state, created_at FROM participation.ideas
WHERE author_id = %(person_id)s ORDER BY created_at, idea_id

-- erase_ideas --
-- What others support and answer stays, without whose it is.
UPDATE participation.ideas SET author_id = NULL, email = '', byline = '' WHERE author_id = %(person_id)s
