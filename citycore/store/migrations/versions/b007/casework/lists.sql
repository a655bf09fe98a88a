-- In the orders in which lists of the staff are read on (casework/lists).
CREATE INDEX offerings_since ON innovation.offerings (state_changed_at, offering_id);
CREATE INDEX offerings_begun ON innovation.offerings (created_at, offering_id);
CREATE INDEX vendors_since ON innovation.vendors (state_changed_at, vendor_id);
CREATE INDEX vendors_begun ON innovation.vendors (created_at, vendor_id);
CREATE INDEX introductions_since ON innovation.introductions (state_changed_at, introduction_id);
