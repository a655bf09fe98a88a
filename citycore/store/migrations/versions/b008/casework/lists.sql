-- Lists of the staff: what they are searched by, the orders that they stand in, and what is counted without reading rows.
ALTER TABLE participation.dialogue_sessions
    ADD COLUMN search_text text GENERATED ALWAYS AS (normalise_text(title_ar || ' ' || title_en)) STORED;
ALTER TABLE participation.ideas
    ADD COLUMN search_text text GENERATED ALWAYS AS (normalise_text(title)) STORED;
ALTER TABLE innovation.pilots
    ADD COLUMN search_text text GENERATED ALWAYS AS (normalise_text(code || ' ' || title_ar || ' ' || title_en)) STORED;

CREATE INDEX dialogue_sessions_begun ON participation.dialogue_sessions (created_at, session_id);
CREATE INDEX dialogue_sessions_search ON participation.dialogue_sessions USING gin (search_text gin_trgm_ops);
CREATE INDEX ideas_since ON participation.ideas (state_changed_at, idea_id);
CREATE INDEX ideas_begun ON participation.ideas (created_at, idea_id);
CREATE INDEX ideas_search ON participation.ideas USING gin (search_text gin_trgm_ops);
CREATE INDEX teams_called ON innovation.teams (hackathon_id, search_text, team_id);
CREATE INDEX teams_since ON innovation.teams (hackathon_id, state_changed_at, team_id);
CREATE INDEX teams_search ON innovation.teams USING gin (search_text gin_trgm_ops);
CREATE INDEX applications_counted ON innovation.applications (call_id, state, application_id) WHERE versions > 0;
CREATE INDEX applications_search ON innovation.applications USING gin (search_text gin_trgm_ops);
CREATE INDEX submissions_search ON innovation.submissions USING gin (search_text gin_trgm_ops);
CREATE INDEX funding_awards_counted ON innovation.funding_awards (call_id, state, application_id);
CREATE INDEX submissions_counted ON innovation.submissions (hackathon_id, state, team_id);
CREATE INDEX teams_counted ON innovation.teams (hackathon_id, state, team_id);
CREATE INDEX organisations_state ON innovation.organisations (state, organisation_id);
CREATE INDEX surveys_since ON participation.surveys (state_changed_at, survey_id);
CREATE INDEX pilots_since ON innovation.pilots (state_changed_at, pilot_id);
CREATE INDEX pilots_search ON innovation.pilots USING gin (search_text gin_trgm_ops);
