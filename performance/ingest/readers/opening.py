"""Which reader a file needs, told by what is in it."""

from performance.ingest.readers.book import Book, Refused
from performance.ingest.readers.older import (
    OLE,
    is_opendocument,
    read_older_excel,
    read_opendocument,
)
from performance.ingest.readers.packed import holds_texts, read_packed
from performance.ingest.readers.text import read_text
from performance.ingest.readers.workbook import read_workbook

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


def read(data: bytes) -> Book:
    """Open a file by what is in it, whatever its name; raises Refused."""
    if not data.strip():
        raise Refused("The file is empty.", "Choose the file that holds the figures.")
    if data.startswith(OLE):
        return read_older_excel(data)
    start = data[:100].lstrip().lower()
    for magic, what in OTHER_FILES:
        if start.startswith(magic.lower()):
            raise Refused(
                f"This is {what}, not a workbook or a CSV file.",
                "Upload the workbook that the figures are kept in, or a CSV file.",
            )
    if data.startswith(b"PK"):
        if holds_texts(data):
            return read_packed(data)
        return read_opendocument(data) if is_opendocument(data) else read_workbook(data)
    return read_text(data)
