-- thing --
-- Codes of things and what people call them, the wanted ones first if they exist.
SELECT code, name_en, name_ar FROM things ORDER BY code = ANY(%(names)s::text[]) DESC, code LIMIT %(names_max)s

-- source --
-- Codes of sources and what people call them, the wanted ones first if they exist.
SELECT code, name_en, name_ar FROM sources ORDER BY code = ANY(%(names)s::text[]) DESC, code LIMIT %(names_max)s

-- dataset --
-- Codes of datasets, which are those of sources, the wanted ones first if they exist.
SELECT code, name_en, name_ar FROM sources ORDER BY code = ANY(%(names)s::text[]) DESC, code LIMIT %(names_max)s

-- hackathon --
-- Codes of public hackathons, the wanted ones first if they exist.
SELECT code FROM open_innovation.hackathons ORDER BY code = ANY(%(names)s::text[]) DESC, code LIMIT %(names_max)s

-- call --
-- Codes of public calls, the wanted ones first if they exist.
SELECT code FROM open_innovation.calls ORDER BY code = ANY(%(names)s::text[]) DESC, code LIMIT %(names_max)s

-- need --
-- Codes of public needs, the wanted ones first if they exist.
SELECT code FROM open_innovation.needs ORDER BY code = ANY(%(names)s::text[]) DESC, code LIMIT %(names_max)s

-- pilot --
-- Codes of public pilots, the wanted ones first if they exist.
SELECT code FROM open_innovation.pilots ORDER BY code = ANY(%(names)s::text[]) DESC, code LIMIT %(names_max)s

-- place --
-- Codes of places and what people call them, the wanted ones first if they exist.
SELECT code, name_en, name_ar FROM places ORDER BY code = ANY(%(names)s::text[]) DESC, code LIMIT %(names_max)s

-- observed_property --
-- Codes of observed properties and what people call them, the wanted ones first if they exist.
SELECT code, name_en, name_ar FROM observed_properties ORDER BY code = ANY(%(names)s::text[]) DESC, code LIMIT %(names_max)s

-- kind --
-- Kinds of things, the wanted ones first if they exist.
SELECT kind FROM things GROUP BY kind ORDER BY kind = ANY(%(names)s::text[]) DESC, kind LIMIT %(names_max)s

-- datastream --
-- Those of the wanted datastreams that exist: no number is like another.
SELECT datastream_id::text FROM datastreams WHERE datastream_id = ANY(%(names)s::text[]::int4[]) LIMIT %(names_max)s
