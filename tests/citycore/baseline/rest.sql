-- A row for every table that the invented programme leaves empty: all that the city measures, and what in the
-- programme happens rarely. Run by a superuser after the story is told, once.

CREATE TEMPORARY TABLE at AS SELECT timestamptz '2026-11-25 09:30Z' AS now;
CREATE TEMPORARY TABLE person AS SELECT person_id FROM innovation.people ORDER BY created_at, email LIMIT 1;
CREATE TEMPORARY TABLE stream AS SELECT min(datastream_id) AS datastream_id FROM datastreams;

-- The city.
INSERT INTO places (code, kind, name_en, name_ar, geometry, provenance)
VALUES ('matrah', 'wilayat', 'Matrah', 'مطرح',
        '{"type": "Polygon", "coordinates": [[[58.4, 23.5], [58.4, 23.8], [58.7, 23.8], [58.7, 23.5], [58.4, 23.5]]]}',
        'a square');
INSERT INTO observations (datastream_id, quality, phenomenon_time, result, batch_id)
SELECT datastream_id, 1, now - n * INTERVAL '30 days', n / 4.0, 1 FROM stream, at, generate_series(0, 3) AS n;
INSERT INTO observations_category (datastream_id, quality, phenomenon_time, result, batch_id)
SELECT datastream_id, 2, now, 'clear, "dry"', 1 FROM stream, at;
INSERT INTO observations_position (datastream_id, quality, phenomenon_time, longitude, latitude, batch_id)
SELECT datastream_id, 1, now, 58.5, 23.6, 1 FROM stream, at;
INSERT INTO latest (datastream_id, quality, phenomenon_time, result, batch_id)
SELECT datastream_id, 1, now, 0, 1 FROM stream, at;
INSERT INTO ingest_batches (batch_id, worker, messages, received, stored, duplicate, conflicting, quarantined,
                            first_received_at, committed_at)
SELECT nextval('ingest_batch_ids'), 'host', 7, 7, 6, 0, 0, 1, now, now FROM at;
INSERT INTO ingest_totals (worker, batches, messages, received, stored, duplicate, conflicting, quarantined,
                           first_received_at, committed_at)
SELECT 'host', 1, 7, 7, 6, 0, 0, 1, now, now FROM at;
INSERT INTO component_reports (component, reported_at) SELECT 'worker', now FROM at;
INSERT INTO dirty_buckets (batch_id, datastream_ids, bucket_hours)
SELECT 1, ARRAY[datastream_id], ARRAY[498777] FROM stream;
INSERT INTO dead_letters (digest, topic, payload, reason, detail, first_received_at, last_received_at, batch_id)
SELECT sha256('letter'), 'falaj/v1/nobody/thing', '\x00ff0a5c', 'not_json', 'line 1', now, now, 1 FROM at;
INSERT INTO dead_letter_removals (reason, status, removed_count, removed_bytes, last_removed_at)
SELECT 'not_json', 'open', 2, 80, now FROM at;
INSERT INTO dead_letter_counts (status, reason, letter_count, payload_bytes, counted_at)
SELECT 'open', 'not_json', 1, 4, now FROM at;
INSERT INTO loads (digest, source_code, worker, file_name, lines_done)
SELECT sha256('file'), '', 'load', 'history.csv', 12;
INSERT INTO observations_hourly (datastream_id, bucket_start, observation_count, mean, good_count,
                                 not_evaluated_count, suspect_count, bad_count)
SELECT datastream_id, date_trunc('hour', now), 1, 0.5, 1, 0, 0, 0 FROM stream, at;
INSERT INTO observations_quarter_hourly (datastream_id, bucket_start, observation_count, mean, good_count,
                                         not_evaluated_count, suspect_count, bad_count)
SELECT datastream_id, date_trunc('hour', now), 1, 0.5, 1, 0, 0, 0 FROM stream, at;
INSERT INTO observations_daily (datastream_id, bucket_start, observation_count, mean, good_count,
                                not_evaluated_count, suspect_count, bad_count, valid_hour_count)
SELECT datastream_id, timestamptz '2026-11-24 20:00Z', 1, 0.5, 1, 0, 0, 0, 1 FROM stream;
INSERT INTO dirty_days (datastream_id, bucket_start) SELECT datastream_id, timestamptz '2026-11-24 20:00Z' FROM stream;
INSERT INTO set_aside_buckets (datastream_id, bucket_seconds, bucket_epoch, reason)
SELECT datastream_id, 3600, 1795597200, '22003 value out of range' FROM stream;
INSERT INTO dataset_days (source_id, local_date) SELECT min(source_id), date '2026-11-24' FROM sources;
INSERT INTO forecasts (datastream_id, issued_at, origin, horizon_hours, model, baseline, backtest_origins,
                       training_start, training_hours, data_digest, candidates)
