"""The figures of a file, and what is odd about them. Pure: no Django.

``resolve`` finds the figures; ``unusual`` sets them against those held. Neither stops at
the first problem.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

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
    Total,
)
from performance.ingest.readings import Contents, Footprint
from performance.ingest.resolving import parts_of, resolve_readings
from performance.ingest.resolving_counts import resolve_counts
from performance.statistics import process_control

MIN_HELD = 8  # figures before one is called unusual
TIMES_THE_USUAL = 3
MIN_AREAS_THE_SAME = 5
TIMES_THE_LARGEST_MOVE = 1.5
SMALLEST_JUMP = 10
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
        yield _query(
            figure,
            wrong,
            f"{figure.measure.title} in {known.area_names[figure.area]} has been between "
            f"{lowest:,.0f} and {highest:,.0f} in each of the {many} {_kind(figure)}s held.",
        )
    outside = list(_outside_limits(given, strange, held, known))
    yield from outside
    told = {(each.sheet, each.row, each.column) for each in (*rows, *outside)}
    yield from _jumps(given, told, held, known)
    yield from _same_as_before(given, held)
    yield from _missing_periods(given, held)


def added_up(figures: Figures, held: pl.DataFrame, known: Known) -> Iterator[Problem]:
    """What the totals in a file say beside the sum of their parts, which are given in it
    or held: areas of a whole, months or quarters of a year. None of them is kept."""
    if not figures.totals:
        return
    columns = ["measure", "area", "start", "value"]
    values = {
        tuple(key): value
        for *key, value in (
            *held.select(columns).iter_rows(),
            *figures.frame.select(columns).iter_rows(),
        )
    }
    right = []
    for total in figures.totals:
        measure, parts = total.measure, parts_of(total)
        counts = [values.get((measure.pk, *part)) for part in parts]
        place, what = (
            known.area_names[total.area],
            f"{measure.title}, {total.period.label}",
        )
        if None in counts:
            area, start = parts[counts.index(None)]
            period = periods.of(measure.native_period, start)
            yield _of_total(
                total,
                NOTE,
                "total-not-checked",
                "A total is not kept, and this one could not be checked.",
                f"{what}: there is no figure for {known.area_names[area]}, "
                f"{period.label}.",
            )
            continue
        placed, unplaced = sum(counts), Decimal(0)
        if total.area == measure.whole and measure.unplaced:
            starts = dict.fromkeys(start for _, start in parts)
            lost = (values.get((measure.pk, measure.unplaced, day)) for day in starts)
            unplaced = sum(filter(None, lost), Decimal(0))
        if total.value in (placed, placed + unplaced):
            right.append(total)
            continue
        yield _of_total(
            total,
            QUERY,
            "parts-and-total",
            f"{place} has {total.value:,.0f} in all, and its parts add up to "
            f"{placed + unplaced:,.0f}.",
            f"{what}: is one of the {len(parts)} parts missing or wrong? The total itself "
            "is not kept.",
        )
    if right:
        yield _of_total(
            right[0],
            NOTE,
            "total-checked",
            "A total is what its parts add up to. It is not kept: pages add it up again.",
            wrong_many="{cells} totals are what their parts add up to. They are not kept: "
            "pages add them up again.",
            cells=len(right),
        )


def _of_total(
    total: Total, level: str, rule: str, wrong: str, mend: str = "", **more
) -> Problem:
    at = {"sheet": total.sheet, "row": total.row, "column": total.column}
    text = f"{total.value:,.0f}"
    about = total.measure.slug
    return Problem(level, rule, wrong, mend, text, **at, about=about, **more)


def resealed(figures: Figures, sealed: pl.DataFrame) -> Iterator[Problem]:
    """Figures with a value where the one held is sealed.

    ``sealed`` has the keys of those: measure, area, start.
    """
    again = figures.frame.filter(pl.col("value").is_not_null()).join(
        sealed, on=["measure", "area", "start"], how="semi"
    )
    for figure in Figures(again, figures.measures):
        yield _query(
            figure,
            "The figure held here is sealed.",
            "An officer and an administrator took its value away; its history says why. "
            "May people read this one?",
            rule="sealed-figure",
        )


def older(figures: Figures, held: pl.DataFrame) -> Iterator[Problem]:
    """Indicators of which a publication ends before the figures held do and changes some
    of them: it seems to be older than the one they came from."""
    key = ["measure", "area", "start"]
    ends = held.group_by("measure").agg(last_held=pl.col("start").max())
    changed = (
        figures.frame.join(held, on=key, suffix="_held")
        .filter(pl.col("value") != pl.col("value_held"))
        .group_by("measure")
        .len("changed")
    )
    seen = (
        figures.frame.group_by("measure", "kind")
        .agg(last=pl.col("start").max())
        .join(ends, on="measure")
        .join(changed, on="measure")
        .filter(pl.col("last") < pl.col("last_held"))
        .sort("measure")
    )
    for pk, kind, last, last_held, many in seen.rows():
        measure = figures.measures[pk]
        given, newest = periods.of(kind, last), periods.of(kind, last_held)
        yield Problem(
            QUERY,
            "older-publication",
            f"The file ends with {given.label}, and figures up to {newest.label} are held: "
            "it seems to be an older publication.",
            f"{measure.title}: {many:,} figure{'s' if many > 1 else ''} held would be "
            "replaced by what this one says. Is that meant?",
            cells=many,
            about=measure.slug,
        )


def _missing_periods(given: Figures, held: pl.DataFrame) -> Iterator[Problem]:
    """Periods that nothing is held or given for, between those that are; those that are
    missing together are told together."""
    together: dict[tuple[periods.Period, ...], list[Measure]] = defaultdict(list)
    spans = given.frame.group_by("measure", "kind", maintain_order=True).agg(
        pl.col("start").unique()
    )
    for pk, kind, starts in spans.rows():
        there = {*starts, *held.filter(pl.col("measure") == pk)["start"]}
        first = max((day for day in there if day < min(starts)), default=min(starts))
        span, missing = periods.of(kind, first), []
        while span.start < max(starts):
            if span.start not in there:
                missing.append(span)
            span = span.next
        if missing:
            together[tuple(missing)].append(given.measures[pk])
    for missing, measures in together.items():
        names = _listed([period.label for period in missing])
        more = f" and {len(measures) - 1:,} more" if measures[1:] else ""
        yield Problem(
            NOTE,
            "missing-period",
            f"No figure for {names}, between those that are given or held.",
            f"{measures[0].title}{more}. Charts leave a gap there, and sums over it are "
            "incomplete.",
            cells=len(missing) * len(measures),
            about=measures[0].slug,
        )


def _jumps(
    given: Figures, told: set[tuple[str, int, int]], held: pl.DataFrame, known: Known
) -> Iterator[Problem]:
    """Counts further from the one before them than any two in a row were before.

    A rule on trial: told as a note, and not of cells that something was told of already.
    """
    series, key = ["measure", "area"], ["measure", "area", "start"]
    columns = [*key, "value", pl.col("value").cast(pl.Float64).alias("count")]
    new = given.frame.select(*columns, order=pl.int_range(pl.len(), dtype=pl.Int64))
    old = held.join(new, on=key, how="anti").select(
        *columns, order=pl.lit(None, dtype=pl.Int64)
    )
    move = pl.col("move")
    far = (
        pl.concat([new, old])
        .sort(key)
        .with_columns(before=pl.col("count").shift(1).over(series))
        .with_columns(move=(pl.col("count") - pl.col("before")).abs())
        .with_columns(
            largest=move.cum_max().shift(1).over(series),
            moves=move.is_not_null().cum_sum().shift(1).over(series),
        )
        .join(held, on=[*key, "value"], how="anti")
        .filter(
            pl.col("order").is_not_null()
            & (pl.col("moves") >= MIN_HELD)
            & (move > TIMES_THE_LARGEST_MOVE * pl.col("largest"))
            & (move >= SMALLEST_JUMP)
        )
        .sort("order")
    )
    rows = Figures(given.frame[far["order"]], given.measures)
    for figure, before, largest in zip(
        rows, far["before"], far["largest"], strict=True
    ):
        if (figure.sheet, figure.row, figure.column) in told:
            continue
        yield _query(
            figure,
            f"{figure.value:,.0f} is a jump from {before:,.0f} before it.",
            f"{figure.measure.title} in {known.area_names[figure.area]} has never moved by "
            f"more than {largest:,.0f} from one {_kind(figure)} to the next.",
            rule="jump",
        )._replace(level=NOTE)


def _kind(figure: Figure) -> str:
    return figure.measure.native_period.replace("_", " ")


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
