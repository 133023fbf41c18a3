"""Rows as CSV that a spreadsheet may open without running anything."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse


def safe(cell: object) -> str:
    """The cell's text, quoted where a spreadsheet would take it for a formula.

    Source: OWASP, CSV Injection.
    """
    text = str(cell)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def to_csv(rows: Iterable[Sequence[object]]) -> str:
    """With a byte order mark, by which Excel knows that it is UTF-8."""
    stream = io.StringIO()
    csv.writer(stream).writerows([safe(cell) for cell in row] for row in rows)
    return f"\ufeff{stream.getvalue()}"


def csv_response(filename: str, rows: Iterable[Sequence[object]]) -> HttpResponse:
    response = HttpResponse(to_csv(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
