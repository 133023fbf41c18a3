"""What a document is: sections, their parts, and the text and tables in them."""

from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse
from django.utils.safestring import SafeString

from priorities.models import Agreement, Version

WIDE = "framework"  # the table that needs a landscape page


@dataclass(frozen=True)
class Text:
    html: SafeString

    template = "priorities/tables/_text.html"


@dataclass(frozen=True)
class Table:
    """A live table; ``number`` is None for what is not a table (a list, the texts)."""

    name: str
    caption: str
    number: int | None
    rows: object  # as its template in priorities/tables/ wants them

    @property
    def template(self) -> str:
        return f"priorities/tables/_{self.name.replace('-', '_')}.html"

    @property
    def title(self) -> str:
        if self.number is None:
            return self.caption
        return f"Table {self.number}. {self.caption}"


@dataclass(frozen=True)
class Part:
    """What stands under one heading of a section; the first part may have none."""

    title: str
    anchor: str
    blocks: tuple[Text | Table, ...]

    @property
    def wide(self) -> bool:
        """Whether it needs a landscape page."""
        return any(getattr(block, "name", "") == WIDE for block in self.blocks)


@dataclass(frozen=True)
class SectionPage:
    number: int
    title: str
    slug: str
    lead: str
    parts: tuple[Part, ...]

    def __str__(self):
        return f"{self.number}. {self.title}"

    @property
    def headings(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.title)

    def address(self, edition: str) -> str:
        return reverse("priorities:section", args=[edition, self.slug])


@dataclass(frozen=True)
class Document:
    version: Version
    agreement: Agreement
    sections: tuple[SectionPage, ...]

    def place(self, slug: str) -> int:
        """Where a section stands; 404 for one that is not there."""
        for place, section in enumerate(self.sections):
            if section.slug == slug:
                return place
        raise Http404(f"No section is called {slug}.")

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(
            block
            for section in self.sections
            for part in section.parts
            for block in part.blocks
            if isinstance(block, Table)
        )
