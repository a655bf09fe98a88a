-- written --
-- What the operator wrote of a page at the desk, in a language.
SELECT text FROM open_innovation.operator_texts WHERE name = %(name)s AND language = %(language)s
