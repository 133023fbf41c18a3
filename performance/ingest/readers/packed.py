"""A .zip of text files, as data.police.uk hands out: each file is a sheet.

Members are checked before any is opened: how many, how large, how far they unpack.
"""

import io
import zipfile
from collections.abc import Mapping

from performance.ingest.readers.book import Book, Refused, Sheet, kept_only
from performance.ingest.readers.text import read_text
from performance.ingest.readers.workbook import checked_size

TEXTS = (".csv", ".tab", ".tsv", ".txt")


def holds_texts(data: bytes) -> bool:
    """Whether an archive is one of text files, and no workbook or document."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
    return "[Content_Types].xml" not in names and any(map(is_text, names))


def read_packed(data: bytes) -> Book:
    book = Book([], is_workbook=False)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        checked_size(archive)
        for member in archive.infolist():
            if member.is_dir() or not is_text(member.filename):
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
            if not member.is_dir() and not is_text(member.filename)
        ]
    if not book.sheets:
        raise Refused(
            "The files in this .zip are empty.",
            "Choose the file that holds the figures.",
        )
    book.problems += [kept_only(text=name) for name in others]
    return book


def packed(files: Mapping[str, bytes]) -> bytes:
    """Files by their names in one .zip, each as it came; the same for the same files."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as into:
        for name, data in files.items():
            into.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def is_text(name: str) -> bool:
    """Whether a file's name is that of a table in text."""
    return name.lower().endswith(TEXTS) and not name.startswith("__MACOSX/")
