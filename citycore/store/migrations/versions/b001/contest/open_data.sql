CREATE VIEW open_innovation.hackathons WITH (security_barrier) AS
SELECT hackathon_id, code, title_ar, title_en, summary_ar, summary_en,
       CASE WHEN state IN ('submissions_closed', 'screening', 'judging', 'deliberation') THEN 'being_judged'
            ELSE state END AS state,
       state_reason, mode, place_ar, place_en, is_international, team_members_min, team_members_max, rounds
FROM innovation.hackathons AS hackathon
WHERE state IN ('announced', 'registration_open', 'team_formation_closed', 'running', 'submissions_closed',
                'screening', 'judging', 'deliberation', 'results_provisional', 'results_final', 'archived',
                'postponed')
   -- A draft that is given up was never public.
   OR (state = 'cancelled' AND EXISTS (
        SELECT FROM innovation.audit
        WHERE audit.object = hackathon.hackathon_id AND audit.machine = 'hackathon' AND audit.event = 'announce'));

-- Only dates that count: those of a hackathon that is called off do not, and while it is postponed the
-- next ones are still being planned.
CREATE VIEW open_innovation.deadlines WITH (security_barrier) AS
SELECT hackathon.hackathon_id, hackathon.code, hackathon.title_ar, hackathon.title_en,
       deadline.name, deadline.instant, deadline.zone,
       coalesce(moved.extensions, '[]') AS extensions
FROM innovation.deadlines AS deadline
JOIN open_innovation.hackathons AS hackathon ON hackathon.hackathon_id = deadline.object_id
LEFT JOIN innovation.moved_deadlines AS moved
    ON moved.object_id = deadline.object_id AND moved.name = deadline.name
WHERE hackathon.state NOT IN ('postponed', 'cancelled');

-- Whose challenge it is stands there while the organisation is what it said it was, and when it exists no more.
CREATE VIEW open_innovation.challenges WITH (security_barrier) AS
SELECT challenge.challenge_id, challenge.hackathon_id, hackathon.code AS hackathon_code, challenge.title_ar,
       challenge.title_en, challenge.problem_ar, challenge.problem_en, 'published' AS state, challenge.terms,
       agency.organisation_id, agency.kind AS organisation_kind, agency.name_ar AS organisation_name_ar,
       agency.name_en AS organisation_name_en,
       ARRAY(SELECT source_code FROM innovation.challenge_datasets AS link
             WHERE link.challenge_id = challenge.challenge_id ORDER BY source_code) AS datasets,
       ARRAY(SELECT thing_code FROM innovation.challenge_things AS link
             WHERE link.challenge_id = challenge.challenge_id ORDER BY thing_code) AS things
FROM innovation.challenges AS challenge
JOIN open_innovation.hackathons AS hackathon USING (hackathon_id)
LEFT JOIN innovation.organisations AS agency
    ON agency.organisation_id = challenge.organisation_id AND agency.state IN ('verified', 'dissolved')
WHERE challenge.state IN ('published', 'locked');

-- Which challenges a dataset or a thing is linked by.
CREATE VIEW open_innovation.challenge_datasets WITH (security_barrier) AS
SELECT link.source_code, challenge.challenge_id, challenge.hackathon_code, challenge.title_ar, challenge.title_en
FROM innovation.challenge_datasets AS link JOIN open_innovation.challenges AS challenge USING (challenge_id);
CREATE VIEW open_innovation.challenge_things WITH (security_barrier) AS
SELECT link.thing_code, challenge.challenge_id, challenge.hackathon_code, challenge.title_ar, challenge.title_en
FROM innovation.challenge_things AS link JOIN open_innovation.challenges AS challenge USING (challenge_id);

CREATE VIEW open_innovation.organisations WITH (security_barrier) AS
SELECT organisation_id, kind, name_ar, name_en,
       (SELECT count(*) FROM open_innovation.challenges AS challenge
        WHERE challenge.organisation_id = organisation.organisation_id) AS challenge_count
FROM innovation.organisations AS organisation
WHERE state = 'verified';

GRANT SELECT ON open_innovation.hackathons, open_innovation.deadlines, open_innovation.challenges,
    open_innovation.challenge_datasets, open_innovation.challenge_things, open_innovation.organisations
    TO falaj_read;
