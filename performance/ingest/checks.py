"""The figures of a file, and what is odd about them. Pure: no Django.

``resolve`` finds the figures; ``unusual`` sets them against those held. Neither stops at
the first problem.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence

import polars as pl

from performance import periods
from performance.ingest.findings import ERROR, NOTE, QUERY, Problem
from performance.ingest.known import (
    FIGURES,
    Figure,
    Figures,
    Known,
    Measure,
    Resolved,
)
from performance.ingest.readings import Contents, Footprint
from performance.ingest.resolving import resolve_readings
from performance.ingest.resolving_counts import resolve_counts
from performance.statistics import process_control

MIN_HELD = 8  # figures before one is called unusual
TIMES_THE_USUAL = 3
MIN_AREAS_THE_SAME = 5
MAX_NAMED = 3
BY_HAND = {"workbook", "generic"}  # kinds that hold what partners count themselves


def resolve(
    contents: Contents, known: Known, footprint: Footprint | None = None
) -> Resolved:
    """The figures of a file, and every problem with them.

    ``footprint`` is that of an official source, whose contents are counts.
    """
    if footprint:
        resolved = resolve_counts(contents.counts, known, footprint)
    else:
        resolved = resolve_readings(contents.readings, known)
    figures, problems = resolved
    problems.extend(_other_source(figures, known))
    problems.extend(_unfinished(figures, known.today))
    if not any(problem.level == ERROR for problem in problems):
        problems.extend(_left_out(figures, known))
        problems.extend(_small(figures))
    return resolved


def _other_source(figures: Figures, known: Known) -> Iterator[Problem]:
    counts = figures.frame.group_by("measure").len().rows()
    theirs: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for pk, cells in counts:
        measure = figures.measures[pk]
        if measure.source_kind != known.source_kind and not (
            {measure.source_kind, known.source_kind} <= BY_HAND
        ):
            theirs[measure.source_name].append((measure.title, cells))
    for source, held in sorted(theirs.items()):
        titles = sorted(title for title, _ in held)
        verb = "comes" if len(titles) == 1 else "come"
        yield Problem(
            NOTE,
            "other-source",
            f"{_listed(titles)} usually {verb} from another kind of file: {source}.",
            cells=sum(cells for _, cells in held),
        )


def _left_out(figures: Figures, known: Known) -> Iterator[Problem]:
    """Areas without a figure where others of their group have one for the period; those
    left out together are told together."""
    together: dict[frozenset[int], list[tuple[Measure, periods.Period]]]
    together = defaultdict(list)
    given = figures.frame.group_by("measure", "kind", "start", maintain_order=True).agg(
        "area"
    )
    for pk, kind, start, areas in given.rows():
        measure = figures.measures[pk]
        here = measure.areas.intersection(areas)
        if here and (left_out := measure.areas - here - {measure.unplaced}):
            together[left_out].append((measure, periods.of(kind, start)))
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
            about=measure.slug,
        )


def _small(figures: Figures) -> Iterator[Problem]:
    """Counts so small that only some may see them."""
    for pk, measure in figures.measures.items():
        if not measure.threshold:
            continue
        small = figures.where(
            (pl.col("measure") == pk)
            & (pl.col("value") > 0)
            & (pl.col("value") < measure.threshold)
        )
        if len(small):
            yield Problem(
                NOTE,
                "small-counts",
                f"A count of {measure.title} is below {measure.threshold}. It is hidden "
                "from everyone but analysts and its provider.",
                wrong_many=f"{{cells}} counts of {measure.title} are below "
                f"{measure.threshold}. They are hidden from everyone but analysts and "
                "their provider.",
                cells=len(small),
                about=measure.slug,
            )


def _listed(names: Sequence[str]) -> str:
    """At most three by name, and how many more."""
    shown, rest = names[:MAX_NAMED], len(names) - MAX_NAMED
    if rest > 0:
        return f"{', '.join(shown)} and {rest} more"
    *others, last = shown
    return f"{', '.join(others)} and {last}" if others else last


def _unfinished(figures: Figures, today: datetime.date) -> Iterator[Problem]:
    people = [m.pk for m in figures.measures.values() if m.kind == "population"]
    for figure in figures.where(
        (pl.col("end") >= today) & ~pl.col("measure").is_in(people)
    ):
        yield Problem(
            QUERY,
            "not-over",
            f"{figure.period.label} is not over yet.",
            "Are these figures complete, and should they count as final?",
            sheet=figure.sheet,
            row=figure.row,
            column=figure.column,
            about=figure.measure.slug,
        )


def unusual(figures: Figures, held: pl.DataFrame, known: Known) -> Iterator[Problem]:
    """Queries about counts unlike those held.

    ``held`` has the current values of the same indicators: measure, area, start, value.
    """
    counted = [m.pk for m in figures.measures.values() if m.kind == "count"]
    of_counts = pl.col("measure").is_in(counted) & pl.col("value").is_not_null()
    given = figures.where(of_counts)
    others = (
        given.frame.lazy()
        .with_row_index("order")
        .join(held.lazy(), on=["measure", "area"], suffix="_held")
        .filter(pl.col("start") != pl.col("start_held"))
        .group_by("order", "value")
        .agg(
            low=pl.col("value_held").min(),
            high=pl.col("value_held").max(),
            held=pl.len(),
        )
        .filter(pl.col("held") >= MIN_HELD)
        .collect()
    )
    value, low, high = pl.col("value"), pl.col("low"), pl.col("high")
    above = (value > TIMES_THE_USUAL * high) & (value >= 10)
    never = (value == 0) & (low >= 5)
    below = (value * TIMES_THE_USUAL < low) & (low >= 30)
    strange = others.filter(above | never | below).sort("order")
    rows = Figures(given.frame[strange["order"]], figures.measures)
    for figure, (_, number, lowest, highest, many) in zip(
        rows, strange.rows(), strict=True
    ):
        if number > TIMES_THE_USUAL * highest:
            wrong = f"{number:,.0f} is far above the usual."
        elif not number:
            wrong = "Zero, for the first time."
        else:
            wrong = f"{number:,.0f} is far below the usual."
        kind = figure.measure.native_period.replace("_", " ")
        yield _query(
            figure,
            wrong,
            f"{figure.measure.title} in {known.area_names[figure.area]} has been between "
            f"{lowest:,.0f} and {highest:,.0f} in each of the {many} {kind}s held.",
        )
    yield from _outside_limits(given, strange, held, known)
    yield from _same_as_before(given, held)


def _query(figure: Figure, wrong: str, mend: str, rule: str = "unusual") -> Problem:
    return Problem(
        QUERY,
        rule,
        wrong,
        mend,
        f"{figure.value:,.0f}",
        figure.sheet,
        figure.row,
        figure.column,
        about=figure.measure.slug,
    )


def _outside_limits(
    given: Figures, told: pl.DataFrame, held: pl.DataFrame, known: Known
) -> Iterator[Problem]:
    """Counts that are new and outside the limits of what was held before them.

    A rule on trial: told as a note. Only where the history has points enough for limits.
    """
    rest = (
        given.frame.with_row_index("order")
        .join(told, on="order", how="anti")
        .join(held, on=["measure", "area", "start", "value"], how="anti")
    )
    before = (
        rest.join(held, on=["measure", "area"], suffix="_held")
        .filter(pl.col("start_held") < pl.col("start"))
        .sort("order", "start_held")
        .group_by("order", maintain_order=True)
        .agg("value_held")
        .filter(pl.col("value_held").list.len() >= process_control.MIN_POINTS)
    )
    rows = Figures(
        rest.join(before, on="order", how="semi").drop("order"), given.measures
    )
    for figure, values in zip(rows, before["value_held"], strict=True):
        found = process_control.limits([float(value) for value in values])
        if not found.known or found.lower <= figure.value <= found.upper:
            continue
        low, high = max(0.0, found.lower), found.upper
        yield _query(
            figure,
            f"{figure.value:,.0f} is outside the usual range.",
            f"{figure.measure.title} in {known.area_names[figure.area]} has usually been "
            f"between {low:,.0f} and {high:,.0f}.",
            rule="outside-limits",
        )._replace(level=NOTE)


def _same_as_before(given: Figures, held: pl.DataFrame) -> Iterator[Problem]:
    """Every area has its earlier figure again: perhaps a copied column."""
    columns = given.frame.group_by("measure", "kind", "start", maintain_order=True).agg(
        pl.len(), pl.col("value").max()
    )
    spans = [
        (measure, kind, start, periods.of(kind, start).previous.start)
        for measure, kind, start, cells, highest in columns.rows()
        if cells >= MIN_AREAS_THE_SAME and highest > 0
    ]
    schema = {"measure": pl.Int64, "kind": pl.String, "start": pl.Date, "was": pl.Date}
    before = pl.DataFrame(spans, schema=schema, orient="row")
    same = (
        given.frame.with_row_index("order")
        .join(before, on=["measure", "kind", "start"])
        .join(
            held,
            left_on=["measure", "area", "was"],
            right_on=["measure", "area", "start"],
            how="left",
            suffix="_held",
        )
        .filter(
            (pl.col("value") == pl.col("value_held"))
            .fill_null(False)
            .all()
            .over("measure", "kind", "start")
        )
        .with_columns(cells=pl.len().over("measure", "kind", "start"))
        .sort("order")
    )
    figures = Figures(same.select(*FIGURES), given.measures)
    for figure, many in zip(figures, same["cells"], strict=True):
        yield Problem(
            QUERY,
            "same-as-before",
            f"All {many} figures are the same as for {figure.period.previous.label}.",
            f"{figure.measure.title}, {figure.period.label}: was the earlier column "
            "copied?",
            sheet=figure.sheet,
            row=figure.row,
            column=figure.column,
            about=figure.measure.slug,
        )
