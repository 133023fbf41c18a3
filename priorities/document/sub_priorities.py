"""Sub-priorities as they are printed: together where they stand alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from csa_portal.documents.dates import print_partial_date
from partnerships.models import Board
from priorities.models import SubPriority


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
