"""Bytes into sheets of text, whatever program wrote them. Pure, and run in a child process.

Every cell becomes its text. What a spreadsheet program shows as an error stays "#REF!",
and a formula that was saved without its result stays "=SUM(A1:A9)", so that neither is
taken for an empty cell.
"""

from performance.ingest.readers.book import Book, Refused, Sheet
from performance.ingest.readers.opening import read

__all__ = ["Book", "Refused", "Sheet", "read"]
