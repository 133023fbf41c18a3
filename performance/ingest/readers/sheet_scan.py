"""A pass over a sheet's XML before anything opens the sheet: how far it reaches, and
which cells hold an error or a bare formula."""

import re
import zipfile
from dataclasses import dataclass, field
from xml.parsers import expat

from performance.ingest.findings import column_letters
from performance.ingest.readers.book import Refused

MAX_BOX = 8_000_000  # cells in the rectangle that holds a sheet's cells
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
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), number
