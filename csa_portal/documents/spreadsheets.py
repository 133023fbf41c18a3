"""Rows as CSV that a spreadsheet may open without running anything."""

import csv
import io
from collections.abc import Iterable, Sequence
from numbers import Number

from django.http import HttpResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe(cell: object) -> object:
    """Text that a spreadsheet would run as a formula gets an apostrophe before it.

    Numbers stay numbers, also below 0; None is an empty cell. Source: OWASP, CSV
    Injection.
    """
    if cell is None or isinstance(cell, Number):
        return "" if cell is None else cell
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def to_csv(rows: Iterable[Sequence[object]]) -> str:
    """With a byte order mark, by which Excel knows that it is UTF-8."""
    stream = io.StringIO()
    csv.writer(stream).writerows([safe(cell) for cell in row] for row in rows)
    return f"\ufeff{stream.getvalue()}"


def csv_response(filename: str, rows: Iterable[Sequence[object]]) -> HttpResponse:
    response = HttpResponse(to_csv(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
