-- One an application that was approved. Amounts are in minor units of the currency.
CREATE TABLE innovation.funding_awards (
    award_id          uuid PRIMARY KEY,
    application_id    uuid NOT NULL UNIQUE REFERENCES innovation.applications (application_id),
    call_id           uuid NOT NULL REFERENCES innovation.calls (call_id),
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    -- What everybody reads in the register.
    title_ar          text NOT NULL,
    title_en          text NOT NULL,
    abstract_ar       text NOT NULL,
    abstract_en       text NOT NULL,
    conditions_ar     text NOT NULL,
    conditions_en     text NOT NULL,
    currency          text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    amount_minor      bigint NOT NULL CHECK (amount_minor > 0),
    starts_on         date NOT NULL,
    -- Half-open: the day after the last one.
    ends_on           date NOT NULL CHECK (ends_on > starts_on),
    -- The reference of the contract that was signed.
    contract          text,
    contracted_on     date,
    search_text       text GENERATED ALWAYS AS (normalise_text(
        title_ar || ' ' || title_en || ' ' || abstract_ar || ' ' || abstract_en)) STORED
);
CREATE INDEX funding_awards_newest ON innovation.funding_awards (created_at, award_id);
CREATE INDEX funding_awards_search ON innovation.funding_awards USING gin (search_text gin_trgm_ops);
CREATE INDEX funding_awards_of_call ON innovation.funding_awards (call_id, award_id);
CREATE INDEX funding_awards_state ON innovation.funding_awards (state, award_id);

-- Each time the amount was changed, and why.
CREATE TABLE innovation.award_amendments (
    amendment_id   uuid PRIMARY KEY,
    award_id       uuid NOT NULL REFERENCES innovation.funding_awards (award_id),
    previous_minor bigint NOT NULL,
    amount_minor   bigint NOT NULL CHECK (amount_minor > 0),
    reason_ar      text NOT NULL,
    reason_en      text NOT NULL,
    amended_by     uuid REFERENCES innovation.people (person_id),
    amended_at     timestamptz NOT NULL
);
CREATE INDEX award_amendments_of ON innovation.award_amendments (award_id, amended_at);

CREATE TABLE innovation.milestones (
    milestone_id      uuid PRIMARY KEY,
    award_id          uuid NOT NULL REFERENCES innovation.funding_awards (award_id),
    state             text NOT NULL,
    state_reason      text,
    version           integer NOT NULL DEFAULT 1,
    state_changed_at  timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    number            integer NOT NULL CHECK (number > 0),
    title             text NOT NULL,
    -- What can be claimed when it is accepted; 0 for one that only has to be reported.
    amount_minor      bigint NOT NULL CHECK (amount_minor >= 0),
    due_at            timestamptz NOT NULL,
    report            text NOT NULL DEFAULT '',
    reported_by       uuid REFERENCES innovation.people (person_id),
    UNIQUE (award_id, number)
);
CREATE INDEX milestones_state ON innovation.milestones (state, milestone_id);

CREATE TABLE innovation.milestone_files (
    file_id       uuid PRIMARY KEY,
    milestone_id  uuid NOT NULL REFERENCES innovation.milestones (milestone_id),
    name          text NOT NULL,
    media_type    text NOT NULL,
    size_bytes    bigint NOT NULL CHECK (size_bytes > 0),
    digest        bytea NOT NULL CHECK (octet_length(digest) = 32),
    added_at      timestamptz NOT NULL,
    removed_at    timestamptz
);
CREATE INDEX milestone_files_of ON innovation.milestone_files (milestone_id, added_at);

-- What the recipient asks to be paid. Two people approve it: of the programme, and of finance.
CREATE TABLE innovation.claims (
    claim_id           uuid PRIMARY KEY,
    award_id           uuid NOT NULL REFERENCES innovation.funding_awards (award_id),
    milestone_id       uuid NOT NULL REFERENCES innovation.milestones (milestone_id),
    state              text NOT NULL,
    state_reason       text,
    version            integer NOT NULL DEFAULT 1,
    state_changed_at   timestamptz NOT NULL,
    created_at         timestamptz NOT NULL,
    amount_minor       bigint NOT NULL CHECK (amount_minor > 0),
    account            text NOT NULL,
    approved_by        uuid REFERENCES innovation.people (person_id),
    finance_by         uuid REFERENCES innovation.people (person_id),
    CHECK (approved_by <> finance_by)
);
CREATE INDEX claims_of ON innovation.claims (award_id, created_at);
CREATE INDEX claims_of_milestone ON innovation.claims (milestone_id);
CREATE INDEX claims_state ON innovation.claims (state, claim_id);

