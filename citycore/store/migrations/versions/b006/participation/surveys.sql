-- What was written and read belongs to any object of which people read notes, and not to surveys alone.
ALTER TABLE participation.survey_themes RENAME TO themes;
ALTER TABLE participation.themes RENAME COLUMN survey_id TO object_id;
ALTER TABLE participation.themes DROP CONSTRAINT survey_themes_survey_id_fkey;
ALTER TABLE participation.themes RENAME CONSTRAINT survey_themes_pkey TO themes_pkey;
ALTER TABLE participation.themes RENAME CONSTRAINT survey_themes_code_check TO themes_code_check;
ALTER TABLE participation.themes RENAME CONSTRAINT survey_themes_title_ar_check TO themes_title_ar_check;
ALTER TABLE participation.themes RENAME CONSTRAINT survey_themes_title_en_check TO themes_title_en_check;

ALTER TABLE participation.survey_codings RENAME TO codings;
ALTER TABLE participation.codings RENAME COLUMN survey_id TO object_id;
ALTER TABLE participation.codings RENAME COLUMN answer_id TO note_id;
ALTER TABLE participation.codings DROP CONSTRAINT survey_codings_survey_id_fkey;
ALTER TABLE participation.codings RENAME CONSTRAINT survey_codings_pkey TO codings_pkey;
ALTER TABLE participation.codings RENAME CONSTRAINT survey_codings_check TO codings_check;
ALTER TABLE participation.codings RENAME CONSTRAINT survey_codings_coded_by_fkey TO codings_coded_by_fkey;
ALTER TABLE participation.codings RENAME CONSTRAINT survey_codings_survey_id_question_theme_fkey TO codings_theme_fkey;
ALTER INDEX participation.survey_codings_by RENAME TO codings_by;

-- By which shares of the public answers are weighted, with their source: {"source_ar", "source_en", "shares": {question: {answer: share}}}.
-- They are written while nobody knows an answer, and never later.
ALTER TABLE participation.surveys ADD COLUMN weights jsonb;

-- Whoever leaves an address is told about any object of a noun, and takes it back by a link in each mail.
ALTER TABLE participation.survey_listeners RENAME TO listeners;
ALTER TABLE participation.listeners RENAME COLUMN survey_id TO object_id;
ALTER TABLE participation.listeners DROP CONSTRAINT survey_listeners_survey_id_fkey;
ALTER TABLE participation.listeners RENAME CONSTRAINT survey_listeners_pkey TO listeners_pkey;
ALTER TABLE participation.listeners RENAME CONSTRAINT survey_listeners_language_check TO listeners_language_check;
ALTER TABLE participation.listeners RENAME CONSTRAINT survey_listeners_survey_id_email_key_key TO listeners_once;
ALTER INDEX participation.survey_listeners_email RENAME TO listeners_email;
-- How many notes there are by question, once it is counted: nobody looks through all answers for it.
ALTER TABLE participation.surveys ADD COLUMN written jsonb NOT NULL DEFAULT '{}';
UPDATE participation.surveys SET written = coalesce((
    SELECT jsonb_object_agg(question, notes) FROM (
        SELECT question, count(*) AS notes
        FROM participation.unlinked_answers AS answer, jsonb_object_keys(answer.document -> 'values') AS question
        WHERE answer.object_id = survey_id GROUP BY question) AS counted), '{}')
WHERE state = 'counted';

-- What a process of the worker is to count, since it takes longer than a page may. Nothing of what is counted stands here.
CREATE TABLE participation.counts (
    object_id  uuid PRIMARY KEY,
    kind       text NOT NULL,
    -- One more each time that somebody asks.
    turn       integer NOT NULL DEFAULT 1,
    asked_at   timestamptz NOT NULL,
    -- Nobody looks at it before.
    due_at     timestamptz NOT NULL,
    begun_at   timestamptz
);
GRANT SELECT, INSERT, UPDATE, DELETE ON participation.counts TO falaj_portal;
INSERT INTO participation.counts (object_id, kind, asked_at, due_at)
SELECT survey_id, 'survey', state_changed_at, state_changed_at FROM participation.surveys WHERE state = 'closed';
