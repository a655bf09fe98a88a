-- page --
-- Rows of a list in an order, from a place on. The noun's own statement says which there are. Which of them come is asked first, of
-- nothing but the order and the key: what a row says besides is looked up for those alone, whatever the planner thinks of the place.
SELECT listed.*, sorted_by AS place FROM (
statement_of_a_noun
) AS listed WHERE listed.key_of_row = ANY (ARRAY(
    SELECT listed.key_of_row FROM (
statement_of_a_noun
    ) AS listed WHERE (conditions_met) ORDER BY sorted_by in_order, listed.key_of_row in_order LIMIT %(rows)s))
ORDER BY sorted_by in_order, listed.key_of_row in_order

-- counts --
-- How many there are of each value.
SELECT counted_by, count(*) FROM (
statement_of_a_noun
) AS listed WHERE (conditions_met) GROUP BY 1

-- total --
-- How many there are, up to a number.
SELECT count(*) FROM (SELECT FROM (
statement_of_a_noun
) AS listed WHERE (conditions_met) LIMIT %(most)s) AS few

-- some --
-- Those with these keys.
SELECT listed.* FROM (
statement_of_a_noun
) AS listed WHERE listed.key_of_row = ANY (%(keys)s::type_of_key[])
