"""Files as people and programs really send them, each with what it is.

``CASES`` are made when they are asked for, none is kept. A case is *taken*, with exactly
the figures named, or *told*, with a sentence that holds the words named. The county is
that of small_county; unless a case says otherwise its figures are burglary in
Q4 2021/22.
"""

import datetime
import io
import re
import struct
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field

import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from tests.performance.ingest.small_county import (
    csv_bytes,
    saved,
    street_bytes,
    street_row,
    workbook_bytes,
)

SHEET = "xl/worksheets/sheet1.xml"
GOOD = {"Preston": 3, "Pendle": 4, "Rossendale": 5}
QUARTER = "Q4 2021/22"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET_ROWS = [("Quarter", QUARTER), ("Area", "Burglary"), *GOOD.items()]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Case:
    """One file: ``taken`` are its figures by area, ``told`` words of its errors, ``said``
    words of a query or note beside figures that are taken."""

    name: str
    make: Callable[[], bytes]
    taken: dict[str, int | str] = field(default_factory=dict)
    told: str = ""
    said: str = ""
    filename: str = "figures"


def text(*rows: str, head: str = "indicator,area,period,value") -> str:
    return "\n".join([head, *rows]) + "\n"


def good_rows(values: dict[str, object] | None = None) -> list[str]:
    values = values or GOOD
    return [f"burglary,{area},{QUARTER},{value}" for area, value in values.items()]


def good_text() -> str:
    return text(*good_rows())


def book(*rows, **about) -> bytes:
    return workbook_bytes(*(rows or GOOD.items()), head=("Area", "Burglary"), **about)


def edited(change: Callable[[Workbook], None]) -> bytes:
    """The good workbook after a change by openpyxl."""
    made = Workbook()
    sheet = made.active
    sheet.title = "Figures"
    sheet["A3"], sheet["B3"] = "Quarter", QUARTER
    for row, cells in enumerate([("Area", "Burglary"), *GOOD.items()], start=5):
        for column, value in enumerate(cells, start=1):
            sheet.cell(row, column, value)
    change(made)
    return saved(made)


def cell(reference: str, value: object) -> Callable[[], bytes]:
    def change(made: Workbook) -> None:
        made.active[reference] = value

    return lambda: edited(change)


def members(change: Callable[[dict[str, bytes]], None], data: bytes = b"") -> bytes:
    """The good workbook after a change of its packed files."""
    with zipfile.ZipFile(io.BytesIO(data or book())) as old:
        held = {name: old.read(name) for name in old.namelist()}
    change(held)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in held.items():
            new.writestr(name, content)
    return file.getvalue()


def with_member(name: str, content: bytes | str) -> Callable[[], bytes]:
    def change(held: dict) -> None:
        held[name] = content

    return lambda: members(change)


def sheet_xml(cells: str, doctype: str = "") -> str:
    return (
        f'<?xml version="1.0"?>{doctype}<worksheet xmlns="{MAIN}">'
        f"<sheetData>{cells}</sheetData></worksheet>"
    )


def in_sheet(old: str, new: str) -> Callable[[], bytes]:
    """The good workbook with a piece of its sheet's XML replaced."""

    def change(held: dict) -> None:
        content = held[SHEET].decode()
        assert old in content, old
        held[SHEET] = content.replace(old, new, 1)

    return lambda: members(change)


def blank_rows(count: int) -> bytes:
    """The good workbook with so many rows after it that hold nothing."""

    def change(held: dict) -> None:
        rows = "".join(f'<row r="{n}"/>' for n in range(9, 9 + count))
        held[SHEET] = (
            held[SHEET].decode().replace("</sheetData>", f"{rows}</sheetData>")
        )

    return members(change)


def zip_bomb(size: int) -> bytes:
    """A workbook whose sheet would be so many bytes of blanks, packed small."""

    def change(held: dict) -> None:
        held[SHEET] = b" " * size

    return members(change)


