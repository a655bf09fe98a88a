-- A hackathon that takes registrations, with a challenge about the simulator and its station.
INSERT INTO innovation.organisations (organisation_id, kind, name_en, name_ar, state, state_changed_at, registered_at)
VALUES ('00000000-0000-4000-8000-000000000001', 'agency', 'Shade Office', 'مكتب الظل', 'verified',
        '2026-11-24T00:00Z', '2026-11-24T00:00Z');
INSERT INTO innovation.hackathons (hackathon_id, state, state_changed_at, created_at, code, title_ar, title_en,
    summary_ar, summary_en, mode, place_ar, place_en, is_international, team_members_min, team_members_max, rounds)
VALUES ('00000000-0000-4000-8000-000000000002', 'registration_open', '2026-11-24T00:00Z', '2026-11-24T00:00Z',
        'city-heat', 'حر المدينة', 'City heat', 'ظل وماء', 'Shade and water', 'hybrid', 'مسقط', 'Muscat', false, 2, 5, 1);
INSERT INTO innovation.deadlines (object_id, name, instant, zone)
SELECT '00000000-0000-4000-8000-000000000002', name, '2026-11-24T00:00Z'::timestamptz + number * interval '1 day',
       'Asia/Muscat'
FROM unnest(ARRAY['challenges_close', 'registration_opens', 'registration_closes', 'team_formation_closes', 'starts',
                  'submissions_close', 'appeals_close']) WITH ORDINALITY AS planned (name, number);
INSERT INTO innovation.challenges (challenge_id, hackathon_id, organisation_id, state, state_changed_at, created_at,
    title_ar, title_en, problem_ar, problem_en, terms)
VALUES ('00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-000000000002',
        '00000000-0000-4000-8000-000000000001', 'published', '2026-11-24T00:00Z', '2026-11-24T00:00Z',
        'ظل الحافلات', 'Bus shade', 'أين الظل؟', 'Where is shade?', 'open_source');
INSERT INTO innovation.challenge_datasets VALUES ('00000000-0000-4000-8000-000000000003', 'simulator');
INSERT INTO innovation.challenge_things VALUES ('00000000-0000-4000-8000-000000000003', 'air-01');
