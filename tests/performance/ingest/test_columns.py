import pytest

from performance.ingest.columns import (
    fingerprint,
    likely_header,
    period_text,
    proposed,
    wrong_with,
)

HEADER = ["District", "Year", "Quarter", "Burglaries", "Repeats", "Victims"]
TITLES = {"burglary": "Burglary", "repeat-victims": "Repeat victims"}
PROPORTIONS = {"repeat-victims"}
GOOD = ["area", "year", "quarter", "of:burglary", "unread", "unread"]


def sentences(*roles, header=HEADER):
    return [each.sentence for each in wrong_with(header, roles, TITLES, PROPORTIONS)]


def test_good_choices_have_nothing_wrong():
    assert sentences(*GOOD) == []
    assert sentences(*GOOD[:4], "of:repeat-victims", "out-of:repeat-victims") == []
    assert sentences("area", "period", "indicator", "value") == []


@pytest.mark.parametrize(
    ("roles", "sentence"),
    [
        (
            ["area", "year", "quarter", "of:burglary", "", "unread"],
            "Say what column E (“Repeats”) is, or that it is not to be read.",
        ),
        (
            ["area", "area", "period", "of:burglary", "unread", "unread"],
            "Column A and column B are both called “Area”. Choose it for one of them.",
        ),
        (
            ["unread", "year", "quarter", "of:burglary", "unread", "unread"],
            "No column is the area. Choose it, or, if every row is about one area, choose "
            "that area for the whole table.",
        ),
        (
            ["area", "unread", "unread", "of:burglary", "unread", "unread"],
            "No column is the period. Choose it, or add a column to the table that says "
            "in each row when the figure was counted, such as Q4 2021/22.",
        ),
        (
            ["area", "year", "unread", "of:burglary", "unread", "unread"],
            "A year needs the column of its quarter or month as well. If the figures "
            "are of whole years, choose “Period” for it.",
        ),
        (
            ["area", "unread", "quarter", "of:burglary", "unread", "unread"],
            "A quarter needs the column of its year as well. If the year is in the same "
            "cell, choose “Period” for it.",
        ),
        (
            ["area", "year", "period", "of:burglary", "unread", "unread"],
            "The period is column C (“Quarter”) already. Choose “Not read” for column B "
            "(“Year”).",
        ),
        (
            ["area", "year", "quarter", "of:burglary", "month", "unread"],
            "The period cannot be a quarter and a month. Choose “Not read” for one of "
            "the two.",
        ),
        (
            ["area", "year", "quarter", "unread", "unread", "unread"],
            "No column has figures. Choose “Value”, or the indicator whose figures a "
            "column holds.",
        ),
        (
            ["area", "year", "quarter", "value", "unread", "unread"],
            "No column names the indicator of these values. If they are all of one "
            "indicator, choose that indicator for column D (“Burglaries”).",
        ),
        (
            ["area", "year", "quarter", "indicator", "unread", "unread"],
            "A column names indicators, and none holds their values. Choose “Value” for "
            "the one that does.",
        ),
        (
            ["area", "period", "indicator", "value", "of:burglary", "unread"],
            "The values are in one column already. Choose “Not read” for column E "
            "(“Repeats”), or for the column of values.",
        ),
        (
            ["area", "year", "quarter", "of:burglary", "denominator", "unread"],
            "A denominator belongs to a column of values. Choose what it is out of by "
            "the name of its indicator.",
        ),
        (
            ["area", "year", "quarter", "of:repeat-victims", "unread", "unread"],
            "Repeat victims needs what it is out of as well. Choose the column that "
            "holds it.",
        ),
        (
            [*GOOD[:4], "out-of:repeat-victims", "unread"],
            "This is what Repeat victims is out of, and no column holds how many there "
            "were.",
        ),
        (
            ["area", "year", "quarter", "of:gone", "unread", "unread"],
            "The indicator of column D (“Burglaries”) is no longer there.",
        ),
    ],
)
def test_each_bad_choice_has_its_sentence(roles, sentence):
    assert sentences(*roles) == [sentence]


