"""A pass over a sheet's XML before anything opens the sheet: how far it reaches, and
which cells hold an error or a bare formula."""

import re
import zipfile
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from performance.ingest.findings import column_letters
from performance.ingest.readers.book import Refused

MAX_BOX = 16_000_000  # cells in the rectangle that holds a sheet's cells
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.ASCII)


@dataclass
class Extent:
    """What a pass over a sheet's XML finds before anything opens the sheet."""

    told: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    last_row: tuple[int, int] = (0, 0)
    last_column: tuple[int, int] = (0, 0)


def refused_hostile() -> Refused:
    return Refused(
        "The workbook holds code that no spreadsheet program writes, and was not opened.",
        "Copy the figures into a blank workbook and upload that.",
        rule="hostile",
    )


def extent_of(archive: zipfile.ZipFile, path: str, name: str) -> Extent:
    """Where a sheet's cells end, and which of them hold an error or a bare formula.

    Raises Refused for a sheet whose cells lie so far apart that opening it would fill
    the memory, naming the far one.
    """
    with archive.open(path) as file:
        plain = _plain_box(file)
    if plain and plain[0] * plain[1] <= MAX_BOX:
        return Extent(last_row=plain, last_column=plain)
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


# What most programs write, and nothing else: rows of cells with a value, an inline text or
# nothing, none of them an error or a formula without its result, no row hidden.
CELL = (
    r'<c r="[A-Z]{1,3}(?P=row)"(?: s="[0-9]+")?+(?: t="(?:s|n|b|str|inlineStr)")?+'
    r"(?:/>|>(?:<f[^<>]*+>(?:[^<>]*+</f>)?+)?+<v>[^<>]++</v></c>"
    r"|><is><t[^<>]*+>[^<>]*+</t></is></c>|></c>)"
)
ROW = rf'<row r="(?P<row>[1-9][0-9]{{0,6}})"(?: [a-zA-Z0-9:]+="[^"<>&]*")*+(?:/>|>(?:{CELL})*+</row>)'
PLAIN_ROWS = re.compile(rf"(?:{ROW}\s*+)*+".encode())
# A hidden row, a sign by its number, and signs that XML does not allow.
UNUSUAL = re.compile(rb" hidden=|&#|[\x00-\x08\x0b\x0c\x0e-\x1f]")
ROWS = re.compile(rb'<row r="([0-9]+)"')
COLUMNS = re.compile(rb'<c r="([A-Z]+)')
TOGETHER = 4 * 1024 * 1024  # bytes looked at at once


def _plain_box(file: IO[bytes]) -> tuple[int, int] | None:
    """The row and column that no cell of a sheet is beyond, if it is written as most
    programs write one; None for any other, which only the parser can read.

    Ten times as fast as the parser over a million rows.
    """
    text = file.read(TOGETHER)
    before, begun, text = text.partition(b"<sheetData>")
    if not begun or f'xmlns="{MAIN}"'.encode() not in before or b"<!" in before:
        return None
    rows, columns = 0, set()
    while True:
        more = file.read(TOGETHER)
        end = text.rfind(b"</sheetData>") if not more else text.rfind(b"<row ")
        if end < 0:
            return None
        part, rest = text[:end], text[end:]
        if not PLAIN_ROWS.fullmatch(part) or UNUSUAL.search(part):
            return None
        rows = max(rows, *map(int, ROWS.findall(part)), 0)
        columns.update(COLUMNS.findall(part))
        if not more:
            return None if b"<row" in rest or b"<!" in rest else (rows, _last(columns))
        text = rest + more


def _last(columns: set[bytes]) -> int:
    return max((_number(each.decode()) for each in columns), default=0)


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
        raise refused_hostile()

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
    return int(match[2]), _number(match[1])


def _number(letters: str) -> int:
    """The number of a column, from 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
