"""The figures of a file, and what is odd about them. Pure: no Django.

``resolve`` finds the figures; ``unusual`` sets them against those held. Neither stops at
the first problem.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from performance import periods
from performance.ingest.findings import ERROR, NOTE, QUERY, Problem
from performance.ingest.known import Figure, Known, Measure, Resolved
from performance.ingest.readings import Contents
from performance.ingest.resolving import resolve_readings
from performance.ingest.street_checks import resolve_street

MIN_HELD = 8  # figures before one is called unusual
TIMES_THE_USUAL = 3
MIN_AREAS_THE_SAME = 5
MAX_NAMED = 3
History = Mapping[tuple[int, int], Mapping[datetime.date, Decimal]]


def resolve(contents: Contents, known: Known) -> Resolved:
    """The figures of a file, and every problem with them."""
    if contents.street:
        resolved = resolve_street(contents.street, known)
    else:
        resolved = resolve_readings(contents.readings, known)
    resolved.problems.extend(_other_source(resolved.figures, known))
    resolved.problems.extend(_unfinished(resolved.figures, known.today))
    if not any(problem.level == ERROR for problem in resolved.problems):
        resolved.problems.extend(_left_out(resolved.figures, known))
    return resolved


def _other_source(figures: Iterable[Figure], known: Known) -> Iterator[Problem]:
    others = [each for each in figures if each.measure.source_kind != known.source_kind]
    for source in sorted({figure.measure.source_name for figure in others}):
        theirs = [each for each in others if each.measure.source_name == source]
        titles = sorted({figure.measure.title for figure in theirs})
        verb = "comes" if len(titles) == 1 else "come"
        yield Problem(
            NOTE,
            "other-source",
            f"{_listed(titles)} usually {verb} from another kind of file: {source}.",
            cells=len(theirs),
        )


def _left_out(figures: Iterable[Figure], known: Known) -> Iterator[Problem]:
    """Areas without a figure where others of their group have one for the period; those
    left out together are told together."""
    given: dict[tuple[Measure, periods.Period], set[int]] = defaultdict(set)
    for figure in figures:
        if figure.area in figure.measure.areas:
            given[figure.measure, figure.period].add(figure.area)
    together: dict[frozenset[int], list[tuple[Measure, periods.Period]]]
    together = defaultdict(list)
    for (measure, period), areas in given.items():
        if left_out := measure.areas - areas - {measure.unplaced}:
            together[left_out].append((measure, period))
    for left_out, columns in together.items():
        names = sorted(known.area_names[area] for area in left_out)
        measure, period = columns[0]
        more = f" and {len(columns) - 1:,} more" if columns[1:] else ""
        yield Problem(
            NOTE,
            "coverage",
            f"No figure for {_listed(names)}, though others of {measure.covers} have one.",
            f"{measure.title}, {period.label}{more}. A figure held there stays.",
            cells=len(left_out) * len(columns),
        )


def _listed(names: Sequence[str]) -> str:
    """At most three by name, and how many more."""
    shown, rest = names[:MAX_NAMED], len(names) - MAX_NAMED
    if rest > 0:
        return f"{', '.join(shown)} and {rest} more"
    *others, last = shown
    return f"{', '.join(others)} and {last}" if others else last


def _unfinished(figures: Iterable[Figure], today: datetime.date) -> Iterator[Problem]:
    for figure in figures:
        if figure.period.end >= today and figure.measure.kind != "population":
            yield Problem(
                QUERY,
                "not-over",
                f"{figure.period.label} is not over yet.",
                "Are these figures complete, and should they count as final?",
                sheet=figure.sheet,
                row=figure.row,
                column=figure.column,
            )


def unusual(
    figures: Sequence[Figure], history: History, known: Known
) -> Iterator[Problem]:
    """Queries about figures unlike those held.

    ``history`` has the current values by indicator and area, then by the first day of
    their period.
    """
    for figure in figures:
        if figure.value is None or figure.measure.kind != "count":
            continue
        held = history.get((figure.measure.pk, figure.area), {})
        values = [value for day, value in held.items() if day != figure.period.start]
        if len(values) < MIN_HELD:
            continue
        low, high, value = min(values), max(values), figure.value
        if value > TIMES_THE_USUAL * high and value >= 10:
            wrong = f"{value:,.0f} is far above the usual."
        elif not value and low >= 5:
            wrong = "Zero, for the first time."
        elif value * TIMES_THE_USUAL < low and low >= 30:
            wrong = f"{value:,.0f} is far below the usual."
        else:
            continue
        kind = figure.measure.native_period.replace("_", " ")
        yield Problem(
            QUERY,
            "unusual",
            wrong,
            f"{figure.measure.title} in {known.area_names[figure.area]} has been between "
            f"{low:,.0f} and {high:,.0f} in each of the {len(values)} {kind}s held.",
            f"{value:,.0f}",
            figure.sheet,
            figure.row,
            figure.column,
        )
    yield from _same_as_before(figures, history)


def _same_as_before(figures: Sequence[Figure], history: History) -> Iterator[Problem]:
    """Every area has its earlier figure again: perhaps a copied column."""
    columns: dict[tuple[Measure, periods.Period], list[Figure]] = defaultdict(list)
    for figure in figures:
        if figure.value is not None and figure.measure.kind == "count":
            columns[figure.measure, figure.period].append(figure)
    for (measure, period), column in columns.items():
        before = period.previous
        same = all(
            history.get((measure.pk, figure.area), {}).get(before.start) == figure.value
            for figure in column
        )
        if (
            not same
            or len(column) < MIN_AREAS_THE_SAME
            or not any(f.value for f in column)
        ):
            continue
        for figure in column:
            yield Problem(
                QUERY,
                "same-as-before",
                f"All {len(column)} figures are the same as for {before.label}.",
                f"{measure.title}, {period.label}: was the earlier column copied?",
                sheet=figure.sheet,
                row=figure.row,
                column=figure.column,
            )
