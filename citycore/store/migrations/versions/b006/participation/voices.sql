-- At which device somebody said it, if they did so at one.
ALTER TABLE participation.cases ADD COLUMN kiosk_id uuid REFERENCES participation.kiosks (kiosk_id);
CREATE INDEX cases_kiosk ON participation.cases (kiosk_id) WHERE kiosk_id IS NOT NULL;
