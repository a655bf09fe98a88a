-- A need and an offering that could fit, and whether both sides want to meet.
CREATE TABLE innovation.introductions (
    introduction_id       uuid PRIMARY KEY,
    need_id               uuid NOT NULL REFERENCES innovation.needs (need_id),
    offering_id           uuid NOT NULL,
    -- The version of the offering that was matched.
    offering_number       integer NOT NULL,
    state                 text NOT NULL,
    state_reason          text,
    version               integer NOT NULL DEFAULT 1,
    state_changed_at      timestamptz NOT NULL,
    created_at            timestamptz NOT NULL,
    suggested_by          text NOT NULL CHECK (suggested_by IN ('agency', 'vendor', 'programme')),
    -- As it was when it was suggested, in thousandths, and of what it was made:
    -- [{"kind", "points", "points_max", "what", "asked"}, …]
    score                 integer NOT NULL CHECK (score BETWEEN 0 AND 100000),
    parts                 jsonb NOT NULL,
    agency_interested_at  timestamptz,
    vendor_interested_at  timestamptz,
    -- Who of each side has agreed to be named to the other.
    agency_contact        uuid REFERENCES innovation.people (person_id),
    vendor_contact        uuid REFERENCES innovation.people (person_id),
    shared_at             timestamptz,
    met_at                timestamptz,
    pilot_at              timestamptz,
    FOREIGN KEY (offering_id, offering_number) REFERENCES innovation.offering_versions (offering_id, number)
);
-- Again only after nobody has answered.
CREATE UNIQUE INDEX introductions_once ON innovation.introductions (need_id, offering_id) WHERE state <> 'expired';
CREATE INDEX introductions_of_offering ON innovation.introductions (offering_id, introduction_id);
CREATE INDEX introductions_state ON innovation.introductions (state, introduction_id);
CREATE INDEX introductions_newest ON innovation.introductions (created_at, introduction_id);
CREATE INDEX introductions_agency_contact ON innovation.introductions (agency_contact);
CREATE INDEX introductions_vendor_contact ON innovation.introductions (vendor_contact);

-- What each side is asked some days after contacts were shared, once each.
CREATE TABLE innovation.introduction_outcomes (
    introduction_id  uuid NOT NULL REFERENCES innovation.introductions (introduction_id),
    side             text NOT NULL CHECK (side IN ('agency', 'vendor')),
    days             integer NOT NULL CHECK (days > 0),
    due_at           timestamptz NOT NULL,
    asked_at         timestamptz,
    answered_at      timestamptz,
    answered_by      uuid REFERENCES innovation.people (person_id),
    has_met          boolean,
    has_pilot        boolean,
    has_contract     boolean,
    -- Of hackathon/taxonomy.
    value_band       text,
    note             text NOT NULL DEFAULT '',
    PRIMARY KEY (introduction_id, days, side),
    CHECK ((answered_at IS NULL) = (has_met IS NULL) AND (answered_at IS NULL) = (has_pilot IS NULL)
           AND (answered_at IS NULL) = (has_contract IS NULL))
);
CREATE INDEX introduction_outcomes_due ON innovation.introduction_outcomes (due_at) WHERE asked_at IS NULL;
CREATE INDEX introduction_outcomes_by ON innovation.introduction_outcomes (answered_by);

-- How far each has come, whatever became of it then.
CREATE VIEW innovation.introduction_stages AS
SELECT introduction_id, created_at,
       CASE WHEN state = 'contract' THEN 'contract'
            WHEN pilot_at IS NOT NULL THEN 'pilot'
            WHEN met_at IS NOT NULL THEN 'meeting'
            WHEN shared_at IS NOT NULL THEN 'contacts_shared'
            WHEN agency_interested_at IS NOT NULL OR vendor_interested_at IS NOT NULL THEN 'interested'
            ELSE 'suggested' END AS stage
FROM innovation.introductions;

-- As open data only counts: each is in one stage, and fewer than five are not told. There is no total to take them from.
CREATE VIEW open_innovation.introductions WITH (security_barrier) AS
SELECT extract(year FROM created_at AT TIME ZONE 'Asia/Muscat')::integer AS year, stage,
       CASE WHEN count(*) >= 5 THEN count(*) END AS introduction_count
FROM innovation.introduction_stages
GROUP BY year, stage;

GRANT SELECT ON open_innovation.introductions TO falaj_read;
GRANT SELECT ON innovation.introduction_stages TO falaj_portal;
GRANT SELECT, INSERT, UPDATE ON innovation.introductions, innovation.introduction_outcomes TO falaj_portal;
