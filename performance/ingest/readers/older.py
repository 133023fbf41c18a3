"""OpenDocument spreadsheets (.ods) and workbooks of older Excel (.xls).

Read by calamine, in the child process whose memory is limited: neither has a pass over
its cells beforehand, so a formula without its result reads as an empty cell.
"""

import io
import struct
import zipfile

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from performance.ingest.findings import NOTE, Problem
from performance.ingest.readers.book import DAMAGED, Book, Refused, Sheet
from performance.ingest.readers.sheet_scan import refused_hostile
from performance.ingest.readers.workbook import cell_text, checked_size

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SECTOR_COUNTS = (0x28, 0x2C, 0x40, 0x48)  # of directory, FAT, mini FAT and DIFAT
LOCKED = (
    "The workbook is locked with a password.",
    "Open it, take the password off (File, Info, Protect Workbook, Encrypt with "
    "Password), save it and upload it again.",
)


def is_opendocument(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "content.xml" in archive.namelist()


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
    if _promises_too_much(data) or _goes_round(data):
        raise Refused(*DAMAGED)
    if not any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        raise Refused(
            "This is a document of an older Office program, and no whole workbook.",
            "Upload the workbook that the figures are kept in, or a CSV file.",
        )
    return _read(data)


def _promises_too_much(data: bytes) -> bool:
    """Whether the head of a compound file counts more sectors than there are bytes, for
    which room would be made before any is read ([MS-CFB], 2.2)."""
    if len(data) < 512:
        return False
    (shift,) = struct.unpack_from("<H", data, 0x1E)
    counts = [struct.unpack_from("<I", data, at)[0] for at in SECTOR_COUNTS]
    return shift not in (9, 12) or max(counts) << shift > len(data)


def _goes_round(data: bytes) -> bool:
    """Whether a chain of sectors comes back to one of its own, which would be followed
    without end: as far as the table of sectors in the head tells (files up to 7 MB)."""
    if len(data) < 512:
        return False
    (shift,) = struct.unpack_from("<H", data, 0x1E)
    after: list[int] = []
    for sector in struct.unpack_from("<109I", data, 0x4C):
        start, end = (sector + 1) << shift, (sector + 2) << shift
        if end <= len(data):
            after += struct.unpack_from(f"<{(end - start) // 4}I", data, start)
    del after[len(data) >> shift :]
    seen_by = [-1] * len(after)
    for first in range(len(after)):
        at = first
        while at < len(after) and seen_by[at] == -1:
            seen_by[at] = first
            at = after[at]
        if at < len(after) and seen_by[at] == first:
            return True
    return False


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
        raise
    if not book.sheets:
        raise Refused(*DAMAGED)
    return book
