"""The front page: what this is, what matters most, and whether it is working."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Prefetch
from django.urls import reverse

from partnerships.access import may
from partnerships.models import Board, User
from performance import dashboard
from performance.models import PublishedQuarter, Upload
from priorities.document import current_version
from priorities.models import (
    Agreement,
    FrameworkEntry,
    Priority,
    Version,
    VersionKeyIssue,
)

CHANGES_SHOWN = 4


@dataclass(frozen=True)
class IssueLine:
    title: str
    url: str
    leads: tuple[str, ...]


@dataclass(frozen=True)
class PriorityColumn:
    title: str
    url: str
    issues: tuple[IssueLine, ...]
    programmes: tuple


@dataclass(frozen=True)
class Task:
    title: str
    url: str
    why: str


@dataclass(frozen=True)
class Home:
    version: Version | None
    owner: Board | None
    answers_to: tuple[Board, ...]
    priorities: tuple[PriorityColumn, ...]
    cards: tuple
    published: tuple[PublishedQuarter, ...]
    tasks: tuple[Task, ...]

    @property
    def issue_count(self) -> int:
        return sum(len(priority.issues) for priority in self.priorities)


def home(user: User) -> Home:
    """Everything the front page prints; a fixed number of queries."""
    version = current_version()
    agreement = version.agreement if version else None
    return Home(
        version=version,
        owner=agreement.owner if agreement else None,
        answers_to=answers_to(agreement.owner) if agreement else (),
        priorities=priority_columns(version) if version else (),
        cards=tuple(dashboard.home_figures(user)),
        published=tuple(
            PublishedQuarter.objects.select_related("period").order_by(
                "-period__start"
            )[:CHANGES_SHOWN]
        ),
        tasks=tuple(tasks_for(user)),
    )


def answers_to(owner: Board) -> tuple[Board, ...]:
    relations = owner.relations_up.filter(kind="accountable_to").select_related("upper")
    return tuple(relation.upper for relation in relations)


def priority_columns(version: Version) -> tuple[PriorityColumn, ...]:
    """The priorities in order, each with its key issues and who leads them."""
    issues = (
        VersionKeyIssue.objects.filter(version=version)
        .select_related("key_issue")
        .order_by("priority__order", "order")
    )
    by_priority = {
        priority: list(group)
        for priority, group in groupby(issues, key=lambda issue: issue.priority_id)
    }
    leads = lead_names(version.agreement)
    priorities = Priority.objects.filter(agreement=version.agreement).prefetch_related(
        Prefetch("programmes", to_attr="listed")
    )
    return tuple(
        PriorityColumn(
            title=priority.title,
            url=priority.get_absolute_url(),
            issues=tuple(
                IssueLine(
                    issue.title,
                    issue.key_issue.get_absolute_url(),
                    tuple(leads.get(issue.key_issue_id, ())),
                )
                for issue in by_priority.get(priority.pk, ())
            ),
            programmes=tuple(p for p in priority.listed if p.in_approach),
        )
        for priority in priorities
    )


def lead_names(agreement: Agreement) -> dict[int, list[str]]:
    """The strategic groups of each key issue, which lead it jointly."""
    names: dict[int, list[str]] = {}
    entries = FrameworkEntry.objects.filter(
        agreement=agreement, column=FrameworkEntry.Column.STRATEGIC_GROUP
    ).select_related("board")
    for entry in entries:
        names.setdefault(entry.key_issue_id, []).append(entry.board.name)
    return names


def tasks_for(user: User) -> Iterable[Task]:
    """What this person may want to do next, by their roles."""
    if may(user, "upload figures"):
        waiting = (
            Upload.objects.visible_to(user).filter(state=Upload.State.CHECKED).count()
        )
        if waiting:
            yield Task(
                f"{waiting} upload{'s' if waiting > 1 else ''} checked and not saved",
                reverse("performance:upload_list"),
                "Their figures do not count until they are saved.",
            )
        yield Task(
            "Upload a quarter's figures",
            reverse("performance:upload_new"),
            "From the portal's workbook or the police's street-level files.",
        )
    if may(user, "edit the agreement"):
        yield Task(
            "Keep the records",
            reverse("admin:index"),
            "Partners, boards, the framework and its gaps.",
        )
    if may(user, "manage users"):
        yield Task(
            "Users and roles", reverse("admin:index"), "Who may do what, and for whom."
        )
    if may(user, "read the audit"):
        yield Task("Audit", reverse("audit"), "Who did what, and what changed.")
    if may(user, "read all dashboards"):
        yield Task(
            "This quarter at a glance",
            reverse("performance:latest"),
            "What changed, where, and who leads on it.",
        )
