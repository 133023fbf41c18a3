"""Bytes into sheets of text, whatever program wrote them. Pure, and run in a child process.

Every cell becomes its text. What a spreadsheet program shows as an error stays "#REF!",
and a formula that was saved without its result stays "=SUM(A1:A9)", so that neither is
taken for an empty cell.
"""

import codecs
import csv
import datetime
import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import ParseError
from xml.parsers import expat

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from performance.ingest.findings import ERROR, NOTE, Problem, column_letters

MAX_MEMBERS = 2_000  # files inside a workbook
MAX_OPENED_BYTES = 400 * 1024 * 1024
MAX_RATIO = 200  # opened size over packed size, once it is worth asking
WORTH_ASKING_BYTES = 5 * 1024 * 1024
MAX_BOX = 8_000_000  # cells in the rectangle that holds a sheet's cells
MAX_ROWS = 2_000_000
MAX_CELL_CHARACTERS = 100_000

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHER_FILES = [
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"{\\rtf", "a text document"),
    (b"\x1f\x8b", "a packed file"),
    (b"Rar!", "a packed file"),
    (b"7z\xbc\xaf", "a packed file"),
    (b"<!doctype", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML file"),
]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.ASCII)


class Refused(Exception):
    """The file cannot be read; holds the problem that says why."""

    def __init__(self, wrong: str, mend: str, *, rule: str = "unreadable", **where):
        super().__init__(wrong)
        self.problem = Problem(ERROR, rule, wrong, mend, **where)


DAMAGED = (
    "The file is damaged or was cut short, and could not be opened.",
    "Open it in the program that made it, save it again, and upload that copy.",
)


@dataclass(frozen=True)
class Sheet:
    """A table as text; ``rows`` may be gone through again and again, row 1 first."""

    name: str
    rows: Iterable[list[str]]


@dataclass
class Book:
    sheets: list[Sheet]
    is_workbook: bool
    problems: list[Problem] = field(default_factory=list)


def read(data: bytes) -> Book:
    """Open a file by what is in it, whatever its name; raises Refused."""
    if not data.strip():
        raise Refused("The file is empty.", "Choose the file that holds the figures.")
    if data.startswith(OLE):
        raise _refused_ole(data)
    start = data[:100].lstrip().lower()
    for magic, what in OTHER_FILES:
        if start.startswith(magic.lower()):
            raise Refused(
                f"This is {what}, not a workbook or a CSV file.",
                "Upload the workbook that the figures are kept in, or a CSV file.",
            )
    if data.startswith(b"PK"):
        return _read_workbook(data)
    return _read_text(data)


def _refused_ole(data: bytes) -> Refused:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return Refused(
            "The workbook is locked with a password.",
            "Open it, take the password off (File, Info, Protect Workbook, Encrypt "
            "with Password), save it and upload it again.",
        )
    return Refused(
        "This is a document of an older Office program (such as .xls).",
        "Open it, save it as an Excel workbook (.xlsx), and upload that.",
    )


# Text


@dataclass(frozen=True)
class Lines:
    """The rows of a text; numbered as a spreadsheet program that opens it numbers them."""

    text: str
    delimiter: str

    def __iter__(self) -> Iterator[list[str]]:
        csv.field_size_limit(MAX_CELL_CHARACTERS)
        reader = csv.reader(
            io.StringIO(self.text, newline=""), delimiter=self.delimiter, strict=True
        )
        number = 0
        try:
            for number, row in enumerate(reader, start=1):
                if number > MAX_ROWS:
                    raise Refused(
                        f"The file has more than {MAX_ROWS:,} rows.",
                        "Upload it in parts.",
                    )
                yield row
        except csv.Error as error:
            raise Refused(
                f"The quotation marks in row {number + 1:,} do not match.",
                "Open the file in a spreadsheet program, mend that row, and save it as "
                "CSV again.",
                rule="quotes",
                row=number + 1,
            ) from error


def _read_text(data: bytes) -> Book:
    text, problems = _decoded(data)
    if "\0" in text:
        raise Refused(
            "This is not a workbook, and not text either: it holds NUL characters.",
            "Upload the workbook that the figures are kept in, or a CSV file.",
        )
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    return Book([Sheet("", Lines(text, delimiter))], False, problems)


