"""The agreement as a document: its sections, with the tables drawn from the records.

The web page, the PDF and the tests read the same ``Document``, so that text and data
cannot disagree. A line ``[[name]]`` in a section's text places one of ``TABLES``.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from django.http import Http404
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from csa_portal.documents import markdown
from csa_portal.documents.dates import print_partial_date, today
from partnerships.models import Board, Legislation, Membership
from priorities import framework
from priorities.models import (
    Agreement,
    AlignmentRow,
    Commitment,
    Decision,
    ExternalLink,
    KeyIssue,
    Priority,
    Programme,
    StrategicAssessment,
    SubPriority,
    Version,
    VersionKeyIssue,
)

WIDE = "framework"
PLACE = re.compile(r"^\[\[([a-z-]+)\]\][ \t]*$", re.MULTILINE)


class UnknownTable(Exception):
    """A section's text asks for a table that the portal does not draw."""


# --- What a document is -------------------------------------------------------------


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


# --- Which version ------------------------------------------------------------------


def versions_of(edition: str) -> list[Version]:
    """An edition's versions, the newest first: 1.10 is newer than 1.9."""
    versions = Version.objects.filter(agreement__edition=edition)
    return sorted(
        versions.select_related("agreement__owner", "agreement__predecessor"),
        key=lambda version: [int(part) for part in version.number.split(".")],
        reverse=True,
    )


def version_of(edition: str, number: str = "") -> Version:
    """The numbered version of an edition, or its newest; Version.DoesNotExist if none."""
    for version in versions_of(edition):
        if number in ("", version.number):
            return version
    raise Version.DoesNotExist(f"There is no version {number} of {edition}.")


def current_agreement() -> Agreement | None:
    """The agreement whose term holds today, else the latest that is written out here."""
    written = Agreement.objects.with_text()
    return written.in_term(today()).first() or written.first()


# --- The records, each fetched once and only when asked for -------------------------


class Records:
    """What the live tables of one version are drawn from.

    The version comes with its agreement and the agreement's owner.
    """

    def __init__(self, version: Version):
        self.version = version
        self.agreement = version.agreement

    @cached_property
    def priorities(self) -> list[Priority]:
        return list(self.agreement.priorities.all())

    @cached_property
    def issues(self) -> list[VersionKeyIssue]:
        """In the order of the version, each with its priority and its settled limbs."""
        issues = list(
            self.version.key_issues.select_related("key_issue").prefetch_related(
                "limbs__legislation"
            )
        )
        priorities = {priority.pk: priority for priority in self.priorities}
        for issue in issues:
            issue.priority = priorities[issue.priority_id]
        return issues

    @cached_property
    def framework(self) -> framework.Framework:
        return framework_of(self.version, self.issues)

    @cached_property
    def alignment(self) -> list[AlignmentRow]:
        return list(self.agreement.alignment.for_table())

    @cached_property
    def sub_priorities(self) -> list[SubPriority]:
        return list(
            SubPriority.objects.filter(
                key_issue__in_versions__version=self.version
            ).select_related("settled_by")
        )

    @cached_property
    def programmes(self) -> list[Programme]:
        return list(
            Programme.objects.filter(priority__agreement=self.agreement).select_related(
                "lead"
            )
        )

    @cached_property
    def commitments(self) -> list[Commitment]:
        return list(self.agreement.commitments.select_related("owner", "receives"))

    @cached_property
    def links(self) -> list[ExternalLink]:
        return list(self.agreement.links.all())

    @cached_property
    def legislation(self) -> list[Legislation]:
        return list(Legislation.objects.all())

    @cached_property
    def memberships(self) -> list[Membership]:
        return list(
            self.agreement.owner.memberships.on(today()).select_related("partner")
        )


def framework_of(
    version: Version, issues: Iterable[VersionKeyIssue]
) -> framework.Framework:
    """Two queries."""
    agreement = version.agreement
    return framework.build(
        agreement,
        list(issues),
        list(agreement.framework.select_related("board", "strategy")),
        list(agreement.gaps.select_related("owner")),
    )


# --- The rows of each table ---------------------------------------------------------


@dataclass(frozen=True)
class SubPriorities:
    """Those of one key issue that stand alike: proposed or agreed, when and by whom."""

    word: str  # "Proposed, May 2022"
    agreed: bool
    settled_by: Board | None
    titles: tuple[str, ...]


def by_standing(sub_priorities: Iterable[SubPriority]) -> tuple[SubPriorities, ...]:
    def standing(each: SubPriority):
        return each.status, each.status_as_of, each.settled_by_id

    groups = []
    for _, members in groupby(sub_priorities, standing):
        first, *others = members
        groups.append(
            SubPriorities(
                f"{first.get_status_display()}, {print_partial_date(first.status_as_of)}",
                first.status == SubPriority.Status.AGREED,
                first.settled_by,
                tuple(each.title for each in (first, *others)),
            )
        )
    return tuple(groups)


