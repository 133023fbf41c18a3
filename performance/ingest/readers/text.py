"""CSV, whatever its encoding and delimiter."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from performance.ingest.findings import NOTE, Problem
from performance.ingest.readers.book import DAMAGED, Book, Refused, Sheet

MAX_ROWS = 2_000_000
MAX_CELL_CHARACTERS = 100_000


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


def read_text(data: bytes) -> Book:
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
