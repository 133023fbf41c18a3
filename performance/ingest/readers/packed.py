"""A .zip of text files, as data.police.uk hands out: each file is a sheet.

Members are checked before any is opened: how many, how large, how far they unpack.
"""

import io
import zipfile

from performance.ingest.findings import NOTE, Problem
from performance.ingest.readers.book import Book, Refused, Sheet
from performance.ingest.readers.text import read_text
from performance.ingest.readers.workbook import checked_size

TEXTS = (".csv", ".tab", ".tsv", ".txt")


def holds_texts(data: bytes) -> bool:
    """Whether an archive is one of text files, and no workbook or document."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
    return "[Content_Types].xml" not in names and any(map(_is_text, names))


def read_packed(data: bytes) -> Book:
    book = Book([], is_workbook=False)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        checked_size(archive)
        for member in archive.infolist():
            if member.is_dir() or not _is_text(member.filename):
                continue
            content = archive.read(member)
            if not content.strip():
                continue
            text = read_text(content)
            book.sheets.append(Sheet(member.filename, text.sheets[0].rows))
            book.problems += [
                each._replace(sheet=member.filename) for each in text.problems
            ]
        others = [
            member.filename
            for member in archive.infolist()
            if not member.is_dir() and not _is_text(member.filename)
        ]
    if not book.sheets:
        raise Refused(
            "The files in this .zip are empty.",
            "Choose the file that holds the figures.",
        )
    book.problems += [
        Problem(
            NOTE, "other-file", "Kept with the file, not read as figures.", text=name
        )
        for name in others
    ]
    return book


def _is_text(name: str) -> bool:
    return name.lower().endswith(TEXTS) and not name.startswith("__MACOSX/")
