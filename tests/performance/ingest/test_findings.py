import pytest

from performance.ingest.findings import (
    ERROR,
    MAX_FINDINGS_A_LEVEL,
    NOTE,
    Problem,
    column_letters,
    grouped,
    places,
)


@pytest.mark.parametrize(
    ("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (16384, "XFD")]
)
def test_columns_are_named_as_a_spreadsheet_names_them(number, letters):
    assert column_letters(number) == letters


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([(16, 1)], "A16"),
        ([(row, 6) for row in range(6, 20)], "F6 to F19"),
        ([(6, 2), (6, 3), (7, 2), (7, 3)], "B6 to C7"),
        ([(13, 1), (21, 1)], "A13, A21"),
        ([(row, 1) for row in (1, 3, 5, 7, 9)], "A1, A3, A5 and 2 more"),
        ([(5, 0), (6, 0), (7, 0)], "Rows 5 to 7"),
        ([(5, 0), (9, 0)], "Rows 5, 9"),
        ([(5, 0)], "Row 5"),
        ([(0, 0)], ""),
    ],
)
def test_places_are_said_in_words(cells, words):
    assert places(cells) == words


def test_the_same_thing_in_many_cells_is_one_finding():
    problems = [
        Problem(
            ERROR, "x", "One is wrong.", "", "#REF!", "S", row, 6, "{cells} are wrong."
        )
        for row in range(6, 20)
    ]

    (finding,) = grouped(problems)

    assert (finding.where, finding.wrong, finding.cells) == (
        "F6 to F19",
        "14 are wrong.",
        14,
    )


def test_errors_come_before_notes_and_a_long_list_says_what_it_leaves_out():
    problems = [Problem(NOTE, "n", "Odd.")]
    problems += [Problem(ERROR, "e", f"Wrong {n}.", row=n) for n in range(1, 1001)]

    findings = grouped(problems)

    assert len(findings) == MAX_FINDINGS_A_LEVEL + 1
    assert findings[MAX_FINDINGS_A_LEVEL - 1].wrong == "801 more errors are not listed."
    assert findings[-1].wrong == "Odd."
