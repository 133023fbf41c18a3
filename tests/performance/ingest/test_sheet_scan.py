"""The pass over a sheet's XML: by pattern where it is plainly written, else by a parser."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from performance.ingest.readers import Refused, sheet_scan
from performance.ingest.readers.sheet_scan import MAIN, extent_of

PATH = "xl/worksheets/sheet1.xml"
PLAIN = [
    '<c r="{at}"><v>12</v></c>',
    '<c r="{at}" t="s"><v>0</v></c>',
    '<c r="{at}" s="4"/>',
    '<c r="{at}" s="4" t="str"><f>A1&amp;A2</f><v>a &lt; b</v></c>',
    '<c r="{at}"><f t="shared" si="0"/><v>1</v></c>',
    '<c r="{at}" t="inlineStr"><is><t xml:space="preserve"> a </t></is></c>',
]
# An error, formulas without a result, another row's cell, and what only a parser reads.
OTHER = [
    '<c r="{at}" t="e"><v>#N/A</v></c>',
    '<c r="{at}"><f>SUM(A1:A2)</f></c>',
    '<c r="{at}"><f>SUM(A1:A2)</f><v></v></c>',
    '<c r="B77"><v>12</v></c>',
    "<c><v>12</v></c>",
    '<!-- <c r="{at}"><v>12</v></c></row> --><c r="{at}"/>',
    "<c t='e' r='{at}'><v>#REF!</v></c>",
]


def sheet(*rows: str, before: str = "") -> zipfile.ZipFile:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(
            PATH,
            f'{before}<worksheet xmlns="{MAIN}" xmlns:x14ac="urn:x"><cols/><sheetData>{"".join(rows)}'
            "</sheetData><mergeCells/></worksheet>",
        )
    return zipfile.ZipFile(file)


def box_of(archive: zipfile.ZipFile) -> tuple[int, int] | None:
    with archive.open(PATH) as file:
        return sheet_scan._plain_box(file)


@st.composite
def rows(draw, kinds):
    made = []
    for number in range(1, draw(st.integers(1, 12))):
        cells = [
            draw(st.sampled_from(kinds)).format(at=f"{column}{number}")
            for column in draw(st.sampled_from(["", "A", "AB", "ABC", "BXZ"]))
        ]
        spans = draw(st.sampled_from(["", ' spans="1:9" x14ac:dyDescent="0.25"']))
        made.append(f'<row r="{number}"{spans}>{"".join(cells)}</row>')
    return made


@settings(deadline=None)
@given(rows(PLAIN))
def test_a_plain_sheet_needs_no_parser(made):
    assert box_of(sheet(*made)) is not None


@settings(deadline=None, max_examples=300)
@given(rows(PLAIN + OTHER))
def test_what_the_pattern_takes_has_nothing_to_tell_and_nothing_beyond_its_box(made):
    archive = sheet(*made)
    box = box_of(archive)

    with archive.open(PATH) as file:
        scan = sheet_scan._Scan(sheet_scan.Extent())
        scan.parser.ParseFile(file)

    if box is not None:
        assert (scan.extent.told, scan.extent.hidden_rows) == ({}, [])
        assert scan.extent.last_row[0] <= box[0]
        assert scan.extent.last_column[1] <= box[1]
    else:
        assert any(each not in "".join(PLAIN) for each in made)


def test_a_sheet_read_in_parts_is_the_sheet(monkeypatch):
    made = [
        f'<row r="{number}"><c r="A{number}"><v>1</v></c><c r="AB{number}"/></row>'
        for number in range(1, 400)
    ]
    monkeypatch.setattr(sheet_scan, "TOGETHER", 300)

    assert box_of(sheet(*made)) == (399, 28)


@pytest.mark.parametrize(
    "row", ['<row r="2" hidden="1"><c r="A2"><v>1</v></c></row>', "<row/>", "<x/>"]
)
def test_a_hidden_row_and_what_is_no_row_are_left_to_the_parser(row):
    assert box_of(sheet('<row r="1"><c r="A1"><v>1</v></c></row>', row)) is None


def test_a_document_type_is_refused():
    with pytest.raises(Refused, match="no spreadsheet program writes"):
        extent_of(sheet(before="<!DOCTYPE worksheet>"), PATH, "Table")


def test_a_cell_far_away_is_named():
    archive = sheet(
        '<row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    )

    with pytest.raises(Refused, match="Cell XFD1048576 holds something"):
        extent_of(archive, PATH, "Table")


def test_blank_cells_far_away_are_no_table():
    archive = sheet(
        '<row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1048576"><c r="XFD1048576" s="3"/></row>',
    )

    assert extent_of(archive, PATH, "Table").last_row == (1, 1)