def _decoded(data: bytes) -> tuple[str, list[Problem]]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise Refused(*DAMAGED) from error
        return text, [Problem(NOTE, "encoding", "The file was saved as UTF-16.")]
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise Refused(
            f"Byte {error.start + 1:,} of the file is not text in any usual encoding.",
            "Save the file as “CSV UTF-8” and upload that.",
            rule="encoding",
        ) from error
    return text, [
        Problem(
            NOTE,
            "encoding",
            "The file is not in UTF-8. It was read as Windows text (cp1252).",
            "If a name looks wrong below, save the file as “CSV UTF-8”.",
        )
    ]


# Workbooks


@dataclass
class Extent:
    """What a pass over a sheet's XML finds before anything opens the sheet."""

    told: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    last_row: tuple[int, int] = (0, 0)
    last_column: tuple[int, int] = (0, 0)


def _read_workbook(data: bytes) -> Book:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = _checked_members(archive)
            extents = {
                name: _extent(archive, path, name)
                for name, path in _sheets(archive, names).items()
            }
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        book = Book([], is_workbook=True)
        for about in workbook.sheets_metadata:
            if about.name not in extents:  # a sheet that is one chart
                continue
            extent = extents[about.name]
            cells = workbook.get_sheet_by_name(about.name).to_python(
                skip_empty_area=False
            )
            book.sheets.append(Sheet(about.name, _texts(cells, extent)))
            book.problems += _oddities(about, extent)
    except DefusedXmlException as error:
        raise _refused_hostile() from error
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        ParseError,
        expat.ExpatError,
        CalamineError,
        KeyError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        EOFError,
        OSError,
    ) as error:
        raise Refused(*DAMAGED) from error
    if "xl/vbaProject.bin" in names:
        book.problems.append(
            Problem(NOTE, "macros", "The workbook's macros were not run.")
        )
    return book


def _refused_hostile() -> Refused:
    return Refused(
        "The workbook holds code that no spreadsheet program writes, and was not opened.",
        "Copy the figures into a blank workbook and upload that.",
        rule="hostile",
    )


def _checked_members(archive: zipfile.ZipFile) -> set[str]:
    """The names inside; refuses what is no .xlsx, or would be too large once opened."""
    members = archive.infolist()
    names = {member.filename for member in members}
    opened = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if (
        len(members) > MAX_MEMBERS
        or opened > MAX_OPENED_BYTES
        or (opened > WORTH_ASKING_BYTES and opened > MAX_RATIO * packed)
    ):
        raise Refused(
            f"Opened, this file would be {opened / 1024**2:,.0f} MB in {len(members):,} "
            "parts: more than is safe. It was not opened.",
            "Copy the figures into a blank workbook and upload that.",
            rule="hostile",
        )
    if any(member.flag_bits & 1 for member in members):
        raise Refused(
            "The file is locked with a password.",
            "Take the password off and upload it again.",
        )
    if "xl/workbook.xml" not in names:
        raise _refused_package(names)
    for member in members:
        if member.filename.endswith((".xml", ".rels")):
            with archive.open(member) as file:
                head = file.read(4096)
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                raise _refused_hostile()
    return names


def _refused_package(names: set[str]) -> Refused:
    if "content.xml" in names or "xl/workbook.bin" in names:
        return Refused(
            "This kind of workbook (.ods or .xlsb) is not read.",
            "Open it, save it as an Excel workbook (.xlsx), and upload that.",
        )
    if "word/document.xml" in names or "ppt/presentation.xml" in names:
        return Refused(
            "This is a text document or a presentation, not a workbook or a CSV file.",
            "Upload the workbook that the figures are kept in, or a CSV file.",
        )
    return Refused(
        "This is a packed file (.zip), not a workbook or a CSV file.",
        "Unpack it and upload the files in it one by one.",
    )


def _sheets(archive: zipfile.ZipFile, names: set[str]) -> dict[str, str]:
    """The worksheets' names, each with the path of its XML."""
    links = {
        link.get("Id"): posixpath.normpath(
            posixpath.join("xl", link.get("Target", "")).removeprefix("/")
            if not link.get("Target", "").startswith("/")
            else link.get("Target", "").removeprefix("/")
        )
        for link in fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        if link.get("Type", "").endswith("/worksheet")
    }
    sheets = fromstring(archive.read("xl/workbook.xml")).iter(f"{{{MAIN}}}sheet")
    return {
        sheet.get("name"): links[sheet.get(LINK)]
        for sheet in sheets
        if links.get(sheet.get(LINK)) in names
    }


