"""The rows of each live table, and the names by which a text asks for them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Prefetch

from partnerships.models import Legislation, Membership, Partner
from priorities import framework
from priorities.document.records import Records
from priorities.document.sub_priorities import SubPriorities, by_standing
from priorities.models import (
    Achievement,
    AssessmentStep,
    Decision,
    LocalProfile,
    Priority,
    Programme,
    StrategicAssessment,
    VersionKeyIssue,
)


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
    return [
        PriorityRow(
            priority,
            tuple(
                IssueRow(
                    issue, records.leads[issue.key_issue_id], aligned(records, issue)
                )
                for issue in records.issues
                if issue.priority_id == priority.pk
            ),
            tuple(
                programme
                for programme in records.programmes
                if programme.priority_id == priority.pk
            ),
        )
        for priority in records.priorities
    ]


def aligned(records: Records, issue: VersionKeyIssue) -> tuple[str, ...]:
    return tuple(
        row.plan_priority.title
        for row in records.alignment
        if row.key_issue_id == issue.key_issue_id
    )


def issue_texts(records: Records, priority: Priority) -> list[IssueRow]:
    return [
        IssueRow(
            issue,
            records.leads[issue.key_issue_id],
            (),
            by_standing(
                each
                for each in records.sub_priorities
                if each.key_issue_id == issue.key_issue_id
            ),
        )
        for issue in records.issues
        if issue.priority_id == priority.pk
    ]


def issue_list(records: Records) -> list[VersionKeyIssue]:
    return records.issues


@dataclass(frozen=True)
class PartnerRow:
    name: str
    partner: Partner
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
        records.agreement.assessments.prefetch_related(
            Prefetch("steps", AssessmentStep.objects.select_related("by")),
            Prefetch("profiles", LocalProfile.objects.select_related("area")),
        )
    )


def achievement_rows(records: Records) -> list[Achievement]:
    return list(records.agreement.achievements.prefetch_related("bodies", "figures"))


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
        lambda records: records.alignment_with_themes,
    ),
    "achievements": LiveTable("Achievements", achievement_rows),
    "priorities": LiveTable("Priorities, key issues and who leads them", priority_rows),
    "key-issue-texts": LiveTable("", issue_texts, numbered=False),
    "programmes": LiveTable("Programmes", lambda records: records.programmes),
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
