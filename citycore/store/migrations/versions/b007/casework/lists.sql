-- In the orders in which lists of the staff are read on (casework/lists).
CREATE INDEX offerings_since ON innovation.offerings (state_changed_at, offering_id);
CREATE INDEX offerings_begun ON innovation.offerings (created_at, offering_id);
CREATE INDEX vendors_since ON innovation.vendors (state_changed_at, vendor_id);
CREATE INDEX vendors_begun ON innovation.vendors (created_at, vendor_id);
CREATE INDEX introductions_since ON innovation.introductions (state_changed_at, introduction_id);
CREATE INDEX needs_since ON innovation.needs (state_changed_at, need_id);
CREATE INDEX activities_since ON innovation.activities (state_changed_at, activity_id);
CREATE INDEX ambassadors_since ON innovation.ambassadors (state_changed_at, ambassador_id);
CREATE INDEX ambassadors_begun ON innovation.ambassadors (applied_at, ambassador_id);
CREATE INDEX people_joined ON innovation.people (created_at, person_id) WHERE state <> 'erased';
CREATE INDEX people_state ON innovation.people (state, created_at, person_id);
CREATE INDEX role_grants_role ON innovation.role_grants (role, person_id) WHERE revoked_at IS NULL;
CREATE INDEX readings_at ON innovation.readings (at, reading_id);
CREATE INDEX outbox_newest ON innovation.outbox (created_at, mail_id);
CREATE INDEX outbox_failed ON innovation.outbox (created_at, mail_id) WHERE failed_at IS NOT NULL;
CREATE INDEX organisations_since ON innovation.organisations (state_changed_at, organisation_id);
CREATE INDEX claims_since ON innovation.claims (state_changed_at, claim_id);
CREATE INDEX claims_begun ON innovation.claims (created_at, claim_id);
CREATE INDEX claims_amount ON innovation.claims (amount_minor, claim_id);
CREATE INDEX funding_awards_since ON innovation.funding_awards (call_id, state_changed_at, award_id);
CREATE INDEX funding_awards_begun ON innovation.funding_awards (call_id, created_at, award_id);
CREATE INDEX funding_awards_amount ON innovation.funding_awards (call_id, amount_minor, award_id);
CREATE INDEX applications_since ON innovation.applications (call_id, state_changed_at, application_id);
CREATE INDEX applications_reference ON innovation.applications (call_id, reference, application_id);
CREATE INDEX submissions_since ON innovation.submissions (hackathon_id, state_changed_at, submission_id);

-- The newest step of an object that can be taken back for a while; nothing is told of it before.
CREATE TABLE innovation.undoable_steps (
    object_id  uuid PRIMARY KEY,
    machine    text NOT NULL,
    -- The state that it led out of, and by which event.
    source     text NOT NULL,
    event      text NOT NULL,
    -- That of the object afterwards: with the next change it cannot be taken back any more.
    version    integer NOT NULL,
    taken_at   timestamptz NOT NULL,
    until      timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON innovation.undoable_steps TO falaj_portal;

-- Of which object's newest step a mail tells that can be taken back.
ALTER TABLE innovation.outbox ADD COLUMN step_of uuid;
CREATE INDEX outbox_step ON innovation.outbox (step_of) WHERE step_of IS NOT NULL AND sent_at IS NULL;
