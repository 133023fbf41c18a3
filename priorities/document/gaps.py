"""What the agreement leaves open."""

from dataclasses import dataclass

from priorities import framework
from priorities.document.records import Records


@dataclass(frozen=True)
class Gap:
    """Something the agreement leaves open: recorded as such, never filled by a guess."""

    where: str
    what: str
    note: str = ""


def gaps_of(records: Records) -> list[Gap]:
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
    if unsettled := [each.title for each in records.issues if not each.serves]:
        what = "The statutory limbs they serve: not recorded"
        found.append(Gap("Key issues", what, ", ".join(unsettled)))
    found += [
        Gap("Programmes", f"{programme.title}: no lead recorded", programme.lead_note)
        for programme in records.programmes
        if programme.lead is None
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