def test_an_area_of_the_whole_table_stands_for_a_column_of_areas():
    roles = ["period", "of:burglary"]

    assert wrong_with(["When", "N"], roles, TITLES, PROPORTIONS, "Preston") == []
    both = wrong_with(
        ["Area", "When", "N"], ["area", *roles], TITLES, PROPORTIONS, "Preston"
    )
    assert [each.sentence for each in both] == [
        "The whole table is said to be about Preston. Choose “Not read” for column A "
        "(“Area”), or no area for the whole table."
    ]


def test_everything_wrong_is_said_at_once():
    assert len(sentences("", "", "", "", "", "")) == 6 + 3


@pytest.mark.parametrize(
    ("year", "part", "quarterly", "period"),
    [
        ("2021/22", "Q4", True, "Q4 2021/22"),
        ("2021/22", "4", True, "Q4 2021/22"),
        ("2021-22", " Quarter 4", True, "Q4 2021-22"),
        ("2021/22", "Jan", False, "January 2022"),
        ("2021/22", "April", False, "April 2021"),
        ("2021/22", "3", False, "March 2022"),
        ("2022", "january", False, "January 2022"),
        # what is no period stays as it was written, for the checks to tell
        ("2021/23", "Jan", False, "Jan 2021/23"),
        ("2022", "13", False, "13 2022"),
        ("22", "Jan", False, "Jan 22"),
        ("2021/22", "5", True, "5 2021/22"),
        ("", "", False, " "),
    ],
)
def test_a_period_of_two_cells(year, part, quarterly, period):
    assert period_text(year, part, quarterly=quarterly) == period


def test_a_header_is_known_again_whatever_its_case_and_blanks():
    same = fingerprint(["Area", "Burglary"])

    assert fingerprint([" AREA", "Burglary\u00a0", "", ""]) == same
    assert fingerprint(["Area", "Bur\nglary"]) != same
    assert fingerprint(["Burglary", "Area"]) != same
    assert fingerprint(["Area", "", "Burglary"]) != same
    assert fingerprint(["", " "]) == ""


AREAS = {"preston", "pendle"}
INDICATORS = {"burglary": "burglary", "robbery": "robbery"}


def guess(header, *rows):
    return proposed(header, rows, areas=AREAS, indicators=INDICATORS)


def test_what_names_and_cells_make_sure_is_proposed():
    assert guess(
        ["Where", "Year", "Quarter", "Burglary", "Robberies", "Status"],
        ["Preston", "2021/22", "Q4", "3", "4", "final"],
        ["Pendle", "2021/22", "Q4", "1", "2", "Provisional"],
    ) == ["area", "year", "quarter", "of:burglary", "", "status"]
    assert guess(
        ["District", "Period", "Measure", "Count", "Out of"],
        ["Preston", "Q4 2021/22", "Burglary", "3", "9"],
        ["Elsewhere", "Q4 2021/22", "Robbery", "1", "4"],
    ) == ["area", "period", "indicator", "value", "denominator"]


def test_what_is_not_sure_is_left_to_people():
    # two columns of areas; a year without its quarter; values of nobody knows what
    assert guess(
        ["From", "To", "Year", "Value", "Empty"],
        ["Preston", "Pendle", "2021/22", "3", ""],
    ) == ["", "", "", "", ""]
    # 2011-12 may be a month or a financial year
    assert guess(["Area", "Period"], ["Preston", "2011-12"]) == ["area", ""]


@pytest.mark.parametrize(
    ("rows", "number"),
    [
        ([["Area", "Burglary"], ["Preston", "3"]], 1),
        ([["Fire figures"], [], ["Area", "Burglary"], ["Preston", "3"]], 3),
        ([["Area", "2020", "2021"], ["Preston", "3", "4"]], 1),
        ([["1", "2"], ["3", "4"]], 1),
        ([], 1),
    ],
)
def test_the_likely_header(rows, number):
    assert likely_header(rows) == number
