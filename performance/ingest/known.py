"""What the county's records know, and a figure in their terms. Pure: no Django."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from performance import periods
from performance.ingest.findings import Problem

INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"))


@dataclass(frozen=True)
class Measure:
    """An indicator as the checks need it; ``areas`` are those it may have figures for."""

    pk: int
    title: str
    kind: str
    unit: str
    native_period: str
    source_kind: str
    source_name: str
    by_area: bool
    areas: frozenset[int]
    whole: int | None
    unplaced: int | None
    covers: str
    mine: bool


@dataclass(frozen=True)
class Known:
    """What the county's records know, by names as ``plain`` makes them."""

    today: datetime.date
    measures: Mapping[str, Measure] = field(default_factory=dict)
    areas: Mapping[str, int] = field(default_factory=dict)
    area_names: Mapping[int, str] = field(default_factory=dict)
    crime_types: Mapping[str, Measure | None] = field(default_factory=dict)
    forces: frozenset[str] = frozenset()
    force_name: str = ""
    source_kind: str = ""  # of the file, as Indicator.SourceKind has it


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


class Resolved(NamedTuple):
    figures: list[Figure]
    problems: list[Problem]


def plain(name: str) -> str:
    """A name as it is compared: without case, odd blanks and signs that cannot be seen."""
    return " ".join(name.translate(INVISIBLE).casefold().replace("&", " and ").split())
