"""What an upload would change, before anything is saved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

import polars as pl

from partnerships.models import Area
from performance import periods
from performance.ingest.checking import contents_of, examine
from performance.ingest.known import FIGURES, KEY, Figures, Measure
from performance.ingest.numbers import printed
from performance.models import Current, Event, Observation, PublishedQuarter, Upload

State = Observation.State


class Said(NamedTuple):
    """What is held, or would be, for one indicator, area and period."""

    state: str
    status: str
    value: Decimal | None
    denominator: Decimal | None

    def __str__(self) -> str:
        if self.value is None:
            return State(self.state).label
        text = printed(self.value)
        if self.denominator is not None:
            text += f" of {printed(self.denominator)}"
        return text if self.status == "final" else f"{text} ({self.status})"


class Change(NamedTuple):
    measure: Measure
    area: str
    period: periods.Period
    now: Said | None
    will_be: Said
    published: bool
    row: int

    @property
    def difference(self) -> Decimal | None:
        if self.now is None or None in (self.now.value, self.will_be.value):
            return None
        difference = self.will_be.value - self.now.value
        if difference == difference.to_integral_value():
            return difference.quantize(Decimal(1))
        return difference.normalize()

    @property
    def signed_difference(self) -> str:
        return "" if self.difference is None else signed(self.difference)

    @property
    def share(self) -> Decimal | None:
        """The difference in per cent of what is held; None from 0."""
        if not self.difference or not self.now.value:
            return None
        return round(100 * self.difference / self.now.value, 1)

    @property
    def per_cent(self) -> str:
        if self.share is None:
            return ""
        return f"{'+' if self.share > 0 else '−'}{abs(self.share):,.1f}%"


MAX_SHOWN = 200  # changes of a kind on a page; the rest are in the CSV
KINDS = ("new", "changed", "removed", "unchanged")
HELD = {
    "measure": pl.Int64,
    "area": pl.Int64,
    "kind": pl.String,
    "start": pl.Date,
    "now_state": pl.String,
    "now_status": pl.String,
    "now_value": FIGURES["value"],
    "now_denominator": FIGURES["denominator"],
}


class Total(NamedTuple):
    """How many figures of one indicator, or of one area, are of each kind."""

    name: str
    new: int
    changed: int
    removed: int
    unchanged: int


@dataclass(frozen=True)
class Changes:
    """What saving would do; ``event`` is the last event when this was worked out.

    ``frame`` has a row for each figure of the file, beside what is held.
    """

    event: int
    frame: pl.DataFrame
    measures: Mapping[int, Measure]
    areas: Mapping[int, str]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many figures are of each kind."""
        counted = dict(self.frame["change"].value_counts().rows())
        return {kind: counted.get(kind, 0) for kind in KINDS}

    @cached_property
    def shown(self) -> dict[str, list[Change]]:
        """At most MAX_SHOWN of each kind, as a page shows them."""
        return {kind: self.first(kind, MAX_SHOWN) for kind in KINDS}

    def first(self, kind: str, most: int | None = None) -> list[Change]:
        """The changes of a kind, the largest difference first within an indicator."""
        rows = self.frame.filter(pl.col("change") == kind)
        if kind == "changed":
            titles = {pk: measure.title for pk, measure in self.measures.items()}
            rows = rows.with_columns(
                title=pl.col("measure").replace_strict(titles, return_dtype=pl.String),
                apart=(pl.col("value") - pl.col("now_value")).abs().fill_null(0),
            ).sort("title", "apart", descending=[False, True], maintain_order=True)
        return [self._change(row) for row in rows[:most].iter_rows(named=True)]

    def _change(self, row: dict) -> Change:
        said = ("state", "status", "value", "denominator")
        held = row["now_state"] is not None
        return Change(
            measure=self.measures[row["measure"]],
            area=self.areas[row["area"]],
            period=periods.of(row["kind"], row["start"]),
            now=Said(*(row[f"now_{name}"] for name in said)) if held else None,
            will_be=Said(*(row[name] for name in said)),
            published=row["published"],
            row=row["row"],
        )

    @cached_property
    def new(self) -> list[Change]:
        return self.first("new")

    @cached_property
    def changed(self) -> list[Change]:
        return self.first("changed")

    @cached_property
    def removed(self) -> list[Change]:
        return self.first("removed")

    @cached_property
    def unchanged(self) -> list[Change]:
        return self.first("unchanged")

    @property
    def total(self) -> int:
        """How many figures would not stand as they do."""
        return sum(self.counts.values()) - self.counts["unchanged"]

    @property
    def published(self) -> int:
        """How many figures of published quarters would be other, or gone."""
        return self._of_published().height

    @property
    def published_revision(self) -> tuple[str, str]:
        """The sum of the differences of published counts, signed, and of their sizes."""
        counts = [m.pk for m in self.measures.values() if m.kind == "count"]
        apart = (
            self._of_published()
            .filter(pl.col("measure").is_in(counts))
            .select(pl.col("value") - pl.col("now_value"))
            .to_series()
            .drop_nulls()
        )
        return signed(apart.sum()), printed(apart.abs().sum())

    def _of_published(self) -> pl.DataFrame:
        return self.frame.filter(
            pl.col("published") & pl.col("change").is_in(["changed", "removed"])
        )

    @property
    def by_indicator(self) -> list[Total]:
        return self._totals("measure", lambda pk: self.measures[pk].title)

    @property
    def by_area(self) -> list[Total]:
        return self._totals("area", self.areas.__getitem__)

    def _totals(self, column: str, name: Callable[[int], str]) -> list[Total]:
        """The totals of those in which anything changes, by name."""
        counted = self.frame.group_by(column).agg(
            *((pl.col("change") == kind).sum().alias(kind) for kind in KINDS)
        )
        totals = (
            Total(name(row[column]), *(row[f] for f in Total._fields[1:]))
            for row in counted.iter_rows(named=True)
        )
        return sorted(each for each in totals if each.new + each.changed + each.removed)


