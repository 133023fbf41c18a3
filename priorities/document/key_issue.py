"""The page of one key issue."""

from dataclasses import dataclass

from priorities import framework
from priorities.document.records import with_limbs
from priorities.document.sub_priorities import SubPriorities, by_standing
from priorities.document.versions import newness
from priorities.models import (
    Agreement,
    AlignmentRow,
    ExternalLink,
    KeyIssueFact,
    Theme,
    VersionKeyIssue,
)


@dataclass(frozen=True)
class KeyIssuePage:
    issue: VersionKeyIssue
    agreement: Agreement
    row: framework.Row
    sub_priorities: tuple[SubPriorities, ...]
    facts: tuple[KeyIssueFact, ...]
    links: tuple[ExternalLink, ...]
    alignment: tuple[AlignmentRow, ...]
    themes: tuple[Theme, ...]


def key_issue_page(slug: str) -> KeyIssuePage | None:
    """A key issue as the newest version that has it tells it; None for no such issue.

    Nine queries. Its figures belong to a higher app, which adds them to the page.
    """
    found = VersionKeyIssue.objects.filter(key_issue__slug=slug)
    issues = with_limbs(found.select_related("version__agreement"))
    if not issues:
        return None
    issue = max(issues, key=lambda each: newness(each.version))
    agreement, key_issue = issue.version.agreement, issue.key_issue
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
