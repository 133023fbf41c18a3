"""What the county's records know, and a figure in their terms. Pure: no Django."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

import polars as pl

from performance import periods
from performance.ingest.findings import Problem

INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"))


@dataclass(frozen=True)
class Measure:
    """An indicator as the checks need it; ``areas`` are those it may have figures for,
    ``comparators`` those it only holds for comparison."""

    pk: int
    title: str
    slug: str
    kind: str
    unit: str
    native_period: str
    source_kind: str
    source_name: str
    by_area: bool
    areas: frozenset[int]
    comparators: frozenset[int]
    whole: int | None
    unplaced: int | None
    covers: str
    threshold: int
    mine: bool


class Code(NamedTuple):
    """What a source's code means in periods that begin between two days."""

    code: str  # as ``plain`` makes it
    measure: Measure | None  # None for one that is known and not used
    valid_from: datetime.date | None
    valid_until: datetime.date | None


@dataclass(frozen=True)
class Known:
    """What the county's records know, by names as ``plain`` makes them.

    ``forces`` are the police forces that report the figures, by every name they have,
    with the area each serves.
    """

    today: datetime.date
    measures: Mapping[str, Measure] = field(default_factory=dict)
    areas: Mapping[str, int] = field(default_factory=dict)
    area_names: Mapping[int, str] = field(default_factory=dict)
    codes: Sequence[Code] = ()
    forces: Mapping[str, int] = field(default_factory=dict)
    force_name: str = ""
    source_kind: str = ""  # of the file, as Indicator.SourceKind has it
    source_name: str = ""


class Figure(NamedTuple):
    measure: Measure
    area: int
    period: periods.Period
    state: str
    status: str
    value: Decimal | None
    denominator: Decimal | None
    sheet: str
    row: int
    column: int


class Total(NamedTuple):
    """A count that is the sum of other figures: of a whole beside its areas, or of a
    longer period than the indicator's own. It is checked against them and never kept."""

    measure: Measure
    area: int
    period: periods.Period
    value: Decimal
    sheet: str
    row: int
    column: int


FIGURES = {
    "measure": pl.Int64,
    "area": pl.Int64,
    "kind": pl.String,
    "start": pl.Date,
    "end": pl.Date,
    "state": pl.String,
    "status": pl.String,
    "value": pl.Decimal(20, 4),
    "denominator": pl.Decimal(20, 4),
    "sheet": pl.String,
    "row": pl.UInt32,
    "column": pl.UInt32,
}
KEY = ["measure", "area", "kind", "start"]


@dataclass(frozen=True)
class Figures:
    """The figures of a file as a table of FIGURES; gone through, each is a Figure.

    ``totals`` are checked against them and are no figures themselves.
    """

    frame: pl.DataFrame
    measures: Mapping[int, Measure]
    totals: Sequence[Total] = ()

    @classmethod
    def of(cls, figures: Sequence[Figure]) -> "Figures":
        rows = [
            (
                figure.measure.pk,
                figure.area,
                figure.period.kind,
                figure.period.start,
                figure.period.end,
                *figure[3:],
            )
            for figure in figures
        ]
        return cls(
            pl.DataFrame(rows, schema=FIGURES, orient="row"),
            {figure.measure.pk: figure.measure for figure in figures},
        )

    def where(self, condition: pl.Expr) -> "Figures":
        return Figures(self.frame.filter(condition), self.measures)

    def __len__(self) -> int:
        return self.frame.height

    def __iter__(self) -> Iterator[Figure]:
        spans: dict[tuple[str, datetime.date], periods.Period] = {}
        for measure, area, kind, start, _, *rest in self.frame.iter_rows():
            if (kind, start) not in spans:
                spans[kind, start] = periods.of(kind, start)
            yield Figure(self.measures[measure], area, spans[kind, start], *rest)


class Resolved(NamedTuple):
    figures: Figures
    problems: list[Problem]


def plain(name: str) -> str:
    """A name as it is compared: without case, odd blanks and signs that cannot be seen."""
    return " ".join(name.translate(INVISIBLE).casefold().replace("&", " and ").split())
