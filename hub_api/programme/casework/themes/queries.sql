-- themes --
-- Themes after one, ordered by what they are about.
SELECT subject_id, question, theme, subject_kind, title_ar, title_en, notes, all_notes, told_at
FROM open_participation.themes
WHERE (%(after_subject)s::uuid IS NULL
       OR (subject_id, question, theme) > (%(after_subject)s::uuid, %(after_question)s::text, %(after_theme)s::text))
  AND (%(subject)s::text IS NULL OR subject_id::text = %(subject)s)
ORDER BY subject_id, question, theme
LIMIT %(rows)s

-- version --
-- What changes with any of them.
SELECT md5(string_agg(md5(row::text), '' ORDER BY subject_id, question, theme)) FROM open_participation.themes AS row
