-- lock --
-- This pilot, until the transaction ends.
SELECT FROM innovation.pilots WHERE pilot_id = %(object_id)s FOR UPDATE

-- pilot_rows --
-- Pilots with the names of both sides; a team goes by its own name, an applicant by the organisation's.
SELECT pilot_id, pilots.state, pilots.state_reason, pilots.version, pilots.state_changed_at, pilots.created_at,
       pilots.code, pilots.title_ar, pilots.title_en, purpose_ar, purpose_en, starts_on, ends_on,
       CASE WHEN introduction_id IS NOT NULL THEN 'introduction' WHEN pilots.submission_id IS NOT NULL THEN 'submission'
            ELSE 'award' END AS origin,
       coalesce(introduction_id, pilots.submission_id, award_id) AS origin_id,
       agency_id, agency.name_ar AS agency_ar, agency.name_en AS agency_en, provider_id, pilots.team_id,
       pilots.application_id, coalesce(provider.name_ar, applicant.name_ar) AS provider_ar,
       coalesce(provider.name_en, applicant.name_en, teams.name) AS provider_en, is_simulated, agreed_at, started_at,
       source_id IS NOT NULL AS has_source
FROM innovation.pilots
JOIN innovation.organisations AS agency ON agency.organisation_id = agency_id
LEFT JOIN innovation.organisations AS provider ON provider.organisation_id = provider_id
LEFT JOIN innovation.teams ON teams.team_id = pilots.team_id
LEFT JOIN innovation.applications ON applications.application_id = pilots.application_id
LEFT JOIN innovation.organisations AS applicant ON applicant.organisation_id = applications.organisation_id

-- some --
-- Those of these.
-- + pilot_rows
WHERE pilot_id = ANY (%(pilots)s::uuid[])

-- desk --
-- All for the programme.
SELECT pilots.pilot_id, pilots.state, pilots.version, pilots.state_changed_at, pilots.created_at, pilots.title_ar, pilots.title_en,
       pilots.search_text, agency.name_ar AS agency_ar, agency.name_en AS agency_en,
       coalesce(provider.name_ar, applicant.name_ar) AS provider_ar,
       coalesce(provider.name_en, applicant.name_en, teams.name) AS provider_en,
       CASE WHEN pilots.introduction_id IS NOT NULL THEN 'introduction' WHEN pilots.submission_id IS NOT NULL THEN 'submission'
            ELSE 'award' END AS origin
FROM innovation.pilots
LEFT JOIN innovation.organisations AS agency ON agency.organisation_id = pilots.agency_id
LEFT JOIN innovation.organisations AS provider ON provider.organisation_id = pilots.provider_id
LEFT JOIN innovation.teams ON teams.team_id = pilots.team_id
LEFT JOIN innovation.applications ON applications.application_id = pilots.application_id
LEFT JOIN innovation.organisations AS applicant ON applicant.organisation_id = applications.organisation_id

-- list --
-- Those in these states, or of these scopes of a person; the newest first.
-- + pilot_rows
WHERE (%(states)s::text[] IS NULL OR pilots.state = ANY (%(states)s))
  AND (%(scopes)s::uuid[] IS NULL OR agency_id = ANY (%(scopes)s) OR provider_id = ANY (%(scopes)s)
       OR pilots.team_id = ANY (%(scopes)s) OR pilots.application_id = ANY (%(scopes)s))
  AND (%(after)s::uuid IS NULL OR (pilots.created_at, pilot_id) < (
       SELECT last.created_at, last.pilot_id FROM innovation.pilots AS last WHERE last.pilot_id = %(after)s))
ORDER BY pilots.created_at DESC, pilot_id DESC
LIMIT %(rows)s

-- of_origin --
-- The pilot that came out of something and was not declined.
SELECT pilot_id FROM innovation.pilots
WHERE state <> 'declined'
  AND (introduction_id = %(origin_id)s OR submission_id = %(origin_id)s OR award_id = %(origin_id)s)

