"""The agreement as a document: its sections, with the tables drawn from the records.

The web page, the PDF and the tests read the same ``Document``, so that text and data
cannot disagree.
"""

from priorities.document.gaps import Gap, gaps_of
from priorities.document.key_issue import KeyIssuePage, key_issue_page
from priorities.document.reading import PLACE, UnknownTable, check, read
from priorities.document.records import Records
from priorities.document.shape import Document, Table
from priorities.document.sub_priorities import SubPriorities, by_standing
from priorities.document.tables import TABLES, priority_rows
from priorities.document.versions import (
    current_version,
    version_of,
    version_with_priority,
    versions_of,
)

__all__ = [
    "PLACE",
    "TABLES",
    "Document",
    "Gap",
    "KeyIssuePage",
    "Records",
    "SubPriorities",
    "Table",
    "UnknownTable",
    "by_standing",
    "check",
    "current_version",
    "gaps_of",
    "key_issue_page",
    "priority_rows",
    "read",
    "version_of",
    "version_with_priority",
    "versions_of",
]
