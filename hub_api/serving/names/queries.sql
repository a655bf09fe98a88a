-- thing --
-- Codes of things, the wanted one first if it exists.
SELECT code FROM things ORDER BY code = %(name)s DESC, code LIMIT %(names_max)s

-- source --
-- Codes of sources, the wanted one first if it exists.
SELECT code FROM sources ORDER BY code = %(name)s DESC, code LIMIT %(names_max)s

-- dataset --
-- Codes of datasets, which are those of sources, the wanted one first if it exists.
SELECT code FROM sources ORDER BY code = %(name)s DESC, code LIMIT %(names_max)s

-- hackathon --
-- Codes of public hackathons, the wanted one first if it exists.
SELECT code FROM open_innovation.hackathons ORDER BY code = %(name)s DESC, code LIMIT %(names_max)s

-- call --
-- Codes of public calls, the wanted one first if it exists.
SELECT code FROM open_innovation.calls ORDER BY code = %(name)s DESC, code LIMIT %(names_max)s

-- need --
-- Codes of public needs, the wanted one first if it exists.
SELECT code FROM open_innovation.needs ORDER BY code = %(name)s DESC, code LIMIT %(names_max)s

-- pilot --
-- Codes of public pilots, the wanted one first if it exists.
SELECT code FROM open_innovation.pilots ORDER BY code = %(name)s DESC, code LIMIT %(names_max)s

-- place --
-- Codes of places, the wanted one first if it exists.
SELECT code FROM places ORDER BY code = %(name)s DESC, code LIMIT %(names_max)s

-- observed_property --
-- Codes of observed properties, the wanted one first if it exists.
SELECT code FROM observed_properties ORDER BY code = %(name)s DESC, code LIMIT %(names_max)s

-- kind --
-- Kinds of things, the wanted one first if it exists.
SELECT kind FROM things GROUP BY kind ORDER BY kind = %(name)s DESC, kind LIMIT %(names_max)s
