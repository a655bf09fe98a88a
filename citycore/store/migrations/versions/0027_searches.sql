ALTER TABLE innovation.ambassadors
    ADD COLUMN search_text text GENERATED ALWAYS AS (normalise_text(biography_ar || ' ' || biography_en)) STORED;
CREATE OR REPLACE VIEW innovation.ambassador_directory AS
    SELECT ambassador_id, name_ar, name_en, governorate, biography_ar, biography_en,
           ambassadors.state = 'emeritus' AS is_emeritus,
           -- Of names and biographies; the address is nobody's to search for.
           concat_ws(' ', sort_ar, sort_en, ambassadors.search_text) AS search_text
    FROM innovation.ambassadors JOIN innovation.people USING (person_id)
    WHERE is_listed AND people.state = 'active'
      AND ambassadors.state IN ('active', 'on_leave', 'at_risk', 'renewal_due', 'emeritus');
CREATE INDEX certificates_newest ON innovation.certificates (created_at, certificate_id);
CREATE INDEX certificates_of_subject ON innovation.certificates (subject_id, kind, person_id);