@dataclass(frozen=True)
class IssueRow:
    issue: VersionKeyIssue
    groups: framework.Cell
    plan_priorities: tuple[str, ...]
    sub_priorities: tuple[SubPriorities, ...] = ()


@dataclass(frozen=True)
class PriorityRow:
    priority: Priority
    issues: tuple[IssueRow, ...]
    programmes: tuple[Programme, ...]


def priority_rows(records: Records) -> list[PriorityRow]:
    """Each priority with its key issues, who leads them and what they align with."""
    rows = []
    for priority in records.priorities:
        rows.append(
            PriorityRow(
                priority,
                tuple(
                    IssueRow(row.issue, row.cells[0], aligned(records, row.issue))
                    for row in records.framework.rows
                    if row.issue.priority_id == priority.pk
                ),
                tuple(
                    programme
                    for programme in records.programmes
                    if programme.priority_id == priority.pk and programme.in_approach
                ),
            )
        )
    return rows


def aligned(records: Records, issue: VersionKeyIssue) -> tuple[str, ...]:
    return tuple(
        row.plan_priority.title
        for row in records.alignment
        if row.key_issue_id == issue.key_issue_id
    )


def issue_texts(records: Records, priority: Priority) -> list[IssueRow]:
    return [
        IssueRow(
            row.issue,
            row.cells[0],
            (),
            by_standing(
                each
                for each in records.sub_priorities
                if each.key_issue_id == row.issue.key_issue_id
            ),
        )
        for row in records.framework.rows
        if row.issue.priority_id == priority.pk
    ]


def issue_list(records: Records) -> list[VersionKeyIssue]:
    return records.issues


@dataclass(frozen=True)
class PartnerRow:
    name: str
    partner: object
    on_board: str  # empty where it has no place on the board that owns the agreement


def partner_rows(records: Records) -> list[PartnerRow]:
    roles = {
        membership.partner_id: membership.get_role_display()
        for membership in records.memberships
    }
    return [
        PartnerRow(
            listed.name_as_published, listed.partner, roles.get(listed.partner_id, "")
        )
        for listed in records.agreement.listed_partners.select_related("partner")
    ]


def member_rows(records: Records) -> list[tuple[str, list[Membership]]]:
    """The board's places by role: its chair, its members, those who attend."""
    return [
        (role.label, found)
        for role in Membership.Role
        if (found := [m for m in records.memberships if m.role == role])
    ]


STATUTES = (
    Legislation.Kind.ACT,
    Legislation.Kind.BILL,
    Legislation.Kind.REGULATIONS,
)


def legislation_rows(records: Records) -> list[Legislation]:
    return [each for each in records.legislation if each.kind in STATUTES]


def policy_rows(records: Records) -> list[Legislation]:
    return [each for each in records.legislation if each.kind not in STATUTES]


def decision_rows(records: Records) -> list[Decision]:
    return list(
        Decision.objects.filter(board=records.agreement.owner).prefetch_related(
            "with_bodies"
        )
    )


def assessment_rows(records: Records) -> list[StrategicAssessment]:
    return list(
        records.agreement.assessments.prefetch_related("steps__by", "profiles__area")
    )


def achievement_rows(records: Records) -> list:
    return list(records.agreement.achievements.prefetch_related("bodies", "figures"))


def programme_rows(records: Records) -> list:
    return [programme for programme in records.programmes if programme.in_approach]


@dataclass(frozen=True)
class LiveTable:
    caption: str
    rows: Callable[[Records], object]
    numbered: bool = True


TABLES: dict[str, LiveTable] = {
    "key-issues": LiveTable("Key issues and their priorities", issue_list),
    "partners": LiveTable("Partners", partner_rows),
    "members": LiveTable("The Board: who belongs and who attends", member_rows),
    "legislation": LiveTable("Legislation, and where it stands", legislation_rows),
    "policy": LiveTable("National strategies and guidance", policy_rows),
    "decisions": LiveTable("Decisions of the Board", decision_rows),
    "assessment": LiveTable("How the assessment was made", assessment_rows),
    "alignment": LiveTable(
        "Key issues, the Police and Crime Plan and the district profiles",
        lambda records: records.alignment,
    ),
    "achievements": LiveTable("Achievements", achievement_rows),
    "priorities": LiveTable("Priorities, key issues and who leads them", priority_rows),
    "key-issue-texts": LiveTable("", issue_texts, numbered=False),
    "programmes": LiveTable("Programmes", programme_rows),
    "themes": LiveTable(
        "", lambda records: list(records.agreement.themes.all()), numbered=False
    ),
    "framework": LiveTable(
        "Who leads, by which strategy, and who carries it out",
        lambda records: records.framework,
    ),
    "topics-outside": LiveTable(
        "Not in the framework, and why",
        lambda records: list(records.agreement.topics_outside.select_related("board")),
    ),
    "commitments": LiveTable(
        "What is promised, and how often", lambda records: records.commitments
    ),
    "figures": LiveTable(
        "Figures quoted in this agreement",
        lambda records: list(records.agreement.figures.all()),
    ),
    "links": LiveTable("Links", lambda records: records.links),
}


