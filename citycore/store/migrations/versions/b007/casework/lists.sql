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
