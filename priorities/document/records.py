"""The records behind one version, each fetched once and only when asked for."""

from functools import cached_property

from django.db.models import F, QuerySet, prefetch_related_objects

from csa_portal.documents.dates import today
from partnerships.models import Legislation, Membership
from priorities.framework import Cell, Framework, build
from priorities.models import (
    AlignmentRow,
    Commitment,
    ExternalLink,
    FrameworkEntry,
    Priority,
    Programme,
    SubPriority,
    Version,
    VersionKeyIssue,
)


class Records:
    """What the live tables of one version are drawn from; one query a property.

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
        """In the order of the version, each with its priority and what it ``serves``."""
        return with_limbs(self.version.key_issues.all())

    @cached_property
    def entries(self) -> list[FrameworkEntry]:
        return list(self.agreement.framework.select_related("board", "strategy"))

    @cached_property
    def framework(self) -> Framework:
        """One query for its gaps, besides the key issues and the entries."""
        gaps = list(self.agreement.gaps.select_related("owner"))
        return build(self.agreement, self.issues, self.entries, gaps)

    @cached_property
    def leads(self) -> dict[int, Cell]:
        """Who leads each key issue, by its number; why nobody does is not fetched."""
        built = build(self.agreement, self.issues, self.entries, gaps=())
        return {row.issue.key_issue_id: row.groups for row in built.rows}

    @cached_property
    def alignment(self) -> list[AlignmentRow]:
        return list(
            self.agreement.alignment.select_related("key_issue", "plan_priority")
        )

    @cached_property
    def alignment_with_themes(self) -> list[AlignmentRow]:
        prefetch_related_objects(self.alignment, "district_themes")
        return self.alignment

    @cached_property
    def sub_priorities(self) -> list[SubPriority]:
        return list(
            SubPriority.objects.filter(
                key_issue__in_versions__version=self.version
            ).select_related("settled_by")
        )

    @cached_property
    def programmes(self) -> list[Programme]:
        """Those of the agreement's approach; its summary may name others."""
        listed = Programme.objects.filter(
            priority__agreement=self.agreement, in_approach=True
        )
        return list(listed.select_related("lead"))

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


def with_limbs(issues: QuerySet[VersionKeyIssue]) -> list[VersionKeyIssue]:
    """Each once, with its priority and the statutory limbs it ``serves``, as words.

    One query: a key issue comes in a row for each limb, or in one row without any.
    """
    rows = (
        issues.select_related("key_issue", "priority")
        .annotate(act=F("limbs__legislation__title"), limb=F("limbs__reference"))
        .order_by("order", "pk", "act", "limb")
    )
    found: dict[int, VersionKeyIssue] = {}
    for row in rows:
        issue = found.setdefault(row.pk, row)
        if issue is row:
            issue.serves = []
        if row.limb:
            issue.serves.append(f"{row.act}, {row.limb}")
    return list(found.values())
