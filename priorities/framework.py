"""The delivery framework: key issues down, groups, strategies and delivery across.

An empty cell is a fact. It is counted as a gap whether or not anyone has recorded why.
"""

import textwrap
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
    cells: tuple[Cell, ...]

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


# --- The chart of terms -------------------------------------------------------------


@dataclass(frozen=True)
class Bar:
    """A strategy's years on the chart; lengths are in the drawing's own units."""

    title: tuple[tuple[str, float], ...]  # its lines, each with its y
    x: float
    width: float  # the years it covers wholly
    stripe_x: float
    stripe_width: float  # the year it ends in, where no month is recorded; or 0
    y: float
    words: str
    words_x: float
    words_end: bool  # the words end at words_x, instead of beginning there
    words_y: float
    inside: str  # printed on the bar, where it began before the first year drawn
    inside_x: float


@dataclass(frozen=True)
class Chart:
    """A drawing of the terms, in units of CSS pixels."""

    width: float
    height: float
    plot_height: float
    years: tuple[tuple[int, float], ...]  # each year with the middle of its column
    lines: tuple[float, ...]
    term_x: float
    term_width: float
    term: str
    term_label_x: float
    bars: tuple[Bar, ...]
    reading: str
    note: str
    table: dict  # caption, columns and rows, as components/_chart_table.html takes them
    narrow: bool


ROW = 42  # from one bar to the next
NARROW_ROW = 74  # with the title above the bar
LINE = 18
TITLE_CHARACTERS = 46  # of a line of a title
NOTE = (
    "Solid: years the plan covers. Striped: the year it ends in, where no month is "
    "recorded. Plans without recorded dates are not drawn."
)


def term_chart(framework: Framework, *, narrow: bool = False) -> Chart | None:
    """Where strategies with both dates lie beside the agreement's term, soonest end first.

    The years drawn begin a year before the agreement and end a year after it. Nothing
    is guessed: of an end known only to its year, that whole year is striped.
    None where no strategy has both dates.
    """
    dated = sorted(
        (s for s in framework.strategies if s.starts and s.ends),
        key=lambda s: (s.ends, s.title),
    )
    if not dated:
        return None
    agreement = framework.agreement
    first, last = agreement.starts_year - 1, agreement.ends_year + 1
    width, left = (360.0, 0.0) if narrow else (1100.0, 390.0)
    year_width = (width - left) / (last - first + 1)

    def at(year: float) -> float:
        return left + (min(max(year, first), last + 1) - first) * year_width

    top, step = (104, NARROW_ROW) if narrow else (68, ROW)
    bars = []
    for row, strategy in enumerate(dated):
        starts, ends = int(strategy.starts[:4]), int(strategy.ends[:4])
        striped = len(strategy.ends) == 4 and ends <= last
        solid_to = ends if striped else year_part(strategy.ends, end=True)
        begins = year_part(strategy.starts)
        stripe_width = at(ends + 1) - at(ends) if striped else 0
        y = top + row * step
        bars.append(
            Bar(
                title=title_lines(strategy.title, y, narrow=narrow),
                x=at(begins),
                width=at(solid_to) - at(begins),
                stripe_x=at(ends),
                stripe_width=stripe_width,
                y=y,
                words=f"Ends in {ends}" if strategy.lapses_inside(agreement) else "",
                words_x=width if narrow else at(ends + 1) + 10,
                words_end=narrow,
                words_y=y + 14,
                inside=f"since {starts}" if starts < first else "",
                inside_x=at(begins) + 12,
            )
        )
    height = top + len(bars) * step - (step - 34)
    return Chart(
        width,
        height,
        height - 28,
        tuple((year, at(year + 0.5)) for year in range(first, last + 1)),
        tuple(at(year) for year in range(first, last + 2)),
        at(agreement.starts_year),
        at(agreement.ends_year + 1) - at(agreement.starts_year),
        f"The agreement’s term, {agreement.term}",
        at(agreement.starts_year) + 8,
        tuple(bars),
        reading(framework),
        NOTE,
        {
            "caption": "Plans and the years they cover",
            "columns": ["Plan", "From", "Until"],
            "rows": [
                (
                    strategy.title,
                    [
                        print_partial_date(strategy.starts),
                        print_partial_date(strategy.ends),
                    ],
                )
                for strategy in dated
            ],
        },
        narrow,
    )


def reading(framework: Framework) -> str:
    """How many plans run out before the agreement, and how many key issues they serve."""
    plans, issues = framework.lapsing.number, len(framework.lapsing.rows)
    if not plans:
        return "No plan with recorded dates runs out before the agreement does."
    served = "key issue" if issues == 1 else "key issues"
    if plans == 1:
        return (
            f"One plan runs out before the agreement does. It serves {issues} {served}."
        )
    return (
        f"{plans} plans run out before the agreement does. Between them they serve "
        f"{issues} of the {len(framework.rows)} key issues."
    )


def title_lines(
    title: str, bar_y: float, *, narrow: bool
) -> tuple[tuple[str, float], ...]:
    """At most two lines: above the bar when narrow, else beside its middle."""
    lines = textwrap.wrap(title, TITLE_CHARACTERS, max_lines=2, placeholder=" …")
    first = bar_y - 8 - LINE * (len(lines) - 1) if narrow else bar_y + 14
    if not narrow:
        first -= LINE / 2 * (len(lines) - 1)
    return tuple((line, first + LINE * place) for place, line in enumerate(lines))


def year_part(date: str, *, end: bool = False) -> float:
    """A partial date as years and twelfths: 2022-07 begins at 2022.5 and ends at 2022.58.

    A year alone is taken whole.
    """
    year = int(date[:4])
    if len(date) == 4:
        return year + end
    month = int(date[5:7])
    return year + (month if end else month - 1) / 12