def _extent(archive: zipfile.ZipFile, path: str, name: str) -> Extent:
    """Where a sheet's cells end, and which of them hold an error or a bare formula.

    Raises Refused for a sheet whose cells lie so far apart that opening it would fill
    the memory, naming the far one.
    """
    extent = Extent()
    scan = _Scan(extent)
    with archive.open(path) as file:
        scan.parser.ParseFile(file)
    (rows, beside), (under, columns) = extent.last_row, extent.last_column
    if rows * columns > MAX_BOX:
        far = (rows, beside) if rows > columns * 64 else (under, columns)
        raise Refused(
            f"Cell {column_letters(far[1])}{far[0]} holds something, far away from the "
            "table.",
            f"Open the sheet “{name}”, go to that cell, delete the rows and columns "
            "around it, save and upload again.",
            rule="far-away",
            sheet=name,
            row=far[0],
            column=far[1],
        )
    return extent


class _Scan:
    """A pass over a sheet's XML with the parser itself: a million blank rows take a
    second. A document type, the home of entity bombs, is refused at its first sign."""

    def __init__(self, extent: Extent):
        self.extent = extent
        self.row = self.column = 0
        self.kind = self.value = self.formula = ""
        self.has_formula = self.has_text = False
        self.inside = ""
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = self.refuse

    def refuse(self, *_) -> None:
        raise _refused_hostile()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.removeprefix(f"{MAIN} ")
        if name == "row":
            self.row = int(attributes.get("r") or self.row + 1)
            self.column = 0
            if attributes.get("hidden") in ("1", "true"):
                self.extent.hidden_rows.append(self.row)
        elif name == "c":
            self.row, self.column = _position(
                attributes.get("r"), self.row, self.column
            )
            self.kind = attributes.get("t", "")
            self.value = self.formula = ""
            self.has_formula = self.has_text = False
        elif name in ("v", "f"):
            self.inside = name
            self.has_formula = self.has_formula or name == "f"
        elif name == "is":
            self.has_text = True

    def text(self, text: str) -> None:
        if self.inside == "v":
            self.value += text
        elif self.inside == "f":
            self.formula += text

    def end(self, tag: str) -> None:
        name = tag.removeprefix(f"{MAIN} ")
        if name in ("v", "f"):
            self.inside = ""
        elif name == "c" and (self.value or self.has_formula or self.has_text):
            self.cell()

    def cell(self) -> None:
        at, extent = (self.row, self.column), self.extent
        if self.kind == "e":
            extent.told[at] = self.value or "#ERROR"
        elif self.has_formula and not self.value and self.kind != "str":
            extent.told[at] = f"={self.formula}"
        extent.last_row = max(extent.last_row, at)
        if at[1] > extent.last_column[1]:
            extent.last_column = at


def _position(reference: str | None, row: int, column: int) -> tuple[int, int]:
    """A cell's row and column; one without a reference follows the one before it."""
    if reference is None:
        return row, column + 1
    match = REFERENCE.fullmatch(reference)
    if not match:
        raise ValueError(reference)
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), number


def _texts(cells: list[list], extent: Extent) -> list[list[str]]:
    rows = [[_text(value) for value in row] for row in cells]
    for (row, column), text in extent.told.items():
        while len(rows) < row:
            rows.append([])
        cells_of_row = rows[row - 1]
        cells_of_row += [""] * (column - len(cells_of_row))
        cells_of_row[column - 1] = text
    return rows


def _text(value: object) -> str:
    """A cell's value as people would type it; the first of a month is that month."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    if isinstance(value, datetime.date):  # and its times
        return f"{value:%B %Y}" if value.day == 1 else f"{value:%Y-%m-%d}"
    return str(value)


def _oddities(about, extent: Extent) -> Iterator[Problem]:
    if about.visible != SheetVisibleEnum.Visible:
        yield Problem(NOTE, "hidden", "A hidden sheet was read too.", sheet=about.name)
    for row in extent.hidden_rows:
        yield Problem(
            NOTE,
            "hidden",
            "A hidden row was read too.",
            sheet=about.name,
            row=row,
            wrong_many="Hidden rows were read too.",
        )
