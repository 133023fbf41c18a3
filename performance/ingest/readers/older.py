"""OpenDocument spreadsheets (.ods) and workbooks of older Excel (.xls).

Read by calamine, in the child process whose memory is limited: neither has a pass over
its cells beforehand, so a formula without its result reads as an empty cell.
"""

import io
import zipfile

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from performance.ingest.findings import NOTE, Problem
from performance.ingest.readers.book import DAMAGED, Book, Refused, Sheet
from performance.ingest.readers.sheet_scan import refused_hostile
from performance.ingest.readers.workbook import cell_text, checked_size

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED = (
    "The workbook is locked with a password.",
    "Open it, take the password off (File, Info, Protect Workbook, Encrypt with "
    "Password), save it and upload it again.",
)


def is_opendocument(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "content.xml" in archive.namelist()
    except zipfile.BadZipFile:
        return False


def read_opendocument(data: bytes) -> Book:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        checked_size(archive)
        for name in ("content.xml", "styles.xml", "META-INF/manifest.xml"):
            if name not in archive.namelist():
                continue
            with archive.open(name) as file:
                head = file.read(4096)
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                raise refused_hostile()
            if name.endswith("manifest.xml") and b"encryption-data" in archive.read(
                name
            ):
                raise Refused(*LOCKED)
    return _read(data)


def read_older_excel(data: bytes) -> Book:
    """A compound file: an .xls, a locked .xlsx, or another program's document."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise Refused(*LOCKED)
    if not any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        raise Refused(
            "This is a document of an older Office program, and no whole workbook.",
            "Upload the workbook that the figures are kept in, or a CSV file.",
        )
    return _read(data)


def _read(data: bytes) -> Book:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        book = Book([], is_workbook=True)
        for about in workbook.sheets_metadata:
            cells = workbook.get_sheet_by_name(about.name).to_python(
                skip_empty_area=False
            )
            rows = [[cell_text(value) for value in row] for row in cells]
            book.sheets.append(Sheet(about.name, rows))
            if about.visible != SheetVisibleEnum.Visible:
                book.problems.append(
                    Problem(
                        NOTE, "hidden", "A hidden sheet was read too.", sheet=about.name
                    )
                )
    except CalamineError as error:
        if "password" in str(error).lower():
            raise Refused(*LOCKED) from error
        raise Refused(*DAMAGED) from error
    if not book.sheets:
        raise Refused(*DAMAGED)
    return book