def two_files_of_one_name() -> bytes:
    file = io.BytesIO(book())
    with zipfile.ZipFile(file, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile's own, about just this
        archive.writestr(SHEET, sheet_xml(""))
    return file.getvalue()


def merged(made: Workbook) -> None:
    made.active.merge_cells("A6:A7")  # Pendle's name goes
    made.active.merge_cells("A1:B1")


def hidden(made: Workbook) -> None:
    made.active.row_dimensions[7].hidden = True
    made.create_sheet("Notes").sheet_state = "hidden"


def noted(made: Workbook) -> None:
    made.active["B6"].comment = Comment("checked", "me")
    made.active["A1"].hyperlink = "https://www.gov.uk/"


def wide(made: Workbook) -> None:
    made.active[f"{get_column_letter(16_384)}5"] = "Robbery"


def styled(made: Workbook) -> None:
    for column in range(3, 60):
        made.active.cell(5, column).font = Font(bold=True)
        made.active.cell(6, column).number_format = "0.00"


def many_sheets(made: Workbook) -> None:
    for number in range(300):
        made.create_sheet(f"Sheet {number}")


def in_per_cent() -> bytes:
    def change(made: Workbook) -> None:
        made.active["B6"] = 0.12
        made.active["B6"].number_format = "0%"

    return edited(change)


def odd_names() -> bytes:
    return csv_bytes(
        *(("burglary", f"{sign}Preston", QUARTER, 3) for sign in ("+", "-", "@", "\t@"))
    )


def in_utf_16(held: dict[str, bytes]) -> None:
    content = held[SHEET].decode().replace("UTF-8", "UTF-16")
    head = '<?xml version="1.0" encoding="UTF-16"?>'
    body = content[content.index("<worksheet") :]
    held[SHEET] = (head + body).encode("utf-16")


def strict(held: dict[str, bytes]) -> None:
    """As Excel saves a "Strict Open XML Spreadsheet"."""
    for name, content in held.items():
        held[name] = content.replace(
            MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main"
        ).replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        )


def bombed(held: dict[str, bytes]) -> None:
    doctype = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    content = held["content.xml"].decode()
    at = content.index("?>") + 2
    held["content.xml"] = (content[:at] + doctype + content[at:]).encode()


