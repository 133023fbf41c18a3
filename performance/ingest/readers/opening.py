"""Which reader a file needs, told by what is in it; what breaks in any is told alike."""

import zipfile
import zlib
from xml.etree.ElementTree import ParseError
from xml.parsers import expat

from defusedxml import DefusedXmlException
from python_calamine import CalamineError

from performance.ingest.readers.book import DAMAGED, EMPTY, Book, Refused
from performance.ingest.readers.older import (
    OLE,
    is_opendocument,
    read_older_excel,
    read_opendocument,
)
from performance.ingest.readers.packed import holds_texts, read_packed
from performance.ingest.readers.sheet_scan import refused_hostile
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


# What the libraries raise over bytes that are no whole file of their kind.
BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    ParseError,
    expat.ExpatError,
    CalamineError,
    KeyError,
    IndexError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    EOFError,
    OSError,
)


def read(data: bytes) -> Book:
    """Open a file by what is in it, whatever its name; raises Refused."""
    try:
        return _read(data)
    except DefusedXmlException as error:
        raise refused_hostile() from error
    except BROKEN as error:
        raise Refused(*DAMAGED) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # as Rust breaks off
            raise
        raise Refused(*DAMAGED) from error


def _read(data: bytes) -> Book:
    if not data.strip():
        raise Refused(*EMPTY)
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
