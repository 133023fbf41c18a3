import datetime
import io
import zipfile

import pytest
from openpyxl import Workbook

from performance.ingest import parsing
from performance.ingest.readers import Refused
from performance.ingest.readers.text import Lines
from performance.ingest.readings import Contents, Reading
from tests.performance.ingest.small_county import (
    csv_bytes,
    saved,
    street_bytes,
    street_row,
    workbook_bytes,
)

LIMITS = {"seconds": 20, "max_bytes": 3 * 1024**3}


def parsed(data, kind="", **limits):
    return Contents.unpacked(parsing.parse(data, kind, **LIMITS | limits))


def readings(contents):
    return [Reading.of(row) for row in contents.readings.iter_rows(named=True)]


def with_member(name, content, data=None):
    """A workbook with one member replaced."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data or workbook_bytes(("Preston", 1, 2)))) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return file.getvalue()


def sheet_xml(cells, doctype=""):
    return (
        f'<?xml version="1.0"?>{doctype}<worksheet xmlns='
        '"http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{cells}</sheetData></worksheet>"
    )


SHEET = "xl/worksheets/sheet1.xml"
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
FAR = sheet_xml('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")


def zipped(name, content):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b" \r\n \r\n", "The file is empty."),
        (b"%PDF-1.7\n", "This is a PDF, not a workbook or a CSV file."),
        (b"\x89PNG\r\n\x1a\n", "This is a picture, not a workbook or a CSV file."),
        (b"<html><table>", "This is a web page, not a workbook or a CSV file."),
        (ENCRYPTED, "The workbook is locked with a password."),
        (
            ENCRYPTED[:8] + b"Word",
            "This is a document of an older Office program, and no whole workbook.",
        ),
        (
            zipped("2022-01/street.json", "x"),
            "This is a packed file (.zip) without a workbook or a CSV file in it.",
        ),
        (
            workbook_bytes(("Preston", 1, 2))[:-200],
            "The file is damaged or was cut short, and could not be opened.",
        ),
        (
            zipped("xl/workbook.xml", b"\0" * 50_000_000),
            "Opened, this file would be 48 MB in 1 parts: more than is safe. It was not "
            "opened.",
        ),
        (
            with_member(SHEET, sheet_xml("", BOMB)),
            "The workbook holds code that no spreadsheet program writes, and was not "
            "opened.",
        ),
        (
            with_member(SHEET, FAR),
            "Cell XFD1048576 holds something, far away from the table.",
        ),
        (
            b"a\0b,c\0d\n",
            "This is not a workbook, and not text either: it holds NUL characters.",
        ),
        (
            b"a,b\n\xff\x81\x8d\n",
            "Byte 6 of the file is not text in any usual encoding.",
        ),
        (
            b'indicator,area,period,value\nburglary,"Preston,Q4 2021/22,1\n',
            "The quotation marks in row 2 do not match.",
        ),
        (
            b"name,colour\nx,red\n",
            "The file is a table, but not one that the portal knows.",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_told_so(data, sentence):
    contents = parsed(data)

    assert contents.unreadable
    assert [problem.wrong for problem in contents.problems] == [sentence]
    assert contents.problems[0].mend


def test_a_file_that_takes_too_long_is_stopped():
    contents = parsed(csv_bytes(("a", "b", "c", 1)), seconds=0)

    assert contents.unreadable
    assert contents.problems[0].rule == "too-slow"


def test_a_file_that_needs_too_much_memory_is_told_so():
    contents = parsed(
        csv_bytes(("a", "b", "c", "x" * 20_000_000)), max_bytes=100_000_000
    )

    assert contents.problems[0].wrong == (
        "The file could not be read within the memory that one file may use."
    )


def test_a_child_that_dies_is_an_answer_too():
    contents = parsed(csv_bytes(("a", "b", "c", 1)), kind="no such kind")

    assert contents.unreadable


def test_the_child_is_given_no_secret(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "to be kept")
    asked = {}
    real = parsing.subprocess.Popen

    def watched(*args, **kwargs):
        asked.update(kwargs["env"])
        return real(*args, **kwargs)

    monkeypatch.setattr(parsing.subprocess, "Popen", watched)

    parsed(csv_bytes(("a", "b", "c", 1)))

    assert asked == {"LANG": "C.UTF-8", "POLARS_MAX_THREADS": "2"}


@pytest.mark.parametrize(
    ("data", "source"),
    [
        (csv_bytes(("burglary", "preston", "2022-01", 1)), "figures_csv"),
        (street_bytes(street_row()), "street"),
        (workbook_bytes(("Preston", 1, 2)), "workbook"),
    ],
)
def test_a_file_is_known_by_what_is_in_it(data, source):
    assert parsed(data).source == source


def test_rows_are_numbered_as_a_spreadsheet_numbers_them():
    data = b'indicator,area,period,value\r\n"bur\r\nglary",preston,2022-01,1\r\n\r\nx,y,z,2'

    contents = parsed(data)

    assert [reading.value.row for reading in readings(contents)] == [2, 4]


@pytest.mark.parametrize(
    ("encoding", "note"),
    [
        ("utf-8-sig", None),
        ("utf-16", "The file was saved as UTF-16."),
        (
            "cp1252",
            "The file is not in UTF-8. It was read as Windows text (cp1252).",
        ),
    ],
)
def test_encodings_are_read(encoding, note):
    contents = parsed(csv_bytes(("café", "preston", "2022-01", 1), encoding=encoding))

    assert readings(contents)[0].indicator.text == "café"
    assert [problem.wrong for problem in contents.problems] == ([note] if note else [])


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_separators_are_read(delimiter):
    data = "indicator,area,period,value\nburglary,preston,2022-01,1\n".replace(
        ",", delimiter
    )

    assert readings(parsed(data.encode()))[0].value.text == "1"


def test_error_cells_and_bare_formulas_are_not_blank():
    contents = parsed(workbook_bytes(("Preston", "#N/A", "=SUM(B1:B2)")))

    assert [reading.value.text for reading in readings(contents)] == [
        "#N/A",
        "=SUM(B1:B2)",
    ]


def test_macros_are_not_run_and_that_is_said():
    contents = parsed(with_member("xl/vbaProject.bin", b"code"))

    assert [problem.wrong for problem in contents.problems] == [
        "The workbook's macros were not run."
    ]


def test_hidden_rows_and_sheets_are_read_and_that_is_said():
    book = Workbook()
    book.active.title = "First"
    sheet = book.create_sheet("Figures")
    for row in [["Quarter", "Q4 2021/22"], ["Area", "Burglary"], ["Preston", 3]]:
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    sheet.sheet_state = "hidden"

    contents = parsed(saved(book))

    assert readings(contents)[0].value[:4] == ("3", "Figures", 3, 2)
    assert [(each.wrong, each.row) for each in contents.problems] == [
        ("A hidden sheet was read too.", 0),
        ("A hidden row was read too.", 3),
    ]


def test_blank_rows_without_end_do_no_harm():
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(10, 200_000)
    )
    head = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Quarter</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>Q4 2021/22</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>Area</t></is></c>'
        '<c r="B2" t="inlineStr"><is><t>Burglary</t></is></c></row>'
        '<row r="3"><c r="A3" t="inlineStr"><is><t>Preston</t></is></c>'
        '<c r="B3"><v>7</v></c></row>'
    )

    contents = parsed(with_member(SHEET, sheet_xml(head + rows)))

    assert [reading.value.text for reading in readings(contents)] == ["7"]


def test_a_month_that_a_spreadsheet_made_a_date_is_still_that_month():

    book = Workbook()
    for row in [
        ["Month", "Area", "Disorder"],
        [datetime.date(2022, 1, 1), "Preston", 3],
    ]:
        book.active.append(row)

    assert readings(parsed(saved(book)))[0].period.text == "January 2022"


def test_street_rows_are_counted_one_by_one_and_headers_between_months_skipped():
    same = street_row()
    january = street_bytes(same, same, street_row(place=""))
    february = street_bytes(street_row(month="2022-02", crime_id="ab"))

    contents = parsed(january + february)

    assert contents.rows == 4
    assert contents.counts.select("period", "area", "rows").rows() == [
        ("2022-01", "Preston", 2),
        ("2022-01", "", 1),
        ("2022-02", "Preston", 1),
    ]
    assert contents.problems == ()


def test_refused_says_what_and_how():
    with pytest.raises(Refused, match="The file is empty"):
        parsing.read(b"")


def test_a_reader_that_somebody_else_ended_says_nothing_about_the_file(child_is_ended):
    """As when the machine shuts down: the file may well be good."""
    with child_is_ended(), pytest.raises(parsing.CutShort):
        parsing.parse(csv_bytes(("a", "b", "c", 1)), **LIMITS)


@pytest.mark.parametrize("row", ["1,2\n", '1,"2""3"\n', "1,2\r"])
def test_a_file_has_two_million_rows_at_most_however_it_is_read(row):
    """By column, with quotes by column, and row by row."""
    with pytest.raises(Refused, match="more than 2,000,000 rows"):
        Lines(row * 2_000_001, ",").frame(0)

    assert Lines(row * 3, ",").frame(0).height == 3


def test_a_row_has_as_many_columns_as_in_a_worksheet_at_most():
    contents = parsed(b"1," * 16_384 + b"1\n")

    assert contents.unreadable
    assert contents.problems[0].wrong == "Row 1 has more than 16,384 columns."


def test_lines_of_too_many_columns_are_not_read_by_column():
    with pytest.raises(Refused, match="Row 1 has more than 16,384 columns"):
        Lines("1," * 16_384 + "1\n", ",").frame(0)
