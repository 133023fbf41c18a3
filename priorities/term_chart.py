"""The chart of terms: where plans with dates lie beside the agreement's own years."""

import textwrap
from dataclasses import dataclass

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.text import capfirst

from csa_portal.documents.dates import print_partial_date
from priorities.framework import Framework


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


def draw(framework: Framework, *, narrow: bool = False) -> Chart | None:
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
    if plans == 1:
        served = "key issue" if issues == 1 else "key issues"
        return (
            "One plan runs out before the agreement does. "
            f"It serves {apnumber(issues)} {served}."
        )
    return (
        f"{capfirst(apnumber(plans))} plans run out before the agreement does. "
        f"Between them they serve {apnumber(issues)} of the "
        f"{apnumber(len(framework.rows))} key issues."
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