-- is_code_taken --
-- Whether another pilot has this code.
SELECT EXISTS (SELECT FROM innovation.pilots WHERE code = %(code)s)

-- create --
-- Proposed; once for what it came out of.
INSERT INTO innovation.pilots
    (pilot_id, state, state_changed_at, created_at, code, introduction_id, submission_id, award_id, agency_id,
     provider_id, team_id, application_id, title_ar, title_en, purpose_ar, purpose_en, starts_on, ends_on, is_simulated)
VALUES
    (%(pilot_id)s, %(state)s, %(at)s, %(at)s, %(code)s, %(introduction_id)s, %(submission_id)s, %(award_id)s,
     %(agency_id)s, %(provider_id)s, %(team_id)s, %(application_id)s, %(title_ar)s, %(title_en)s, %(purpose_ar)s,
     %(purpose_en)s, %(starts_on)s, %(ends_on)s, %(is_simulated)s)
ON CONFLICT DO NOTHING

-- move --
-- Into the next state; when it was agreed and when it began is kept.
UPDATE innovation.pilots SET
    state = %(target)s, state_reason = %(reason)s, version = version + 1, state_changed_at = %(at)s,
    agreed_at = CASE WHEN %(target)s = 'agreed' THEN coalesce(agreed_at, %(at)s) ELSE agreed_at END,
    started_at = CASE WHEN %(target)s = 'running' THEN coalesce(started_at, %(at)s) ELSE started_at END
WHERE pilot_id = %(object_id)s

-- people --
-- How these are written to.
SELECT person_id, email, language,
       coalesce(CASE language WHEN 'ar' THEN name_ar END, name_en, name_ar, '') AS name
FROM innovation.people
WHERE person_id = ANY (%(people)s) AND state IN ('active', 'closing') AND email_verified_at IS NOT NULL
ORDER BY person_id

-- agency --
-- Whether an organisation is one that pilots can be with.
SELECT EXISTS (
    SELECT FROM innovation.organisations
    WHERE organisation_id = %(organisation_id)s AND kind <> 'company' AND state = 'verified')

-- agencies --
-- All of these, by name.
SELECT organisation_id, name_ar, name_en FROM innovation.organisations
WHERE kind <> 'company' AND state = 'verified'
ORDER BY coalesce(name_en, name_ar), organisation_id
LIMIT %(rows)s

-- register_thing --
-- In the namespace of its pilot.
SELECT innovation.register_pilot_thing(
    %(pilot_id)s, %(code)s, %(kind)s, %(name_en)s, %(name_ar)s, %(longitude)s, %(latitude)s,
    %(place)s, %(things_max)s)

-- register_datastream --
-- Of a thing of the pilot.
SELECT innovation.register_pilot_datastream(
    %(pilot_id)s, %(thing)s, %(property)s, %(result_type)s, %(interval_seconds)s, %(datastreams_max)s)

-- properties --
-- What can be measured.
SELECT code, name_en AS names_en, name_ar AS names_ar, unit FROM innovation.pilot_properties()

-- outlines --
-- Of places, to find the one that a thing is in.
SELECT code, geometry FROM innovation.pilot_outlines()

-- values --
-- Things, datastreams and newest values of a pilot, and how many values came between two instants.
SELECT thing AS code, kind, name_en AS names_en, name_ar AS names_ar, longitude, latitude,
       property AS measured_what_code, property_en AS measured_what_names_en, property_ar AS measured_what_names_ar,
       unit AS measured_what_unit, result_type AS measured_result_type, interval_seconds AS measured_interval_seconds,
       phenomenon_time AS measured_phenomenon_time, result AS measured_result, result_text AS measured_text,
       quality AS measured_quality,
       CASE WHEN property IS NOT NULL THEN observation_count END AS measured_count_of_day
FROM innovation.pilot_values(%(pilot_id)s, %(since)s, %(until)s)
