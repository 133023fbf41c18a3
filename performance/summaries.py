"""What pages read, worked out from the current observations when an event touches them.

Reading takes the same few queries however many figures there are; writing takes as few
statements as the database lets rows go in together.
"""

import datetime
from collections.abc import Collection, Iterator, Mapping

import polars as pl
from django.db import models, transaction
from django.db.models import Min, Q

from performance import bulk, periods, small_counts, stacked
from performance.models import (
    Indicator,
    Period,
    Position,
    Summary,
)
from performance.series import Series, read
from performance.stacked import (
    figures_of,
    judged,
    positions_of,
    quarters_of,
    rows_of,
    stacks,
    wholes_of,
)

SUMMARISED = [Period.Kind.MONTH, Period.Kind.QUARTER]
KEY = ["indicator", "area", "period", "masked"]


def refresh(touched: set[tuple[int, int, int]]) -> None:
    """Work out again every summary and position that the touched figures feed.

    ``touched`` holds (indicator, area, period) keys of native periods whose current
    observation changed, came or went. Everything from the first touched quarter onward
    is done again, since later quarters look back on it; a population does this to every
    indicator that uses it.
    """
    if not touched:
        return
    first = Period.objects.filter(pk__in={period for _, _, period in touched})
    refresh_since(
        {indicator for indicator, _, _ in touched},
        first.aggregate(day=Min("start"))["day"],
    )


@transaction.atomic
def refresh_since(touched: set[int], first: datetime.date) -> None:
    """Work out again what the touched indicators feed, from the quarter of a day on."""
    indicators = _affected(touched)
    since = periods.Quarter.containing(first).start
    told = small_counts.for_readers(read(indicators))
    _write(indicators, since, *worked_out(told, since))


def worked_out(
    every_series: list[Series], since: datetime.date
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The summaries from a quarter's first day on, and their positions; none is saved.

    Rows under the models' names, as the database stores them; a position has the
    indicator, area and period of its summary. What is masked in a series is in neither.
    """
    return _with_stored_periods(*stacked.worked_out(every_series, since))


def as_known(
    indicators: list[Indicator],
    quarter: periods.Quarter,
    as_at: int,
    true: Collection[int],
) -> tuple[list[Summary], list[Summary]]:
    """What pages read of a quarter, from what was known after a numbered event: the
    summaries of wholes and areas, and the native periods of the wholes up to its end.

    Nothing is saved or read from what is. Each has its period, and the first also
    ``place`` and ``benchmark`` in its indicator's own group. ``true`` are the primary
    keys of the indicators whose hidden figures may be told. Four queries, one more for
    indicators with a rule for small counts.
    """
    by_pk = {each.pk: each for each in indicators if each.native_period in SUMMARISED}
    of_quarter, of_wholes = [], []
    known = read(list(by_pk.values()), as_at=as_at)
    for stack in stacks(small_counts.for_reader(known, true)):
        wholes = wholes_of(stack).between(datetime.date.min, quarter.end)
        figures, _ = figures_of(stack, wholes)
        of_wholes += _unsaved(rows_of(stack, wholes, figures), by_pk)
        cells = quarters_of(stack).between(quarter.start, quarter.end)
        cells = cells.where(stack.members | stack.is_whole[:, None])
        figures, rates = figures_of(stack, cells)
        rows = rows_of(stack, cells, figures | judged(stack, cells))
        places = {
            (place["indicator"], place["area"]): place
            for place in positions_of(stack, cells, rates).iter_rows(named=True)
        }
        for row in _unsaved(rows, by_pk):
            place = places.get((row.indicator_id, row.area_id), {})
            row.place, row.benchmark = place.get("verdict"), place.get("benchmark")
            of_quarter.append(row)
    return of_quarter, of_wholes


def _unsaved(
    rows: pl.DataFrame, indicators: Mapping[int, Indicator]
) -> Iterator[Summary]:
    """Summaries that are not stored, each with its indicator and period."""
    names = {"indicator": "indicator_id", "area": "area_id"}
    decimals = {
        field.name: pl.Decimal(20, field.decimal_places)
        for field in Summary._meta.concrete_fields
        if isinstance(field, models.DecimalField) and field.name in rows.columns
    }
    for row in rows.cast(decimals).rename(names).iter_rows(named=True):
        span = row.pop("kind"), row.pop("start")
        end = periods.of(*span).end
        yield Summary(
            **row,
            indicator=indicators[row.pop("indicator_id")],
            period=Period(kind=span[0], start=span[1], end=end),
        )


def _affected(touched: set[int]) -> list[Indicator]:
    """The touched indicators, those they are the population of, and those whose share
    without a place they are counted in."""
    alike = Indicator.objects.filter(
        pk__in=touched, native_period=Period.Kind.MONTH
    ).values("group")
    return list(
        Indicator.objects.filter(
            Q(pk__in=touched)
            | Q(denominator__in=touched)
            | Q(native_period=Period.Kind.MONTH, group__in=alike),
            native_period__in=SUMMARISED,
        )
        .exclude(kind=Indicator.Kind.POPULATION)
        .select_related("unit_cost", "group")
    )


def _with_stored_periods(*tables: pl.DataFrame) -> tuple[pl.DataFrame, ...]:
    """Tables with ``period`` in place of kind and start, stored where it is not yet."""
    spans = pl.concat(table.select("kind", "start") for table in tables).unique()
    stored = Period.objects.stored({periods.of(*span) for span in spans.rows()})
    keys = pl.DataFrame(
        [(span.kind, span.start, pk) for span, pk in stored.items()],
        schema={"kind": pl.String, "start": pl.Date, "period": pl.Int64},
        orient="row",
    )
    return tuple(
        table.join(keys, on=["kind", "start"]).drop("kind", "start") for table in tables
    )


def _write(
    indicators: list[Indicator],
    since: datetime.date,
    summaries: pl.DataFrame,
    positions: pl.DataFrame,
) -> None:
    """Store what was worked out from a day on, and take away what no longer is: rows that
    stand as they should are left alone."""
    of_these = Summary.objects.filter(
        indicator__in=indicators, period__start__gte=since
    )
    held = _keys(of_these, "pk", *KEY)
    rows = summaries.join(held, on=KEY, how="left")
    new = rows.filter(pl.col("pk").is_null())
    keys = pl.Series("pk", bulk.next_keys(Summary, new.height), dtype=pl.Int64)
    rows = pl.concat([rows.filter(pl.col("pk").is_not_null()), new.with_columns(keys)])
    rows = rows.rename({"pk": "id"})
    places = positions.join(rows.select(*KEY, summary="id"), on=KEY).drop(KEY)
    places = places.sort("summary")
    if not held.height:
        bulk.insert(Summary, rows)
        bulk.insert(Position, places)
        return
    of_them = Position.objects.filter(summary__in=of_these.values("pk"))
    placed = _keys(of_them, "pk", "summary", "group")
    if places.height:
        placed = placed.join(places, on=["summary", "group"], how="anti")
    bulk.delete(Position, placed["pk"])
    bulk.delete(Summary, held.join(rows, on=KEY, how="anti")["pk"])
    bulk.put(Summary, rows, key=["id"])
    bulk.put(Position, places, key=["summary", "group"])


def _keys(rows: models.QuerySet, *names: str) -> pl.DataFrame:
    schema = dict.fromkeys(names, pl.Int64) | (
        {"masked": pl.Boolean} if "masked" in names else {}
    )
    return pl.DataFrame(list(rows.values_list(*names)), schema=schema, orient="row")
