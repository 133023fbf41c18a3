"""From a section's text to its parts: a line ``[[name]]`` places one of ``TABLES``."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.safestring import mark_safe
from django.utils.text import slugify

from csa_portal.documents import markdown
from priorities.document.records import Records
from priorities.document.shape import WIDE, Document, Part, SectionPage, Table, Text
from priorities.document.tables import TABLES, issue_texts
from priorities.models import Version

PLACE = re.compile(r"^\[\[([a-z-]+)\]\][ \t]*$", re.MULTILINE)


class UnknownTable(Exception):
    """A section's text asks for a table that the portal does not draw."""


def check(version: Version) -> None:
    """Raise UnknownTable for the first table that a text asks for and nobody draws."""
    for section in version.sections.all():
        for name in PLACE.findall(section.body):
            if name not in TABLES:
                raise UnknownTable(f"{section}: there is no table [[{name}]].")


def read(records: Records, only: str | None = None) -> Document:
    """The document of the version whose records these are.

    With ``only``, the slug of a section, the tables of the others stay empty and cost
    nothing. The number of queries depends on the tables asked for, not on their rows.
    An unknown table is printed as it was written.
    """
    version = records.version
    texts = list(version.sections.all())
    reader = Reader(records, reserved=[section.slug for section in texts])
    sections = []
    for section in texts:
        fetch = only in (None, section.slug)
        parts = reader.parts(section.body, fetch=fetch)
        sections.append(
            SectionPage(
                section.number, section.title, section.slug, section.lead, parts
            )
        )
    return Document(version, version.agreement, tuple(sections))


@dataclass
class Draft:
    """A part while it is being read."""

    title: str = ""
    anchor: str = ""
    blocks: list[Text | Table] = field(default_factory=list)


class Reader:
    """Reads texts in their order: table numbers and anchors run through the document."""

    def __init__(self, records: Records, reserved: Iterable[str]):
        self.records = records
        self.tables = 0
        self.anchors = {*reserved}

    def parts(self, body: str, *, fetch: bool) -> tuple[Part, ...]:
        drafts = [Draft()]
        # split() gives text, name, text, name, …, text.
        for place, piece in enumerate(PLACE.split(body)):
            if place % 2 == 0:
                self.add_text(drafts, piece)
            elif piece == "key-issue-texts":
                if fetch:
                    self.add_issue_texts(drafts)
            elif piece in TABLES:
                drafts[-1].blocks.append(self.table(piece, fetch=fetch))
                if piece == WIDE:
                    drafts.append(Draft())  # what follows is on an upright page again
            else:
                drafts[-1].blocks.append(Text(mark_safe(f"<p>[[{piece}]]</p>")))
        return tuple(
            Part(draft.title, draft.anchor, tuple(draft.blocks))
            for draft in drafts
            if draft.title or draft.blocks
        )

    def add_text(self, drafts: list[Draft], text: str) -> None:
        """Add Markdown, beginning a part at each heading of the second level."""
        heading = re.compile(r"^##[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
        for place, piece in enumerate(heading.split(text)):
            if place % 2:
                drafts.append(Draft(piece, self.anchor(piece)))
            elif piece.strip():
                html = mark_safe(markdown.to_html(piece))
                drafts[-1].blocks.append(Text(html))

    def add_issue_texts(self, drafts: list[Draft]) -> None:
        for priority in self.records.priorities:
            if rows := issue_texts(self.records, priority):
                table = Table("key-issue-texts", "", None, rows)
                anchor = self.anchor(priority.slug)
                drafts.append(Draft(priority.title, anchor, [table]))

    def table(self, name: str, *, fetch: bool) -> Table:
        live = TABLES[name]
        self.tables += live.numbered
        return Table(
            name,
            live.caption,
            self.tables if live.numbered else None,
            live.rows(self.records) if fetch else (),
        )

    def anchor(self, title: str) -> str:
        """An id no other heading of the document has."""
        anchor = base = slugify(title)
        number = 2
        while anchor in self.anchors:
            anchor, number = f"{base}-{number}", number + 1
        self.anchors.add(anchor)
        return anchor
