"""Tables of every shape give exactly their figures once somebody has said what they are."""

import io

import pytest
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl import Workbook

from performance import mappings
from performance.ingest import parsing
from performance.ingest.checking import contents_of, receive
from performance.ingest.columns import Columns, fingerprint
from performance.ingest.commit import commit_upload
from performance.ingest.readings import Contents
from performance.models import Current, Indicator, Period, Upload
from tests.factories import IndicatorFactory
from tests.performance.ingest.small_county import (
    STREET_HEADER,
    make_county,
    saved,
    street_bytes,
)

LONG = ["Area", "When", "Measure", "N", "Of"]
LONG_ROLES = ["area", "period", "indicator", "value", "denominator"]
WIDE = ["District", "Year", "Qtr", "Burglaries", "Repeats", "Victims", "Note"]
WIDE_ROLES = [
    *("area", "year", "quarter", "of:burglary"),
    *("of:repeat-victims", "out-of:repeat-victims", "unread"),
]
BOTH = {
    ("Burglary", "Preston"): (1305, None),
    ("Burglary", "Pendle"): (0, None),
    ("Repeat victims", "Preston"): (5, 20),
}


@pytest.fixture
def county(db):
    county = make_county()
    county.percent = IndicatorFactory(
        title="Satisfied",
        slug="satisfied",
        kind=Indicator.Kind.PUBLISHED_RATE,
        unit="% of callers",
        group=county.group,
        native_period=Period.Kind.QUARTER,
    )
    return county


def text(*lines, encoding="utf-8"):
    return "\n".join(lines).encode(encoding)


def book(*rows, title="Figures", before=()):
    made = Workbook()
    made.active.title = "About"
    made.active["A1"] = "What this is"
    sheet = made.create_sheet(title)
    for row in [*before, *rows]:
        sheet.append(row)
    return saved(made)


def older(*rows):
    made = xlwt.Workbook()
    sheet = made.add_sheet("Figures")
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(at, column, value)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def opendocument(*rows):
    made = OpenDocumentSpreadsheet()
    table = Table(name="Figures")
    for row in rows:
        line = TableRow()
        for value in row:
            number = isinstance(value, int)
            about = (
                {"valuetype": "float", "value": value}
                if number
                else {"valuetype": "string"}
            )
            cell = TableCell(**about)
            cell.addElement(P(text=str(value)))
            line.addElement(cell)
        table.addElement(line)
    made.spreadsheet.addElement(table)
    file = io.BytesIO()
    made.write(file)
    return file.getvalue()


def said(header, roles, leave_out=""):
    return mappings.keep("Ours", header, roles, leave_out=leave_out, by=None)


def figures_of(upload):
    assert not upload.findings.errors().exists(), list(upload.findings.errors())
    commit_upload(upload, by=None, reason="As sent.")
    return {
        (held.indicator.title, held.area.name): (
            held.observation.value
            if held.observation.value is not None
            else held.observation.state,
            held.observation.denominator,
        )
        for held in Current.objects.select_related("indicator", "area", "observation")
    }


