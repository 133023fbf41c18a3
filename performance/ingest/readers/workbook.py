"""Excel workbooks (.xlsx): checked as an archive, scanned, and only then opened."""

import datetime
import io
import posixpath
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import polars as pl
from defusedxml.ElementTree import fromstring
from python_calamine import CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from performance.ingest.findings import NOTE, Problem
from performance.ingest.readers.book import Book, Refused, Sheet, table_of
from performance.ingest.readers.sheet_scan import (
    MAIN,
    Extent,
    extent_of,
    refused_hostile,
)

MAX_MEMBERS = 2_000  # files inside a workbook
MAX_OPENED_BYTES = 400 * 1024 * 1024
MAX_RATIO = 200  # opened size over packed size, once it is worth asking
ROWS_TOGETHER = 50_000  # made into texts at once
WORTH_ASKING_BYTES = 5 * 1024 * 1024
STRICT = b"http://purl.oclc.org/ooxml/"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def read_workbook(data: bytes) -> Book:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = _checked_members(archive)
        extents = {
            name: extent_of(archive, path, name)
            for name, path in _sheets(archive, names).items()
        }
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    book = Book([], is_workbook=True)
    for about in workbook.sheets_metadata:
        if about.name not in extents:  # a sheet that is one chart
            continue
        extent = extents[about.name]
        cells = Cells(workbook.get_sheet_by_name(about.name), extent.told)
        book.sheets.append(Sheet(about.name, cells))
        book.problems += _oddities(about, extent)
    if "xl/vbaProject.bin" in names:
        book.problems.append(
            Problem(NOTE, "macros", "The workbook's macros were not run.")
        )
    return book


def _checked_members(archive: zipfile.ZipFile) -> set[str]:
    """The names inside; refuses what is no .xlsx, or would be too large once opened."""
    members = archive.infolist()
    names = {member.filename for member in members}
    checked_size(archive)
    if "xl/workbook.xml" not in names:
        raise _refused_package(names)
    for member in members:
        if member.filename.endswith((".xml", ".rels")):
            with archive.open(member) as file:
                head = file.read(4096)
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head or b"\0" in head:
                raise refused_hostile()
            if STRICT in head and member.filename == "xl/workbook.xml":
                raise Refused(
                    "This workbook is saved in the strict form of its format.",
                    "Save it again as an Excel workbook (.xlsx), not as “Strict Open XML”, "
                    "and upload that.",
                )
    return names


def checked_size(archive: zipfile.ZipFile) -> None:
    """Refuses an archive that would be too large once opened, is locked, or holds two
    files of one name, of which two programs might read another."""
    members = archive.infolist()
    if len({member.filename for member in members}) < len(members):
        raise refused_hostile()
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


def _refused_package(names: set[str]) -> Refused:
    if "xl/workbook.bin" in names:
        return Refused(
            "This kind of workbook (.xlsb) is not read.",
            "Open it, save it as an Excel workbook (.xlsx), and upload that.",
        )
    if "word/document.xml" in names or "ppt/presentation.xml" in names:
        return Refused(
            "This is a text document or a presentation, not a workbook or a CSV file.",
            "Upload the workbook that the figures are kept in, or a CSV file.",
        )
    return Refused(
        "This is a packed file (.zip) without a workbook or a CSV file in it.",
        "Upload the workbook or the CSV files that hold the figures.",
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


@dataclass(frozen=True)
class Cells:
    """The rows of a sheet as texts, made as they are gone through: a large sheet's cells
    are held once, by calamine. ``told`` are texts of cells that calamine reads as blank."""

    sheet: CalamineSheet
    told: dict[tuple[int, int], str]

    def __iter__(self) -> Iterator[list[str]]:
        told: dict[int, dict[int, str]] = {}
        for (row, column), text in self.told.items():
            told.setdefault(row, {})[column] = text
        number = 0
        for number, values in enumerate(self._values(), start=1):
            row = [cell_text(value) for value in values]
            yield _told(row, told[number]) if number in told else row
        for beyond in range(number + 1, max(told, default=0) + 1):
            yield _told([], told.get(beyond, {}))

    def frame(self, after: int) -> pl.DataFrame:
        """The rows under one, as Sheet.frame has them."""
        if self.told:
            return table_of(list(islice(self, after, None)), after)
        rows, frames = islice(self._values(), after, None), []
        while together := list(islice(rows, ROWS_TOGETHER)):
            columns = {
                f"c{at}": _texts(values)
                for at, values in enumerate(zip(*together, strict=True))
            }
            frames.append(
                pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
            )
        table = pl.concat(frames) if frames else pl.DataFrame()
        numbers = pl.int_range(after + 1, after + 1 + table.height, dtype=pl.UInt32)
        return table.with_columns(row=numbers)

    def _values(self) -> Iterator[list]:
        """Each row from column A, as calamine has its values."""
        if self.sheet.start is None:
            return iter(())
        before = [""] * self.sheet.start[1]
        return (before + row for row in self.sheet.iter_rows())


def _texts(values: Sequence) -> Sequence[str]:
    if all(type(value) is str for value in values):
        return values
    return [cell_text(value) for value in values]


def _told(row: list[str], texts: dict[int, str]) -> list[str]:
    """A row with the texts of some of its cells."""
    row += [""] * (max(texts, default=0) - len(row))
    for column, text in texts.items():
        row[column - 1] = text
    return row


def cell_text(value: object) -> str:
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
