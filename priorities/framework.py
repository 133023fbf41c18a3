"""The delivery framework: key issues down, groups, strategies and delivery across.

An empty cell is a fact. It is counted as a gap whether or not anyone has recorded why.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from csa_portal.documents.dates import print_partial_date
from partnerships.models import Board
from priorities.models import (
    Agreement,
    FrameworkEntry,
    FrameworkGap,
    Strategy,
    VersionKeyIssue,
)

Column = FrameworkEntry.Column
Status = Strategy.Status
SINGULAR = {
    Column.STRATEGIC_GROUP: "strategic group",
    Column.STRATEGY: "strategy or plan",
    Column.DELIVERY: "delivery body",
}


@dataclass(frozen=True)
class State:
    """Where a strategy stands, in a word with its shape and colour."""

    kind: str  # of components/_tag.html; empty for quiet words without an edge
    icon: str
    word: str
    note: str = ""


@dataclass(frozen=True)
class Line:
    """One entry of a cell, under today's name of its board or strategy."""

    board: Board | None
    strategy: Strategy | None
    states: tuple[State, ...] = ()
    note: str = ""

    @property
    def name(self) -> str:
        return self.board.name if self.board else self.strategy.title


@dataclass(frozen=True)
class Cell:
    """What one column says of one key issue: its lines, or the gap in their place."""

    column: str
    lines: tuple[Line, ...]
    gap: FrameworkGap | None

    @property
    def label(self) -> str:
        return Column(self.column).label

    @property
    def gap_title(self) -> str:
        return f"No {SINGULAR[self.column]} recorded"

    @property
    def gap_text(self) -> str:
        return self.gap.explanation if self.gap else "Nobody has recorded why yet."

    @property
    def gap_facts(self) -> list[tuple[str, str]]:
        if not self.gap:
            return []
        again = self.gap.look_again_by
        return [
            ("Why", self.gap.get_reason_display()),
            ("Owner", self.gap.owner.name if self.gap.owner else "not named"),
            ("Recorded", print_partial_date(self.gap.recorded_on)),
            (
                "Look again by",
                print_partial_date(again.isoformat()) if again else "no date set",
            ),
        ]

    @property
    def empty(self) -> bool:
        return not self.lines


@dataclass(frozen=True)
class Row:
    issue: VersionKeyIssue
    cells: tuple[Cell, ...]  # one a column, in the order of the columns

    @property
    def groups(self) -> Cell:
        """Who leads the key issue."""
        return self.cells[0]

    @property
    def strategies(self) -> Cell:
        return self.cells[1]

    @property
    def delivery(self) -> Cell:
        return self.cells[2]

    @property
    def has_gap(self) -> bool:
        return any(cell.empty for cell in self.cells)


@dataclass(frozen=True)
class Count:
    """A count at the head of the page, and the rows it was counted in."""

    number: int
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Framework:
    agreement: Agreement
    rows: tuple[Row, ...]
    strategies: tuple[Strategy, ...]  # each once, in the order of the rows

    @property
    def cells(self) -> int:
        return sum(len(row.cells) for row in self.rows)

    @property
    def gaps(self) -> Count:
        """Empty cells, not rows: a row may have two."""
        number = sum(cell.empty for row in self.rows for cell in row.cells)
        return Count(number, tuple(row for row in self.rows if row.has_gap))

    @property
    def lapsing(self) -> Count:
        """Strategies whose last year comes before the agreement's."""
        return self.count_of(lambda strategy: strategy.lapses_inside(self.agreement))

    @property
    def unsettled(self) -> Count:
        return self.count_of(
            lambda strategy: strategy.status in (Status.DRAFT, Status.TO_BE_REVISED)
        )

    @property
    def unknown(self) -> Count:
        """Named strategies with neither status nor dates."""
        return self.count_of(has_nothing_recorded)

    def count_of(self, test) -> Count:
        found = {strategy.pk for strategy in self.strategies if test(strategy)}
        rows = [
            row
            for row in self.rows
            if any(
                line.strategy and line.strategy.pk in found
                for cell in row.cells
                for line in cell.lines
            )
        ]
        return Count(len(found), tuple(rows))


def build(
    agreement: Agreement,
    issues: Sequence[VersionKeyIssue],
    entries: Sequence[FrameworkEntry],
    gaps: Sequence[FrameworkGap],
) -> Framework:
    """The framework of one agreement, from records already fetched; runs no query.

    ``entries`` come with their board and strategy, ``gaps`` with their owner.
    """
    cells: dict[tuple[int, str], list[FrameworkEntry]] = {}
    for entry in entries:
        cells.setdefault((entry.key_issue_id, entry.column), []).append(entry)
    recorded = {(gap.key_issue_id, gap.column): gap for gap in gaps}
    rows = []
    for issue in issues:
        mine = {
            column: cells.get((issue.key_issue_id, column), []) for column in Column
        }
        leads = {entry.board_id for entry in mine[Column.STRATEGIC_GROUP]}
        rows.append(
            Row(
                issue,
                tuple(
                    Cell(
                        column,
                        tuple(line(entry, agreement, leads) for entry in mine[column]),
                        recorded.get((issue.key_issue_id, column)),
                    )
                    for column in Column
                ),
            )
        )
    shown = {issue.key_issue_id for issue in issues}
    strategies = {
        entry.strategy_id: entry.strategy
        for entry in entries
        if entry.strategy_id and entry.key_issue_id in shown
    }
    return Framework(agreement, tuple(rows), tuple(strategies.values()))


def line(entry: FrameworkEntry, agreement: Agreement, leads: set[int]) -> Line:
    if entry.strategy:
        note = "Not named in the agreement" if entry.strategy.unnamed else ""
        return Line(None, entry.strategy, states(entry.strategy, agreement), note)
    both = entry.column == Column.DELIVERY and entry.board_id in leads
    note = "The same body leads and delivers" if both else ""
    return Line(entry.board, None, note=note)


def states(strategy: Strategy, agreement: Agreement) -> tuple[State, ...]:
    """What is recorded about a strategy, then what follows from its dates."""
    found = []
    if strategy.status == Status.DRAFT:
        found.append(State("draft", "to-come", "Draft"))
    elif strategy.status == Status.TO_BE_REVISED:
        found.append(State("revise", "revise", "To be revised"))
    elif strategy.status == Status.PLANNED:
        found.append(State("planned", "to-come", "Planned"))
    note = "dates from its title" if strategy.dates_from_title else ""
    if strategy.lapses_inside(agreement):
        found.append(State("ends", "ends", "Ends inside the term", note))
    elif strategy.ends:
        found.append(
            State("done", "in-force", f"In force to {strategy.ends[:4]}", note)
        )
    elif strategy.status == Status.IN_FORCE:
        found.append(State("done", "in-force", "In force"))
    if has_nothing_recorded(strategy):
        found.append(State("", "to-come", "No status or dates recorded"))
    return tuple(found)


def has_nothing_recorded(strategy: Strategy) -> bool:
    return (
        strategy.status == Status.NOT_RECORDED
        and not strategy.starts
        and not strategy.ends
        and not strategy.unnamed
    )
