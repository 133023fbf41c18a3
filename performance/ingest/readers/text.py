"""CSV, whatever its encoding and delimiter."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

import polars as pl

from performance.ingest.findings import NOTE, Problem
from performance.ingest.readers.book import (
    DAMAGED,
    EMPTY,
    Book,
    Refused,
    Sheet,
    table_of,
)

MAX_ROWS = 2_000_000
MAX_COLUMNS = 16_384  # as in a worksheet
MAX_CELL_CHARACTERS = 100_000
PEEK = 500_000  # characters in which a table shows what it is
LOOK_AT_LINES = 40  # for the sign between cells


@dataclass(frozen=True)
class Lines:
    """The rows of a text; numbered as a spreadsheet program that opens it numbers them."""

    text: str
    delimiter: str

    def __iter__(self) -> Iterator[list[str]]:
        return self._rows(self.text)

    def first(self, rows: int) -> list[list[str]]:
        """At most so many rows from the top, without a copy of a long text."""
        peek = self.text[:PEEK]
        if len(peek) < len(self.text):
            # The last line may be cut, so only those before it count.
            with suppress(Refused):
                found = list(islice(self._rows(peek[: peek.rfind("\n") + 1]), rows))
                if len(found) == rows:
                    return found
        return list(islice(self, rows))

    def _rows(self, text: str) -> Iterator[list[str]]:
        csv.field_size_limit(MAX_CELL_CHARACTERS)
        reader = csv.reader(
            io.StringIO(text, newline=""), delimiter=self.delimiter, strict=True
        )
        number = 0
        try:
            for number, row in enumerate(reader, start=1):
                if number > MAX_ROWS:
                    raise _too_many_rows()
                if len(row) > MAX_COLUMNS:
                    raise Refused(
                        f"Row {number:,} has more than {MAX_COLUMNS:,} columns.",
                        "Leave out the columns that hold no figures.",
                        row=number,
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

    def frame(self, after: int) -> pl.DataFrame:
        """What going through the rows gives, as Sheet.frame has it, by column.

        Polars reads what both read alike: lines of one width, in which quotes stand
        around whole cells and nowhere else. Any other text goes row by row.
        """
        lines = self.text.encode().replace(b"\r\n", b"\n").rstrip(b"\n")
        if not self._alike(lines):
            return table_of(list(islice(self, after, None)), after)
        table = pl.read_csv(
            lines,
            separator=self.delimiter,
            has_header=False,
            infer_schema=False,
        )
        if table.height > MAX_ROWS:
            raise _too_many_rows()
        names = {name: f"c{at}" for at, name in enumerate(table.columns)}
        texts = table.rename(names).fill_null("")
        return texts.with_row_index("row", offset=1).slice(after)

    def _alike(self, lines: bytes) -> bool:
        if not lines or b"\r" in lines or b"\x01" in lines or b"\n\n" in lines:
            return False
        whole = pl.read_csv(
            lines,
            separator="\x01",
            quote_char=None,
            has_header=False,
            infer_schema=False,
            new_columns=["line"],
        )["line"]
        if b'"' in lines:
            mark = re.escape(self.delimiter)
            whole = whole.str.replace_all(r'"(?:[^"]|"")*"', '"')
            if whole.str.contains(f'[^{mark}]"|"[^{mark}]').any():
                return False
        cells = whole.str.count_matches(self.delimiter, literal=True)
        return (
            cells.null_count() == 0 and cells.n_unique() == 1 and cells[0] < MAX_COLUMNS
        )


def _too_many_rows() -> Refused:
    return Refused(f"The file has more than {MAX_ROWS:,} rows.", "Upload it in parts.")


def read_text(data: bytes) -> Book:
    text, problems = _decoded(data)
    if "\0" in text:
        raise Refused(
            "This is not a workbook, and not text either: it holds NUL characters.",
            "Upload the workbook that the figures are kept in, or a CSV file.",
        )
    if not text.strip():
        raise Refused(*EMPTY)
    return Book([Sheet("", Lines(text, _delimiter(text)))], False, problems)


def _delimiter(text: str) -> str:
    """The sign that parts the cells: in most of the first lines, as often in each.

    Title lines above a table may hold none of it, and another.
    """
    lines = [line for line in islice(text[:PEEK].splitlines(), LOOK_AT_LINES) if line]

    def fits(sign: str) -> tuple[int, int, int]:
        counts = [line.count(sign) for line in lines if sign in line]
        return len(counts), -len(set(counts)), sum(counts)

    return max(",;\t", key=fits)


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
