-- How accessible the hub is has a page beside the others, and a text of the operator's.
ALTER TABLE innovation.operator_texts DROP CONSTRAINT operator_texts_name_check;
ALTER TABLE innovation.operator_texts ADD CONSTRAINT operator_texts_name_check
    CHECK (name IN ('about', 'help', 'contact', 'privacy', 'accessibility', 'terms'));
