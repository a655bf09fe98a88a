-- How far something went in media, as somebody read it there. It is no support: whoever is counted took no part here.
CREATE TABLE participation.reach (
    reach_id    uuid PRIMARY KEY,
    object_id   uuid NOT NULL,
    medium      text NOT NULL,
    measure     text NOT NULL,
    number      bigint NOT NULL CHECK (number >= 0),
    -- Where it was read.
    source      text NOT NULL CHECK (source <> ''),
    counted_on  date NOT NULL,
    -- NULL once the account is erased.
    entered_by  uuid REFERENCES innovation.people (person_id),
    UNIQUE (object_id, measure, source, counted_on)
);
CREATE INDEX reach_entered ON participation.reach (entered_by) WHERE entered_by IS NOT NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON participation.reach TO falaj_portal;

-- Statements are about any object of a noun, and not about sessions alone; `source_id` is that in whose words one is.
ALTER TABLE participation.statements DROP CONSTRAINT statements_session_id_fkey, DROP CONSTRAINT statements_idea_id_fkey;
ALTER TABLE participation.statements RENAME COLUMN session_id TO object_id;
ALTER TABLE participation.statements RENAME COLUMN idea_id TO source_id;
ALTER TABLE participation.statements RENAME CONSTRAINT statements_session_id_number_key TO statements_object_id_number_key;
DROP INDEX participation.statements_idea;
ALTER TABLE participation.votings DROP CONSTRAINT votings_session_id_fkey;
ALTER TABLE participation.votings RENAME COLUMN session_id TO object_id;

-- What moderators did stands beside any text that was moderated, and not ideas alone.
ALTER TABLE participation.idea_moderations DROP CONSTRAINT idea_moderations_idea_id_fkey;
ALTER TABLE participation.idea_moderations RENAME COLUMN idea_id TO object_id;

-- What notes about an object are about, as everybody is told it: counted when somebody said so, replaced by the next count.
CREATE TABLE participation.told_themes (
    object_id  uuid NOT NULL,
    question   text NOT NULL,
    told_at    timestamptz NOT NULL,
    notes      integer NOT NULL CHECK (notes >= 0),
    -- Numbers by theme, and how often the program was right, as a table by hand and by program.
    document   jsonb NOT NULL,
    PRIMARY KEY (object_id, question)
);
GRANT SELECT, INSERT, UPDATE ON participation.told_themes TO falaj_portal;

-- Of the page that was sent, which counts once, as with cases.
ALTER TABLE participation.ideas ADD COLUMN once_digest bytea UNIQUE CHECK (length(once_digest) = 32);

-- Support is of any object of a noun, and not of ideas alone.
ALTER TABLE participation.idea_supports DROP CONSTRAINT idea_supports_idea_id_fkey;
ALTER TABLE participation.idea_supports RENAME COLUMN idea_id TO object_id;

-- By where it came from, and the most within one hour.
CREATE VIEW participation.support_counts AS
SELECT object_id, sum(accounts)::integer AS accounts, sum(number - accounts)::integer AS browsers, max(number)::integer AS in_an_hour
FROM (SELECT object_id, count(*) AS number, count(*) FILTER (WHERE browser IS NULL) AS accounts
      FROM participation.idea_supports GROUP BY object_id, date_trunc('hour', supported_at)) AS hours
GROUP BY object_id;
GRANT SELECT ON participation.support_counts TO falaj_portal;

-- Mails about ideas that wait are of a noun of its own.
UPDATE innovation.outbox SET template = 'ideas/' || split_part(template, '/', 2) WHERE template LIKE 'dialogue/idea\_%';

-- What of these stands in public: reach of it, and the themes of what was written about it, are told with it.
CREATE VIEW open_participation.media_reach WITH (security_barrier) AS
SELECT reach_id, told.kind AS subject_kind, object_id AS subject_id, medium, measure, number, source, counted_on
FROM participation.reach
JOIN (SELECT 'session' AS kind, session_id AS object_id FROM open_participation.sessions
      UNION ALL SELECT 'idea', idea_id FROM open_participation.ideas) AS told USING (object_id);

CREATE VIEW open_participation.themes WITH (security_barrier) AS
SELECT object_id AS subject_id, 'session' AS subject_kind, question, code AS theme, themes.title_ar, themes.title_en,
       (document -> 'numbers' ->> code)::integer AS notes, told_themes.notes AS all_notes, told_at
FROM participation.told_themes
JOIN participation.themes USING (object_id, question)
JOIN open_participation.sessions ON session_id = object_id
WHERE document -> 'numbers' ? code;
GRANT SELECT ON open_participation.media_reach, open_participation.themes TO falaj_read;