-- That money was sent; the hub moves none itself.
CREATE TABLE innovation.payments (
    payment_id    uuid PRIMARY KEY,
    claim_id      uuid NOT NULL UNIQUE REFERENCES innovation.claims (claim_id),
    award_id      uuid NOT NULL REFERENCES innovation.funding_awards (award_id),
    amount_minor  bigint NOT NULL CHECK (amount_minor > 0),
    paid_on       date NOT NULL,
    reference     text NOT NULL,
    recorded_by   uuid REFERENCES innovation.people (person_id),
    recorded_at   timestamptz NOT NULL
);
CREATE INDEX payments_of ON innovation.payments (award_id, paid_on);

-- What is claimed never exceeds the award, whatever program asks. Writers take turns at the row of the award.
CREATE FUNCTION innovation.refuse_overspending()
    RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    granted bigint;
    claimed bigint;
BEGIN
    SELECT amount_minor INTO granted FROM innovation.funding_awards WHERE award_id = NEW.award_id FOR UPDATE;
    SELECT coalesce(sum(amount_minor), 0) INTO claimed FROM innovation.claims
    WHERE award_id = NEW.award_id AND state NOT IN ('refused', 'withdrawn');
    IF claimed > granted THEN
        RAISE EXCEPTION 'claims of % exceed the award of %', claimed, granted USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER refuse_overspending AFTER INSERT OR UPDATE ON innovation.claims
    FOR EACH ROW EXECUTE FUNCTION innovation.refuse_overspending();
CREATE TRIGGER refuse_overspending AFTER UPDATE OF amount_minor ON innovation.funding_awards
    FOR EACH ROW EXECUTE FUNCTION innovation.refuse_overspending();
REVOKE ALL ON FUNCTION innovation.refuse_overspending FROM PUBLIC;

GRANT SELECT, INSERT, UPDATE ON innovation.funding_awards, innovation.milestones, innovation.milestone_files,
    innovation.claims TO falaj_portal;
GRANT SELECT, INSERT ON innovation.award_amendments, innovation.payments TO falaj_portal;
-- Who changed an amount is forgotten when the person is.
GRANT UPDATE (amended_by) ON innovation.award_amendments TO falaj_portal;

-- The register: what was accepted. People who apply for themselves are not named.
CREATE VIEW open_innovation.funding_awards WITH (security_barrier) AS
SELECT award.award_id, award.state, award.title_ar, award.title_en, award.abstract_ar, award.abstract_en,
       award.currency, award.amount_minor, award.starts_on, award.ends_on, award.contracted_on,
       application.governorate, call.code AS call_code, call.title_ar AS call_title_ar, call.title_en AS call_title_en,
       recipient.organisation_id AS recipient_id, recipient.kind AS recipient_kind,
       recipient.name_ar AS recipient_name_ar, recipient.name_en AS recipient_name_en,
       funder.organisation_id AS funder_id, funder.kind AS funder_kind, funder.name_ar AS funder_name_ar,
       funder.name_en AS funder_name_en,
       -- Asked of each row that is told: as a join all submissions would be looked through for each award.
       (SELECT own.submission_id FROM innovation.public_submissions AS own
        WHERE own.submission_id = application.submission_id) AS submission_id,
       (SELECT coalesce(sum(own.amount_minor), 0)::bigint FROM innovation.payments AS own
        WHERE own.award_id = award.award_id) AS paid_minor,
       -- The day on which it was offered is the day of the decision.
       award.created_at AS awarded_at,
       greatest(award.state_changed_at, (SELECT max(own.recorded_at) FROM innovation.payments AS own
                                         WHERE own.award_id = award.award_id)) AS changed_at
FROM innovation.funding_awards AS award
JOIN innovation.applications AS application USING (application_id)
JOIN innovation.calls AS call ON call.call_id = award.call_id
LEFT JOIN innovation.organisations AS recipient
    ON recipient.organisation_id = application.organisation_id AND recipient.state IN ('verified', 'dissolved')
LEFT JOIN innovation.organisations AS funder
    ON funder.organisation_id = call.organisation_id AND funder.state IN ('verified', 'dissolved')
WHERE award.state IN ('accepted', 'contracted', 'active', 'suspended', 'completed', 'closed', 'terminated');
GRANT SELECT ON open_innovation.funding_awards TO falaj_read;
