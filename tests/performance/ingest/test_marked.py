"""The file handed back: what is marked, what is left out, what is told."""

import io

import pytest
from openpyxl import Workbook, load_workbook

from performance.ingest.checking import problems_of, receive
from performance.ingest.marked import FOUND, marked
from tests.performance.ingest.small_county import (
    csv_bytes,
    make_county,
    saved,
    workbook_bytes,
)


@pytest.fixture
def county(db):
    return make_county()


def back(data):
    upload = receive(data, "figures", by=None)
    return load_workbook(io.BytesIO(marked(data, problems_of(upload))))


def test_the_same_workbook_comes_back_with_its_cells_marked(county):
    data = workbook_bytes(("Preston", -3), ("Rosendale", 4), head=("Area", "Burglary"))

    book = back(data)

    assert book.sheetnames == [FOUND, "Figures"]
    sheet = book["Figures"]
    assert (sheet["B6"].value, sheet["A7"].value) == (-3, "Rosendale")
    assert sheet["B6"].border.left.style == "medium"
    assert "A count cannot be less than 0." in sheet["B6"].comment.text
    assert "The nearest name is Rossendale." in sheet["A7"].comment.text
    assert sheet["A6"].comment is None


def test_the_list_in_front_has_every_cell_with_a_link(county):
    book = back(workbook_bytes(("Preston", -3), ("Pendle", "lots")))

    lines = [[cell.value for cell in row] for row in book[FOUND].iter_rows(min_row=5)]
    assert [(line[0], line[2], line[3]) for line in lines[:2]] == [
        ("Error", "B6", "-3"),
        ("Error", "B7", "lots"),
    ]
    assert book[FOUND]["C5"].hyperlink.location == "'Figures'!B6"


def test_a_query_has_a_dashed_edge(county, settings):
    settings.TODAY = "2022-02-01"

    book = back(workbook_bytes(("Preston", 3), head=("Area", "Burglary")))

    assert book["Figures"]["B6"].border.left.style == "mediumDashed"


def test_of_a_csv_the_faulty_rows_come_back_with_their_numbers(county):
    book = back(
        csv_bytes(
            ("burglary", "Preston", "Q4 2021/22", 3),
            ("burglary", "Pendle", "Q4 2021/22", -4),
        )
    )

    rows = [[cell.value for cell in row] for row in book["Rows"].iter_rows()]
    assert rows == [
        [1, "indicator", "area", "period", "value"],
        [3, "burglary", "Pendle", "Q4 2021/22", "-4"],
    ]
    assert "less than 0" in book["Rows"]["E2"].comment.text


def test_nothing_in_it_runs(county):
    made = Workbook()
    sheet = made.active
    sheet.append(["Quarter", "Q4 2021/22"])
    sheet.append(["Area", "Burglary"])
    sheet.append(["Preston", "=cmd|' /C calc'!A0"])
    sheet.append(["@SUM(1)", 4])

    book = back(saved(made))

    for each in book.worksheets:
        assert all(cell.data_type != "f" for row in each.iter_rows() for cell in row)
    assert book["Sheet"]["B3"].value == "=cmd|' /C calc'!A0"


def test_a_sheet_of_that_name_already_is_kept(county):
    made = Workbook()
    made.active.title = FOUND
    made.active.append(["Quarter", "Q4 2021/22"])
    made.active.append(["Area", "Burglary"])
    made.active.append(["Preston", "lots"])

    book = back(saved(made))

    assert book.sheetnames == [f"{FOUND} 2", FOUND]
    assert book[FOUND]["B3"].comment is not None


def test_a_large_workbook_gives_its_faulty_rows_only(county, monkeypatch):
    monkeypatch.setattr("performance.ingest.marked.MAX_CELLS", 5)

    book = back(workbook_bytes(("Preston", -3), ("Pendle", 4)))

    assert book.sheetnames == [FOUND, "Rows"]
    assert book["Rows"]["A2"].value == 6


def test_it_can_be_mended_and_sent_again(county):
    book = back(
        workbook_bytes(("Preston", -3), ("Pendle", 4), head=("Area", "Burglary"))
    )
    book["Figures"]["B6"] = 3

    again = receive(saved(book), "mended.xlsx", by=None)

    assert not again.findings.errors().exists()
    assert again.figures_read == 2
