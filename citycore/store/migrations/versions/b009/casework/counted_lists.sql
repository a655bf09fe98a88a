-- Lists count their rows by state. A column of a left join has to stand in the index as well: the planner leaves the join out, and
-- reads the whole table for the column otherwise.
CREATE INDEX needs_counted ON innovation.needs (state, organisation_id);
CREATE INDEX dialogue_sessions_counted ON participation.dialogue_sessions (state, session_id, decider_id, announced_at);
CREATE INDEX surveys_counted ON participation.surveys (state, agency_id);

-- What a call has granted is summed up without reading awards.
DROP INDEX innovation.funding_awards_counted;
CREATE INDEX funding_awards_counted ON innovation.funding_awards (call_id, state, application_id) INCLUDE (amount_minor);

-- How far introductions came and how they ended is counted of an index, too.
ALTER TABLE innovation.introductions ADD COLUMN stage text NOT NULL GENERATED ALWAYS AS (
    CASE WHEN state = 'contract' THEN 'contract'
         WHEN pilot_at IS NOT NULL THEN 'pilot'
         WHEN met_at IS NOT NULL THEN 'meeting'
         WHEN shared_at IS NOT NULL THEN 'contacts_shared'
         WHEN agency_interested_at IS NOT NULL OR vendor_interested_at IS NOT NULL THEN 'interested'
         ELSE 'suggested' END) STORED;
CREATE INDEX introductions_counted ON innovation.introductions (stage, state);
CREATE OR REPLACE VIEW innovation.introduction_stages AS
SELECT introduction_id, created_at, stage, state FROM innovation.introductions;

-- When a session begins stands with it too, so that lists are sorted by it: its date is among the deadlines, which follow it.
ALTER TABLE participation.dialogue_sessions ADD COLUMN begins_at timestamptz;
UPDATE participation.dialogue_sessions SET begins_at = instant
FROM innovation.deadlines WHERE object_id = session_id AND name = 'begins';
CREATE INDEX dialogue_sessions_begins ON participation.dialogue_sessions
    (coalesce(begins_at, timestamptz '9000-01-01 00:00:00+00'), session_id);

CREATE FUNCTION participation.note_session_begins() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = participation, pg_temp AS $$
BEGIN
    UPDATE participation.dialogue_sessions SET begins_at = NEW.instant
    WHERE session_id = NEW.object_id AND begins_at IS DISTINCT FROM NEW.instant;
    RETURN NULL;
END
$$;
CREATE TRIGGER note_session_begins AFTER INSERT OR UPDATE OF instant ON innovation.deadlines
    FOR EACH ROW WHEN (NEW.name = 'begins') EXECUTE FUNCTION participation.note_session_begins();

-- Certificates and juries as lists.
CREATE INDEX certificates_since ON innovation.certificates (state_changed_at, certificate_id);
CREATE INDEX certificates_of_hackathon ON innovation.certificates (subject_id, created_at, certificate_id);
CREATE INDEX certificates_counted ON innovation.certificates (state, kind, person_id);
CREATE INDEX judges_begun ON innovation.judges (hackathon_id, created_at, judge_id);
CREATE INDEX judges_since ON innovation.judges (hackathon_id, state_changed_at, judge_id);