def zipped(files: dict[str, bytes | str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def locked() -> bytes:
    """A .zip whose one file says that it is encrypted."""
    data = bytearray(zipped({"figures.csv": good_text()}))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + flags] |= 1
    return bytes(data)


def packed_word() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return file.getvalue()


def password_protected() -> bytes:
    return OLE + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512


def older_excel() -> bytes:
    """The good workbook as .xls."""
    made = xlwt.Workbook()
    sheet = made.add_sheet("Figures")
    for row, cells in enumerate(SHEET_ROWS):
        for column, value in enumerate(cells):
            sheet.write(row, column, value)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def opendocument() -> bytes:
    """The good workbook as .ods."""
    made = OpenDocumentSpreadsheet()
    table = Table(name="Figures")
    for cells in SHEET_ROWS:
        row = TableRow()
        for value in cells:
            number = isinstance(value, int)
            cell = TableCell(
                valuetype="float" if number else "string",
                **({"value": value} if number else {}),
            )
            cell.addElement(P(text=str(value)))
            row.addElement(cell)
        table.addElement(row)
    made.spreadsheet.addElement(table)
    file = io.BytesIO()
    made.write(file)
    return file.getvalue()


def street(*rows) -> Callable[[], bytes]:
    return lambda: street_bytes(*rows)


def figure(value: str, area: str = "Preston") -> Callable[[], bytes]:
    """A CSV whose one figure is this text."""
    return lambda: csv_bytes(("burglary", area, QUARTER, value))


CASES = [
    # Encodings
    Case("utf-8", lambda: good_text().encode(), GOOD),
    Case("utf-8 with its mark", lambda: good_text().encode("utf-8-sig"), GOOD),
    Case("utf-16", lambda: good_text().encode("utf-16"), GOOD, said="UTF-16"),
    Case(
        "utf-16, big end first",
        lambda: b"\xfe\xff" + good_text().encode("utf-16-be"),
        GOOD,
        said="UTF-16",
    ),
    Case(
        "cp1252 with an accent",
        lambda: (text(*(f"{row},café" for row in good_rows()), head=NOTED_HEAD)).encode(
            "cp1252"
        ),
        GOOD,
        said="cp1252",
    ),
    Case(
        "mojibake in a name",
        lambda: text(f"burglary,Rossendaleâ€™s,{QUARTER},5").encode(),
        told="No area is called that.",
    ),
    Case(
        "utf-16 without its mark",
        lambda: good_text().encode("utf-16-le"),
        told="NUL",
    ),
    Case("utf-32", lambda: good_text().encode("utf-32"), told="NUL"),
    Case("mojibake in a name, workbook", cell("A6", "PrestonÂ"), told="is Preston."),
    Case(
        "a workbook whose sheet is in utf-16",
        lambda: members(in_utf_16),
        told="code that no spreadsheet program writes",
    ),
    Case("no text in any encoding", lambda: b"indicator,\x81\x8d\x8f", told="encoding"),
    # Separators and quotes
    Case("semicolons", lambda: good_text().replace(",", ";").encode(), GOOD),
    Case("tabs", lambda: good_text().replace(",", "\t").encode(), GOOD),
    Case(
        "vertical bars",
        lambda: good_text().replace(",", "|").encode(),
        told="not one that the portal knows",
    ),
    Case(
        "every cell in quotes",
        lambda: re.sub(r"([^,\n]+)", r'"\1"', good_text()).encode(),
        GOOD,
    ),
    Case("carriage returns", lambda: good_text().replace("\n", "\r\n").encode(), GOOD),
    Case("old Mac line ends", lambda: good_text().replace("\n", "\r").encode(), GOOD),
    Case("no line end at the end", lambda: good_text().rstrip().encode(), GOOD),
    Case(
        "trailing commas",
        lambda: (good_text().replace("\n", ",,,\n")).encode(),
        GOOD,
    ),
    Case(
        "a quote left open",
        lambda: text('burglary,"Preston,Q4 2021/22,3', *good_rows()).encode(),
        told="quotation marks",
    ),
    Case(
        "a line break inside quotes",
        lambda: text('burglary,"Pres\nton",Q4 2021/22,3').encode(),
        told="No area is called that.",
    ),
    Case(
        "a comma inside a number",
        lambda: text("burglary,Preston,Q4 2021/22,1,863").encode(),
        told="has 5 cells and the header 4",
    ),
    Case(
        "cut in the middle of a row",
        lambda: good_text().encode()[:-20],
        told="ends before its value",
    ),
    Case(
        "columns with a look and nothing in them, workbook",
        lambda: edited(styled),
        GOOD,
    ),
    # Headers
    Case(
        "a blank header over a column",
        lambda: text(
            *(f"{row},x" for row in good_rows()), head="indicator,area,period,value,"
        ).encode(),
        GOOD,
        said="no name",
    ),
    Case(
        "the header twice over",
        lambda: text(*good_rows(), head="indicator,area,area,period,value").encode(),
        told="is there twice",
    ),
    Case(
        "a blank header over figures, workbook",
        cell("C6", 12),
        told="has no name above it",
    ),
    Case(
        "two columns of one name, workbook",
        lambda: workbook_bytes(
            ("Preston", 3, 4), head=("Area", "Burglary", "Burglary")
        ),
        told="twice",
    ),
    Case("a header and nothing else", lambda: text().encode(), told="no rows"),
    Case(
        "no header",
        lambda: "\n".join(good_rows()).encode(),
        told="not one that the portal knows",
    ),
    Case("blank lines above the header", lambda: ("\n\n" + good_text()).encode(), GOOD),
    # Numbers
    Case("a number with blanks", figure(" 1 863 "), {"Preston": 1863}, said="text"),
    Case("thousands signs", figure("1,863"), {"Preston": 1863}, said="text"),
    Case("a number as text, workbook", cell("B6", "1,863"), GOOD | {"Preston": 1863}),
    Case("a per cent sign", figure("12%"), told="per cent"),
    Case("a per cent sign, workbook", cell("B6", "12%"), told="per cent"),
    Case("a number that looks like a per cent, workbook", in_per_cent, told="whole"),
    Case("minus nought", figure("-0"), {"Preston": 0}),
    Case("a true minus sign", figure("−3"), told="less than 0"),
    Case("a decimal", figure("3.5"), told="whole number"),
    Case("a decimal comma", figure("3,5"), told="not a number"),
    Case("three point nought", figure("3.0"), {"Preston": 3}),
    Case("NaN", figure("NaN"), told="not a number"),
    Case("Infinity", figure("Infinity"), told="not a number"),
    Case("scientific, huge", figure("1e99"), told="too large"),
    Case("full-width digits", figure("３"), told="not a number"),
    Case("Arabic digits", figure("٣"), told="not a number"),
    Case("the letter O", figure("1O"), told="not a number"),
    Case("a true value, workbook", cell("B6", True), told="not a number"),
    Case("words", figure("about forty"), told="not a number"),
    Case("a dash", figure("-"), told="not a number"),
    Case("missing", figure("Missing"), {"Preston": "missing"}),
    Case(
        "an empty cell says nothing",
        lambda: text(
            f"burglary,Preston,{QUARTER},", *good_rows({"Pendle": 4})
        ).encode(),
        {"Pendle": 4},
        said="says nothing",
    ),
    # Names
    Case(
        "a no-break space in a name, workbook",
        cell("B5", "Repeat\xa0victims"),
        told="needs what it is out of",
    ),
    Case(
        "right-to-left marks in names, workbook",
        cell("A6", "\u200fPreston\u200e"),
        GOOD,
    ),
    Case(
        "a no-break space in a name",
        lambda: text(
            f"Repeat\xa0victims,Preston,{QUARTER},3,9", head=PROPORTION
        ).encode(),
        {"Preston": 3},
    ),
    Case(
        "a right-to-left mark in a name",
        lambda: text(f"burglary,\u200fPreston\u200e,{QUARTER},3").encode(),
        {"Preston": 3},
    ),
    Case(
        "a right-to-left override in a name",
        lambda: text(f"burglary,\u202enotserP,{QUARTER},3").encode(),
        told="No area is called that.",
    ),
    Case(
        "a letter that looks like another",
        lambda: text(f"burglary,Prestοn,{QUARTER},3").encode(),  # a Greek omicron
        told="The nearest name is Preston.",
    ),
    Case("capitals", figure("3", area="PRESTON"), {"Preston": 3}),
    Case("a misspelt name", figure("3", area="Rosendale"), told="is Rossendale."),
    Case(
        "a name twice", lambda: text(*good_rows(), *good_rows()).encode(), told="twice"
    ),
    Case(
        "a formula as a name",
        figure("3", area="=cmd|' /C calc'!A0"),
        told="formula without its result",
    ),
    Case("a formula as a figure", figure("=1+1"), told="formula without its result"),
    Case(
        "a formula as a name, workbook",
        cell("A6", "=cmd|' /C calc'!A0"),
        told="formula without its result",
    ),
    Case("names that begin as formulas do", odd_names, told="No area is called that."),
    Case("#REF! as text", figure("#REF!"), told="has lost what it points at"),
    Case("#N/A as text", figure("#N/A"), told="found nothing"),
    # Periods
    Case(
        "a month as a date, workbook",
        lambda: monthly_workbook(when="2022-01-01"),
        {"Preston": 3},
    ),
    Case(
        "a date's number",
        lambda: csv_bytes(("disorder", "Preston", "44562", 3)),
        told="44562",
    ),
    Case("a date's number, workbook", cell("B3", 44562), told="44562"),
    Case(
        "a quarter that does not exist",
        lambda: csv_bytes(("burglary", "Preston", "Q5 2021/22", 3)),
        told="Quarters",
    ),
    Case(
        "a quarter to come",
        lambda: csv_bytes(("burglary", "Preston", "Q1 2090/91", 3)),
        told="has not begun",
    ),
    Case(
        "another way to write the quarter",
        lambda: csv_bytes(("burglary", "Preston", "2021/22 Q4", 3)),
        {"Preston": 3},
    ),
    # Spreadsheets
    Case("the workbook", book, GOOD),
    Case("merged cells", lambda: edited(merged), told="names no area"),
    Case("hidden rows and sheets", lambda: edited(hidden), GOOD, said="idden"),
    Case("notes and links", lambda: edited(noted), GOOD),
    Case("a formula without its value", cell("B6", "=1+2"), told="without its result"),
    Case(
        "a formula with its value",
        in_sheet("<v>3</v>", "<f>1+2</f><v>3</v>"),
        GOOD,
    ),
    Case(
        "#REF!",
        in_sheet('<c r="B6" t="n"><v>3</v></c>', '<c r="B6" t="e"><v>#REF!</v></c>'),
        told="has lost what it points at",
    ),
    Case("#N/A", cell("B6", "#N/A"), told="found nothing"),
    Case("a million blank rows", lambda: blank_rows(1_000_000), GOOD),
    Case(
        "a million blank lines",
        lambda: (good_text() + ",,,\n" * 1_000_000).encode(),
        GOOD,
    ),
    Case(
        "one cell at XFD1048576",
        lambda: members(
            lambda held: held.update(
                {
                    SHEET: held[SHEET]
                    .decode()
                    .replace(
                        "</sheetData>",
                        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
                    )
                }
            )
        ),
        told="XFD1048576",
    ),
    Case("a column far to the right", lambda: edited(wide), GOOD),
    Case("macros", with_member("xl/vbaProject.bin", b"\0" * 100), GOOD, said="macros"),
    Case("an .xlsx called .csv", book, GOOD, filename="figures.csv"),
    Case(
        "a CSV called .xlsx",
        lambda: good_text().encode(),
        GOOD,
        filename="figures.xlsx",
    ),
    Case(
        "a workbook with no sheet of figures", lambda: saved(Workbook()), told="table"
    ),
    Case("an .xls", older_excel, GOOD),
    Case("an .ods", opendocument, GOOD),
    Case("an .xls cut short", lambda: older_excel()[:3000], told="no whole workbook"),
    Case("an .ods cut short", lambda: opendocument()[:-100], told="damaged"),
    Case("three hundred sheets", lambda: edited(many_sheets), GOOD),
    Case(
        "a workbook in the strict spelling",
        lambda: members(strict),
        told="strict form",
    ),
    Case("a CSV in a .zip", lambda: zipped({"a/figures.csv": good_text()}), GOOD),
    Case(
        "a .zip whose path climbs out of it",
        lambda: zipped({"../../etc/figures.csv": good_text()}),
        GOOD,
    ),
    # Hostile and broken
    Case(
        "a zip bomb of text",
        lambda: zipped({"figures.csv": b"a," * 30_000_000}),
        told="more than is safe",
    ),
    Case(
        "an entity bomb in an .ods",
        lambda: members(bombed, opendocument()),
        told="code that no spreadsheet program writes",
    ),
    Case("a .zip with a password", locked, told="locked with a password"),
    Case(
        "NUL in a workbook's cell",
        in_sheet("<v>3</v>", "<v>&#0;3</v>"),
        told="damaged",
    ),
    Case(
        "a workbook of 2003 as XML",
        lambda: b'<?xml version="1.0"?><Workbook/>',
        told="an XML file",
    ),
    Case(
        "a web page called .xls",
        lambda: b"<html><table><tr><td>3</td></tr></table></html>",
        told="a web page",
        filename="figures.xls",
    ),
    # About people
    Case(
        "dates of birth",
        lambda: csv_bytes(
            ("burglary", "Preston", QUARTER, 3, "3/5/1980"),
            header=("indicator", "area", "period", "value", "Victim DOB"),
        ),
        told="looks like dates of birth",
    ),
    Case(
        "a telephone number in a workbook",
        cell("C9", "ring 07700 900123"),
        told="looks like a telephone number",
    ),
    Case("empty", lambda: b"", told="The file is empty."),
    Case("blanks", lambda: b" \n \n", told="The file is empty."),
    Case("NUL bytes", lambda: good_text().encode() + b"\0\0", told="NUL"),
    Case("a zip bomb", lambda: zip_bomb(100 * 1024 * 1024), told="more than is safe"),
    Case(
        "an entity bomb",
        with_member(
            SHEET,
            sheet_xml("", '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'),
        ),
        told="code that no spreadsheet program writes",
    ),
    Case("password-protected", password_protected, told="locked with a password"),
    Case("a workbook cut short", lambda: book()[:-200], told="damaged"),
    Case("a workbook with a hole", lambda: holed(book()), told="damaged"),
    Case(
        "two files of one name inside",
        two_files_of_one_name,
        told="code that no spreadsheet program writes",
    ),
    Case(
        "a sheet's cell without a place",
        in_sheet('r="B6"', 'r="banana"'),
        told="damaged",
    ),
    Case("a Word document", packed_word, told="not a workbook or a CSV file"),
    Case("a PDF", lambda: b"%PDF-1.7\n", told="a PDF"),
    Case("a picture", lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 99, told="a picture"),
    Case("a web page", lambda: b"<!DOCTYPE html><p>Sign in</p>", told="a web page"),
    Case("random bytes", lambda: bytes(range(256)) * 40, told=""),
    Case("one long line", lambda: b"x" * 3_000_000, told=""),
    Case("a cell of a million letters", figure("x" * 1_000_000), told=""),
    Case("ten thousand columns", lambda: (b"a," * 10_000 + b"\n") * 20, told=""),
    # Street-level files
    Case(
        "a garbled street row",
        lambda: street_bytes(street_row(), street_row()[:-3]),
        told="cells and the header",
    ),
    Case(
        "another force",
        street(street_row(force="Other Constabulary")),
        told="Other Constabulary",
    ),
    Case(
        "a street month that is none", street(street_row(month="2022-13")), told="month"
    ),
]

NOTED_HEAD = "indicator,area,period,value,comment"
PROPORTION = "indicator,area,period,value,denominator"


def holed(data: bytes) -> bytes:
    """The bytes with some in the middle overwritten."""
    middle = len(data) // 2
    return data[:middle] + struct.pack("<8Q", *range(8)) + data[middle + 64 :]


def monthly_workbook(when: str) -> bytes:
    made = Workbook()
    sheet = made.active
    sheet.append(["Month", "Area", "Disorder"])
    sheet.append([datetime.date.fromisoformat(when), "Preston", 3])
    return saved(made)