TABLES = {
    "semicolons, thousands commas and a title": (
        text(
            "Fire and police, our figures",
            "",
            "Printed on 3 May 2022",
            "District;Year;Qtr;Burglaries;Repeats;Victims;Note",
            "Preston;2021/22;Q4;1,305;5;20;late",
            "Pendle;2021/22;Q4;0;;;",
            ";;;;;;",
            "Source: us",
        ),
        WIDE,
        WIDE_ROLES,
        BOTH,
    ),
    "tabs, in UTF-16, thousands blanks": (
        text(
            "District\tYear\tQtr\tBurglaries\tRepeats\tVictims\tNote",
            "Preston\t2021-22\t4\t1 305\t 5 \t20\t",
            "PENDLE\t2021-22\tQuarter 4\t0\t\t\t",
            encoding="utf-16",
        ),
        WIDE,
        WIDE_ROLES,
        BOTH,
    ),
    "long, quoted": (
        text(
            "Area,When,Measure,N,Of",
            'Preston,Jan to Mar 2022,Burglary,"1,305",',
            "Pendle,Q4 2021/22,burglary,0,",
            "Preston,2021/22 Q4,Repeat victims,5,20",
        ),
        LONG,
        LONG_ROLES,
        BOTH,
    ),
    "wide, a workbook, on row 4 of the second sheet": (
        book(
            WIDE,
            ["Preston", "2021/22", 4, 1305, 5, 20, "late"],
            ["Pendle", "2021/22", 4, 0],
            before=[["Our figures"], [], ["Printed in May"]],
        ),
        WIDE,
        WIDE_ROLES,
        BOTH,
    ),
    "long, an older workbook": (
        older(
            LONG,
            ["Preston", "Q4 2021/22", "Burglary", 1305, ""],
            ["Pendle", "Q4 2021/22", "Burglary", 0, ""],
            ["Preston", "Q4 2021/22", "Repeat victims", 5, 20],
        ),
        LONG,
        LONG_ROLES,
        BOTH,
    ),
    "long, OpenDocument": (
        opendocument(
            LONG,
            ["Preston", "Q4 2021/22", "Burglary", 1305, ""],
            ["Pendle", "Q4 2021/22", "Burglary", 0, ""],
            ["Preston", "Q4 2021/22", "Repeat victims", 5, 20],
        ),
        LONG,
        LONG_ROLES,
        BOTH,
    ),
    "two columns of one name, one without, words for no figure": (
        text(
            "Area,Period,,Number,Number,,",
            "Preston,Q4 2021/22,x,3,missing,,",
            "Pendle,Q4 2021/22,,suppressed,4,,",
        ),
        ["Area", "Period", "", "Number", "Number"],
        ["area", "period", "unread", "of:burglary", "of:robbery"],
        {
            ("Burglary", "Preston"): (3, None),
            ("Robbery", "Preston"): ("missing", None),
            ("Burglary", "Pendle"): ("suppressed", None),
            ("Robbery", "Pendle"): (4, None),
        },
    ),
    "per cent of a published rate": (
        text("Place,Period,Satisfied (%)", "Preston,Q4 2021/22,81.5%"),
        ["Place", "Period", "Satisfied (%)"],
        ["area", "period", "of:satisfied"],
        {("Satisfied", "Preston"): (81.5, None)},
    ),
    "months in two columns": (
        text("Place,FY,Month,Disorder", "Preston,2021/22,Jan,12"),
        ["Place", "FY", "Month", "Disorder"],
        ["area", "year", "month", "of:disorder"],
        {("Disorder", "Preston"): (12, None)},
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_gives_exactly_its_figures(name, county):
    data, header, roles, figures = TABLES[name]
    mapping = said(header, roles)

    upload = receive(data, "theirs.dat", by=None)

    assert upload.source_kind == Upload.SourceKind.GENERIC
    assert upload.columns_version == mapping.history.get()
    assert figures_of(upload) == figures


def test_a_table_of_one_area_needs_no_column_of_areas(county):
    mappings.keep(
        "Ours", ["When", "N"], ["period", "of:burglary"], area="Preston", by=None
    )

    upload = receive(text("When,N", "Q4 2021/22,3", "Q3 2021/22,4"), "a.csv", by=None)

    assert upload.findings.get(rule="kept-columns").mend == (
        "Every row is about Preston."
    )
    assert figures_of(upload).keys() == {("Burglary", "Preston")}
    assert {
        (held.period.start.month, held.observation.value)
        for held in Current.objects.select_related("period", "observation")
    } == {(1, 3), (10, 4)}


def test_rows_that_were_said_to_be_left_out_are_left_out_and_told(county):
    said(
        ["Area", "Period", "Number"], ["area", "period", "of:burglary"], "Total\n All "
    )
    data = text(
        "Area,Period,Number",
        "Preston,Q4 2021/22,3",
        "TOTAL,Q4 2021/22,4",
        "All,Q4 2021/22,4",
    )

    upload = receive(data, "a.csv", by=None)

    assert figures_of(upload) == {("Burglary", "Preston"): (3, None)}
    note = upload.findings.get(rule="left-out")
    assert (note.cells, note.text) == (2, "All, TOTAL")


def test_the_note_names_the_table_it_was_read_as(county):
    said(LONG, LONG_ROLES)

    upload = receive(TABLES["long, quoted"][0], "a.csv", by=None)

    assert upload.findings.get(rule="kept-columns").wrong == (
        "Read with the columns kept as “Ours”."
    )
    assert not upload.findings.filter(rule="other-source").exists()


@pytest.mark.parametrize(
    ("rows", "where", "sentence"),
    [
        (
            ["Preston,Q4 2021/22,1,863"],
            "Row 2",
            "The row has more cells than the header, which has 3.",
        ),
        (["Preston,Q4 20"], "Row 2", "The row ends before its last figure."),
        (["Preston,Q4 2021/22,many"], "C2", "This is not a number."),
        (["Prestown,Q4 2021/22,3"], "A2", "No area is called that."),
        (["Preston,Q5 2021/22,3"], "B2", "There is no quarter 5."),
        (["Preston,Q4 2021/22,-3"], "C2", "A count cannot be less than 0."),
        (["Preston,Q4 2021/22,12%"], "C2", "This is a per cent, not a number."),
        (["Preston,Q4 2021/22,"], "", "There are no figures under the header."),
        (
            ["Preston,Q4 2021/22,3", "Preston,Q4 2021/22,4"],
            "A2 to A3",
            "Preston is there twice, with 3 and 4 (Burglary, Q4 2021/22).",
        ),
    ],
)
def test_what_is_wrong_in_a_table_is_told_with_its_cell(county, rows, where, sentence):
    said(["Place", "Period", "Number"], ["area", "period", "of:burglary"])

    upload = receive(text("Place,Period,Number", *rows), "a.csv", by=None)

    told = [(each.where, each.wrong) for each in upload.findings.errors()]
    assert told == [(where, sentence)]


def test_a_table_nobody_has_described_is_refused_as_before(county):
    said(LONG, LONG_ROLES)

    upload = receive(text("Colour,Size", "red,3"), "a.csv", by=None)

    assert upload.state == Upload.State.REFUSED
    assert [each.rule for each in upload.findings.all()] == ["unknown-file"]


def test_a_table_called_another_one_needs_its_columns_said(county):
    upload = receive(text("Colour,Size", "red,3"), "a.csv", by=None, kind="generic")

    finding = upload.findings.get()
    assert finding.wrong == "Nobody has said yet what the columns of this table are."
    assert finding.text == "Colour, Size"


def test_official_tables_go_before_what_somebody_said(county):
    said(STREET_HEADER, ["area", "period", "of:burglary", *["unread"] * 9])

    upload = receive(street_bytes(), "a.csv", by=None)

    assert upload.source_kind == Upload.SourceKind.STREET


def test_an_upload_keeps_the_version_it_was_read_with(county, analyst):
    mapping = said(LONG, LONG_ROLES)
    upload = receive(TABLES["long, quoted"][0], "a.csv", by=None)
    first = contents_of(upload).readings

    mappings.change(
        mapping,
        name="Ours",
        columns=["area", "period", "unread", "of:robbery", "unread"],
        leave_out="",
        by=analyst,
        reason="It was robbery.",
    )
    again = receive(TABLES["long, quoted"][0], "a.csv", by=None)

    assert contents_of(upload).readings.equals(first)
    assert set(contents_of(again).readings["indicator"]) == {"robbery"}
    assert again.columns_version_id > upload.columns_version_id
    mappings.remove(mapping, by=analyst, reason="No longer sent.")
    upload.refresh_from_db()
    assert upload.columns_version.columns == LONG_ROLES


def test_a_large_table_is_read_by_column():
    header = ["Area", "Period", "Number"]
    rows = [f"Area {n},Q4 2021/22,{n}" for n in range(50_000)]
    kept = Columns(1, "Ours", fingerprint(header), ["area", "period", "of:burglary"])

    answer = parsing.parse(
        text(",".join(header), *rows), "", [kept], seconds=5, max_bytes=3 * 1024**3
    )

    contents = Contents.unpacked(answer)
    assert contents.readings.height == contents.rows == 50_000
    assert contents.readings.row(49_999, named=True) == {
        "indicator": "burglary",
        "area": "Area 49999",
        "period": "Q4 2021/22",
        "value": "49999",
        "denominator": "",
        "status": "",
        "sheet": "",
        "row": 50_001,
        "value_column": 3,
        "denominator_column": 0,
        "area_column": 1,
        "period_column": 2,
        "indicator_column": 3,
        "status_column": 0,
        "indicator_row": 1,
        "period_row": 50_001,
    }