SELECT datastream_id, now, now, 24, 'naive', 'naive', 3, now - INTERVAL '7 days', 168, 'digest', '[]' FROM stream, at;
INSERT INTO forecast_values (forecast_id, phenomenon_time, median, lower_50, upper_50, lower_80, upper_80, lower_95,
                             upper_95)
SELECT forecast_id, origin, 1, 0.8, 1.2, 0.6, 1.4, 0.4, 1.6 FROM forecasts;
INSERT INTO api_keys (name, owner, key_digest, requests_per_minute, requests_per_day)
VALUES ('school', 'A school', sha256('key'), 60, 1000);
INSERT INTO api_usage (api_key_id, day, request_count, limited_count)
SELECT api_key_id, date '2026-11-24', 17, 1 FROM api_keys;
INSERT INTO api_windows (subject, window_start, window_seconds, reserved, granted) VALUES ('key:1', 29926620, 60, 10, 10);
INSERT INTO failures (job, subject, reason, attempts, first_at, last_at, due_at, is_begun)
SELECT 'bulk_files', 'simulator/2026-11-24', 'no room', 1, now, now, now, false FROM at;
INSERT INTO hub_identity DEFAULT VALUES;
INSERT INTO ingest_sessions (worker, filters) VALUES ('host', '{falaj/v1/#}');
INSERT INTO earlier_sessions (client_id) VALUES ('falaj-ingest');
-- Procrastinate's triggers look for its tables here.
SET search_path = public, jobs;
INSERT INTO jobs.procrastinate_jobs (queue_name, task_name, queueing_lock) VALUES ('default', 'roll_up', 'roll_up');
INSERT INTO jobs.procrastinate_periodic_defers (task_name, defer_timestamp, job_id, periodic_id)
SELECT 'roll_up', 1795599000, min(id), 'roll_up' FROM jobs.procrastinate_jobs;
INSERT INTO jobs.procrastinate_workers DEFAULT VALUES;
RESET search_path;

-- People.
INSERT INTO innovation.access_tokens (token_id, person_id, name, scopes, token_digest, created_at, expires_at)
SELECT gen_random_uuid(), person_id, 'script', '{teams:read}', sha256('token'), now, now + INTERVAL '30 days'
FROM person, at;
INSERT INTO innovation.attempts (action, subject, count, began_at) SELECT 'sign_in', sha256('network'), 1, now FROM at
ON CONFLICT DO NOTHING;
INSERT INTO innovation.erasures (person_id, erased_at, outcomes) SELECT person_id, now, '[]' FROM person, at;
INSERT INTO innovation.identities (issuer, subject, person_id, linked_at)
SELECT 'https://identity.example', 'subject', person_id, now FROM person, at;
INSERT INTO innovation.identity_flows (state_digest, browser_digest, issuer, nonce, code_verifier, expires_at)
SELECT sha256('state'), sha256('browser'), 'https://identity.example', 'nonce', 'verifier', now FROM at;
INSERT INTO innovation.links (person_id, purpose, token_digest, created_at, expires_at)
SELECT person_id, 'set_password', sha256('link'), now, now + INTERVAL '1 hour' FROM person, at;
INSERT INTO innovation.sessions (session_id, person_id, token_digest, device, network, created_at, last_used_at,
                                 idle_at, expires_at)
SELECT gen_random_uuid(), person_id, sha256('session'), 'Browser', '192.0.2.0/24', now, now, now, now FROM person, at;
INSERT INTO innovation.sign_ups (email_key, email, name_en, language, token_digest, created_at, expires_at)
SELECT 'new@person.example', 'new@person.example', 'New Demo', 'en', sha256('sign up'), now, now FROM at;
INSERT INTO innovation.search_readers (person_id, stop_token, due_at) SELECT person_id, 'stop', now FROM person, at;
INSERT INTO innovation.kept_searches (search_id, person_id, kind, name, words, filters, created_at, seen_until)
SELECT gen_random_uuid(), person_id, 'offerings', 'Water', 'water', '{"sector": "water"}', now, now FROM person, at;

