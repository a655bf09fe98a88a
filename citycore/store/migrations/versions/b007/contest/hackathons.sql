-- What people ask before they join: prizes, rules, who may take part, whom to write to, and who stands behind it.
ALTER TABLE innovation.hackathons
    -- [{title_ar, title_en, amount_minor, currency}], the first prize first.
    ADD COLUMN prizes          jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(prizes) = 'array'),
    ADD COLUMN rules_ar        text NOT NULL DEFAULT '',
    ADD COLUMN rules_en        text NOT NULL DEFAULT '',
    ADD COLUMN eligibility_ar  text NOT NULL DEFAULT '',
    ADD COLUMN eligibility_en  text NOT NULL DEFAULT '',
    ADD COLUMN contact_email   text NOT NULL DEFAULT '',
    -- [{name_ar, name_en, website}].
    ADD COLUMN partners        jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(partners) = 'array');

-- Whether a judge wants to be named on the page of the hackathon: they say so themselves.
ALTER TABLE innovation.judges ADD COLUMN is_named boolean NOT NULL DEFAULT false;

CREATE OR REPLACE VIEW open_innovation.hackathons WITH (security_barrier) AS
SELECT hackathon_id, code, title_ar, title_en, summary_ar, summary_en,
       CASE WHEN state IN ('submissions_closed', 'screening', 'judging', 'deliberation') THEN 'being_judged'
            ELSE state END AS state,
       state_reason, mode, place_ar, place_en, is_international, team_members_min, team_members_max, rounds,
       prizes, rules_ar, rules_en, eligibility_ar, eligibility_en, contact_email, partners
FROM innovation.hackathons AS hackathon
WHERE state IN ('announced', 'registration_open', 'team_formation_closed', 'running', 'submissions_closed',
                'screening', 'judging', 'deliberation', 'results_provisional', 'results_final', 'archived',
                'postponed')
   -- A draft that is given up was never public.
   OR (state = 'cancelled' AND EXISTS (
        SELECT FROM innovation.audit
        WHERE audit.object = hackathon.hackathon_id AND audit.machine = 'hackathon' AND audit.event = 'announce'));
