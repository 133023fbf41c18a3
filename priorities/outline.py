"""An agreement in outline: its priorities, their key issues, and who leads on each."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q

from priorities.document.versions import newness
from priorities.models import FrameworkEntry, Priority, VersionKeyIssue

Column = FrameworkEntry.Column


@dataclass(frozen=True)
class Issue:
    """A key issue as the agreement has it, with its strategic groups and deliverers."""

    key_issue: int
    title: str
    url: str
    boards: tuple[str, ...]
    deliverers: tuple[str, ...]


@dataclass(frozen=True)
class Heading:
    """A priority, its key issues in order, and how many programmes it holds."""

    priority: int
    title: str
    url: str
    issues: tuple[Issue, ...]
    programmes: int


def outline(day: datetime.date) -> tuple[Heading, ...]:
    """The priorities of the agreement in force that day, else of the last before it.

    Of several versions the highest number counts. Three queries.
    """
    issues = list(
        VersionKeyIssue.objects.filter(version__agreement__starts_year__lte=day.year)
        .select_related("version__agreement", "key_issue")
        .order_by("order")
    )
    if not issues:
        return ()
    version = max((issue.version for issue in issues), key=newness)
    boards: dict[tuple[int, str], list[str]] = {}
    for entry in (
        FrameworkEntry.objects.filter(agreement=version.agreement)
        .exclude(board=None)
        .select_related("board")
        .order_by("order")
    ):
        key = (entry.key_issue_id, entry.column)
        boards.setdefault(key, []).append(entry.board.name)
    priorities = (
        Priority.objects.filter(agreement=version.agreement)
        .annotate(
            programme_count=Count("programmes", filter=Q(programmes__in_approach=True))
        )
        .order_by("order")
    )
    return tuple(
        Heading(
            priority=priority.pk,
            title=priority.title,
            url=priority.get_absolute_url(),
            programmes=priority.programme_count,
            issues=tuple(
                Issue(
                    key_issue=issue.key_issue_id,
                    title=issue.title,
                    url=issue.key_issue.get_absolute_url(),
                    boards=tuple(
                        boards.get((issue.key_issue_id, Column.STRATEGIC_GROUP), ())
                    ),
                    deliverers=tuple(
                        boards.get((issue.key_issue_id, Column.DELIVERY), ())
                    ),
                )
                for issue in issues
                if issue.version_id == version.pk and issue.priority_id == priority.pk
            ),
        )
        for priority in priorities
    )