-- The workflow.
INSERT INTO innovation.deadline_extensions (extension_id, object_id, name, previous, instant, reason, extended_at)
SELECT gen_random_uuid(), object_id, name, instant - INTERVAL '7 days', instant, 'more_time', now
FROM (SELECT * FROM innovation.deadlines ORDER BY instant DESC, object_id LIMIT 1) AS deadline, at;
INSERT INTO innovation.decision_words (decision_id, words, written_by, written_at)
SELECT (SELECT min(decision_id::text)::uuid FROM innovation.decisions), 'Well argued.', person_id, now FROM person, at;
INSERT INTO innovation.step_words (machine, object_id, version, event, words, written_by, written_at)
SELECT 'need', (SELECT min(need_id::text)::uuid FROM innovation.needs), 2, 'send_back', 'Which pipes?', person_id, now
FROM person, at;

-- Contests.
INSERT INTO innovation.submission_forms (hackathon_id, fields) SELECT min(hackathon_id::text)::uuid, '[]'
FROM innovation.hackathons;
INSERT INTO innovation.team_mentors (team_id, person_id, assigned_at)
SELECT (SELECT min(team_id::text)::uuid FROM innovation.teams), person_id, now FROM person, at;
INSERT INTO innovation.late_codes (late_code_id, submission_id, code_digest, until, created_at)
SELECT gen_random_uuid(), (SELECT min(submission_id::text)::uuid FROM innovation.submissions), sha256('late'), now, now
FROM at;
INSERT INTO innovation.declarations (declaration_id, judge_id, about, declared_at)
SELECT gen_random_uuid(), (SELECT min(judge_id::text)::uuid FROM innovation.judges), person_id, now FROM person, at;
INSERT INTO innovation.panel_decisions (decision_id, hackathon_id, round, track, ranking, reason, decided_at)
SELECT gen_random_uuid(), hackathon_id, round, track, ARRAY[submission_id], 'The clearer plan.', now
FROM (SELECT * FROM innovation.sheets ORDER BY sheet_id LIMIT 1) AS sheet, at;

-- Funding.
CREATE TEMPORARY TABLE application AS SELECT application_id, call_id FROM innovation.applications
ORDER BY application_id LIMIT 1;
INSERT INTO innovation.application_appeals (application_id, text, filed_at)
SELECT application_id, 'The figures were read wrongly.', now FROM application, at;
INSERT INTO innovation.application_late_codes (late_code_id, call_id, application_id, code_digest, until, created_at)
SELECT gen_random_uuid(), call_id, application_id, sha256('late'), now, now FROM application, at;
INSERT INTO innovation.application_questions (question_id, application_id, question, asked_at, due_at)
SELECT gen_random_uuid(), application_id, 'Who pays for the sensors?', now, now FROM application, at;
INSERT INTO innovation.application_reminders (application_id, name, sent_at)
SELECT application_id, 'closes', now FROM application, at;
INSERT INTO innovation.panel_notes (note_id, application_id, round, note, written_at)
SELECT gen_random_uuid(), application_id, 1, 'Discussed at length.', now FROM application, at;
INSERT INTO innovation.copied_files (copy_id, place, file_id, name, media_type, size_bytes, digest)
SELECT copy_id, 1, file_id, 'plan.pdf', 'application/pdf', size_bytes, digest
FROM (SELECT * FROM innovation.anonymised_copies ORDER BY copy_id LIMIT 1) AS copy,
     (SELECT * FROM innovation.application_files ORDER BY file_id LIMIT 1) AS file;
INSERT INTO innovation.reviewer_declarations (declaration_id, reviewer_id, kind, words, declared_at)
SELECT gen_random_uuid(), (SELECT min(reviewer_id::text)::uuid FROM innovation.reviewers), 'address',
       'university.example', now FROM at;
INSERT INTO innovation.award_amendments (amendment_id, award_id, previous_minor, amount_minor, reason_ar, reason_en,
                                         amended_at)
SELECT gen_random_uuid(), award_id, amount_minor, amount_minor, 'تصحيح', 'A correction', now
FROM (SELECT * FROM innovation.funding_awards ORDER BY award_id LIMIT 1) AS award, at;

-- The market. What is sealed looks like noise, of which a little does.
UPDATE innovation.responses SET sealed = substr(sealed, 1, 256);
CREATE TEMPORARY TABLE response AS SELECT response_id, opener_id, partner_id FROM innovation.response_shares
ORDER BY response_id, opener_id, partner_id LIMIT 1;
INSERT INTO innovation.response_files (response_id, number, name, media_type, content)
SELECT response_id, 1, 'offer.pdf', 'application/pdf', '\x255044462d' FROM response;
INSERT INTO innovation.response_openings (response_id, opener_id, partner_id, share, opened_at)
SELECT response_id, opener_id, partner_id, sha256('share'), now FROM response, at;
