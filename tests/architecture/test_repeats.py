"""The count of what the tree says twice counts what it says."""

from __future__ import annotations

from tests.architecture.repeats import LINES_MIN, find_repeats

BLOCK = "\n".join(f"step_{number}(first, {number})" for number in range(LINES_MIN + 2))


def test_a_block_that_stands_twice_is_one_pair_however_long_it_is():
    texts = {
        "a.py": f"x = 1\n{BLOCK}\n",
        "b.py": f"def work():\n    {BLOCK.replace(chr(10), chr(10) + '    ')}\n",
    }
    (repeat,) = find_repeats(texts)
    assert (repeat.first, repeat.first_line, repeat.second, repeat.second_line) == ("a.py", 2, "b.py", 2)
    assert repeat.lines == LINES_MIN + 2


def test_three_places_are_three_pairs_also_in_one_file():
    assert len(find_repeats({"a.py": f"{BLOCK}\ny = 2\n{BLOCK}\n", "b.py": BLOCK})) == 3


def test_what_is_short_or_imported_does_not_count():
    short = "\n".join(BLOCK.splitlines()[: LINES_MIN - 1])
    imports = (
        "from a import (\n"
        + "".join(f"    name_{number},\n" for number in range(9))
        + ")\n"
        + "import b\n" * 9
    )
    for text in (short, imports, "\n" * 20, "# the same\n" * 20, ")\n" * 20):
        assert find_repeats({"a.py": text, "b.py": text}) == []


def test_twins_say_the_same_with_other_nouns():
    other = BLOCK.replace("first", "Submission")
    texts = {"a.py": other, "b.py": other.replace("Submission", "Application")}
    assert find_repeats(texts) == []
    assert len(find_repeats(texts, twins=True)) == 1