def signed(value: Decimal) -> str:
    if not value:
        return "0"
    return f"{'+' if value > 0 else '−'}{printed(abs(value))}"


def changes_of(upload: Upload) -> Changes:
    """What saving the upload would do to the figures as they stand now."""
    figures, _ = examine(contents_of(upload), by=upload.by)
    return compare(figures)


def compare(figures: Figures) -> Changes:
    """The figures of a file against the current ones, in four queries."""
    event = Event.objects.latest_number()
    same = pl.all_horizontal(
        pl.col(name).eq_missing(pl.col(f"now_{name}"))
        for name in ("state", "status", "value", "denominator")
    )
    removed = (pl.col("now_state") == State.VALUE) & (pl.col("state") != State.VALUE)
    published = pl.any_horizontal(
        pl.lit(False),
        *(
            (pl.col("start") >= quarter.period.start)
            & (pl.col("end") <= quarter.period.end)
            for quarter in PublishedQuarter.objects.select_related("period")
        ),
    )
    frame = figures.frame.join(
        _held(figures), on=KEY, how="left", maintain_order="left"
    ).with_columns(
        change=pl.when(pl.col("now_state").is_null())
        .then(pl.lit("new"))
        .when(same)
        .then(pl.lit("unchanged"))
        .when(removed)
        .then(pl.lit("removed"))
        .otherwise(pl.lit("changed")),
        published=published,
    )
    return Changes(
        event,
        frame,
        figures.measures,
        dict(
            Area.objects.filter(pk__in=frame["area"].unique().to_list()).values_list(
                "pk", "name"
            )
        ),
    )


def _held(figures: Figures) -> pl.DataFrame:
    if not len(figures):
        return pl.DataFrame(schema=HELD)
    rows = Current.objects.filter(
        indicator__in=figures.frame["measure"].unique().to_list(),
        period__start__gte=figures.frame["start"].min(),
        period__start__lte=figures.frame["start"].max(),
    ).values_list(
        "indicator",
        "area",
        "period__kind",
        "period__start",
        "observation__state",
        "observation__status",
        "observation__value",
        "observation__denominator",
    )
    return pl.DataFrame(list(rows), schema=HELD, orient="row")