# --- Reading ------------------------------------------------------------------------


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


# --- What is missing ----------------------------------------------------------------


@dataclass(frozen=True)
class Gap:
    """Something the agreement leaves open: recorded as such, never filled by a guess."""

    where: str
    what: str
    note: str = ""


def gaps(records: Records) -> list[Gap]:
    """Every gap in the records of a version, those of the framework first."""
    found = [
        Gap(
            f"Delivery framework, {row.issue.title}",
            cell.gap_title,
            "; ".join(f"{term.lower()}: {value}" for term, value in cell.gap_facts),
        )
        for row in records.framework.rows
        for cell in row.cells
        if cell.empty
    ]
    found += [
        Gap("Delivery framework", f"{strategy.title}: no status or dates recorded")
        for strategy in records.framework.strategies
        if framework.has_nothing_recorded(strategy)
    ]
    found += [
        Gap("Delivery framework", f"{strategy.title}: the agreement does not name them")
        for strategy in records.framework.strategies
        if strategy.unnamed
    ]
    found += [
        Gap("Alignment", f"{row.plan_priority}: no county key issue")
        for row in records.alignment
        if row.key_issue is None
    ]
    with_issues = {issue.priority_id for issue in records.issues}
    found += [
        Gap("Priorities", f"{priority}: no key issue of its own")
        for priority in records.priorities
        if priority.pk not in with_issues
    ]
    if unsettled := [each.title for each in records.issues if not each.limbs.all()]:
        what = "The statutory limbs they serve: not recorded"
        found.append(Gap("Key issues", what, ", ".join(unsettled)))
    found += [
        Gap("Programmes", f"{programme.title}: no lead recorded", programme.lead_note)
        for programme in records.programmes
        if programme.in_approach and programme.lead is None
    ]
    found += [
        Gap(
            "Commitments",
            f"{commitment.what}: no interval recorded",
            f"the agreement says “{commitment.as_published}”",
        )
        for commitment in records.commitments
        if not commitment.interval
    ]
    return found


# --- One key issue, one priority ----------------------------------------------------


@dataclass(frozen=True)
class KeyIssuePage:
    issue: VersionKeyIssue
    agreement: Agreement
    row: framework.Row
    sub_priorities: tuple[SubPriorities, ...]
    facts: tuple
    links: tuple
    alignment: tuple[AlignmentRow, ...]
    themes: tuple

    @property
    def groups(self) -> framework.Cell:
        return self.row.cells[0]

    @property
    def strategies(self) -> framework.Cell:
        return self.row.cells[1]

    @property
    def delivery(self) -> framework.Cell:
        return self.row.cells[2]


def key_issue_page(slug: str) -> KeyIssuePage | None:
    """A key issue as the newest version that has it tells it; None for no such issue.

    Nine queries. Its figures belong to a higher app, which adds them to the page.
    """
    found = VersionKeyIssue.objects.filter(key_issue__slug=slug)
    issues = list(
        found.select_related("key_issue", "priority", "version__agreement")
        .prefetch_related("limbs__legislation")
        .order_by("version__agreement__starts_year")
    )
    if not issues:
        return None
    issue = max(issues, key=newness)
    agreement = issue.version.agreement
    key_issue: KeyIssue = issue.key_issue
    mine = {"key_issue": key_issue}
    built = framework.build(
        agreement,
        [issue],
        list(agreement.framework.filter(**mine).select_related("board", "strategy")),
        list(agreement.gaps.filter(**mine).select_related("owner")),
    )
    return KeyIssuePage(
        issue,
        agreement,
        built.rows[0],
        by_standing(key_issue.sub_priorities.select_related("settled_by")),
        tuple(key_issue.facts.all()),
        tuple(agreement.links.filter(**mine)),
        tuple(agreement.alignment.filter(**mine).for_table()),
        tuple(agreement.themes.all()),
    )


def newness(issue: VersionKeyIssue) -> tuple[int, list[int]]:
    number = issue.version.number
    return issue.version.agreement.starts_year, [int(n) for n in number.split(".")]
