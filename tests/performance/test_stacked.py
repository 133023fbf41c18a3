"""Working out by set, against the rule gone through one by one."""

import datetime
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from performance import small_counts
from performance.models import Indicator, UnitCost
from performance.periods import CalendarYear, Month, Quarter
from performance.series import KINDS, Figure, Group, Rows, _place, series_of
from performance.stacked import worked_out
from tests.performance.one_by_one import OneByOne

WHOLE, UNPLACED, AREAS = 90, 91, (1, 2, 3, 4, 5)
ALWAYS = datetime.date.min
FROM, UNTIL = datetime.date(2020, 4, 1), datetime.date(2021, 2, 1)
POUNDS = UnitCost(pounds=11_320)


class Member(NamedTuple):
    """As AreaGroupMember has it."""

    area_id: int
    valid_from: datetime.date | None
    valid_until: datetime.date | None


def rows_of(figures: dict) -> Rows | None:
    """{(area, period): Figure} as they are stored."""
    if not figures:
        return None
    keys, held = zip(*figures.items(), strict=True)
    kinds = [KINDS.index(period.kind) for _, period in keys]
    starts = [period.start for _, period in keys]
    return Rows(
        area=np.array([area for area, _ in keys]),
        kind=np.array(kinds),
        place=np.array([_place(period.kind, period.start) for _, period in keys]),
        start=np.array(starts, dtype="datetime64[D]"),
        provisional=np.array([each.provisional for each in held]),
        applicable=np.array([each.applicable for each in held]),
        value=np.array([each.value for each in held], dtype=float),
        denominator=np.array([each.denominator for each in held], dtype=float),
    )


@st.composite
def group(draw):
    """Areas, one of which may have come or gone, or been in it twice."""
    spans = st.sampled_from([(None, None), (None, None), (FROM, None), (None, UNTIL)])
    members = [Member(area, *draw(spans)) for area in AREAS[: draw(st.integers(1, 5))]]
    return Group(
        draw(st.sampled_from([WHOLE, WHOLE, None])),
        draw(st.sampled_from([UNPLACED, None])),
        members,
    )


@st.composite
def figure(draw, kind):
    if draw(st.integers(0, 9)) == 0:
        return Figure(None, held=0, applicable=draw(st.booleans()))
    value = draw(
        st.one_of(
            st.integers(0, 12),
            st.integers(0, 12),
            st.sampled_from([-2, 0, 40, 900, Decimal("7.5")]),
        )
    )
    denominator = None
    if kind == Indicator.Kind.PROPORTION:
        value = max(int(value), 0)
        denominator = Decimal(value + draw(st.integers(0, 30)))
    return Figure(Decimal(value), denominator, provisional=draw(st.booleans()))


@st.composite
def county(draw):
    """An indicator, its group, its figures and its residents."""
    kinds = Indicator.Kind
    kind = draw(st.sampled_from([kinds.COUNT] * 3 + [kinds.PROPORTION] * 2 + ["rate"]))
    kind = kinds.PUBLISHED_RATE if kind == "rate" else kind
    native = draw(st.sampled_from(["month", "quarter"]))
    indicator = Indicator(
        pk=7,
        kind=kind,
        native_period=native,
        polarity=draw(st.sampled_from(Indicator.Polarity.values)),
        rate_per=draw(st.sampled_from([100, 1000])),
        illustrative=draw(st.integers(0, 9)) == 0,
        by_area=draw(st.integers(0, 9)) > 0,
        group_id=3,
        denominator_id=draw(st.sampled_from([8, 8, None])),
        unit_cost=draw(st.sampled_from([POUNDS, None])),
    )
    of = draw(group())
    first = Month(2019, 11) if native == "month" else Quarter(2018, 3)
    periods = [first]
    while len(periods) < draw(st.integers(1, 30)):
        periods.append(periods[-1].next)
    gaps = draw(st.sets(st.sampled_from(periods), max_size=3))
    areas = [each for each in of.areas if each != WHOLE or draw(st.booleans())]
    figures = {
        (area, period): draw(figure(kind))
        for area in areas
        for period in periods
        if period not in gaps and draw(st.integers(0, 19))
    }
    people = {
        (area, CalendarYear(year)): Figure(Decimal(draw(st.sampled_from([0, 40, 900]))))
        for area in of.areas
        for year in (2018, 2019, 2021)
        if area in AREAS and indicator.denominator_id and draw(st.integers(0, 4))
    }
    poor = draw(st.sets(st.sampled_from(periods), max_size=2))
    return indicator, of, figures, people, poor


def plain(value):
    """As it is compared: numbers exactly, as they are stored."""
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        return round(float(value), 6)
    return None if value is None else value if isinstance(value, bool) else str(value)


def apart(found: dict, expected: dict) -> dict:
    """Where two tables of rows differ: what was found beside what was expected."""
    absent = found.keys() ^ expected.keys()
    return dict.fromkeys(absent, "in one only") | {
        (*key, name): (plain(found[key][name]), plain(value))
        for key in found.keys() & expected.keys()
        for name, value in expected[key].items()
        if plain(found[key][name]) != plain(value)
    }


def by_key(table: pl.DataFrame, *key: str) -> dict:
    return {
        tuple(row[name] for name in key): row for row in table.iter_rows(named=True)
    }


@settings(max_examples=150, deadline=None)
@given(county())
def test_what_is_worked_out_by_set_is_what_the_definitions_give(county):
    indicator, of, figures, people, poor = county
    series = series_of(indicator, of, rows_of(figures), rows_of(people))
    series.poorly_placed[:] = [each in poor for each in series.own.periods]
    expected = OneByOne(indicator, of, dict(figures), dict(people), poor)

    summaries, positions = worked_out([series], ALWAYS)

    found = by_key(summaries, "area", "kind", "start")
    assert apart(found, expected.summaries()) == {}
    placed = by_key(positions, "area", "start")
    assert apart(placed, expected.positions()) == {}


def test_series_over_other_periods_are_worked_out_as_each_alone():
    """Stacked, a series has columns before its first figure and after its last."""
    of = Group(WHOLE, None, [Member(area, None, None) for area in (1, 2)])
    early, late = (
        series_of(
            Indicator(
                pk=pk,
                kind="count",
                native_period="month",
                polarity="lower",
                group_id=3,
                rate_per=1000,
            ),
            of,
            rows_of(
                {
                    (area, first.plus(number)): Figure(Decimal(10 + number % 3 + area))
                    for area in (1, 2)
                    for number in range(20)
                }
            ),
            None,
        )
        for pk, first in ((1, Month(2018, 2)), (2, Month(2019, 5)))
    )

    together, _ = worked_out([early, late], ALWAYS)

    for series in (early, late):
        alone, _ = worked_out([series], ALWAYS)
        mine = together.filter(pl.col("indicator") == series.indicator.pk)
        key = ("area", "kind", "start")
        assert by_key(mine, *key) == by_key(alone, *key)


def test_what_is_masked_is_in_no_result():
    of = Group(WHOLE, UNPLACED, [Member(area, None, None) for area in (1, 2)])
    indicator = Indicator(
        pk=7,
        kind="count",
        native_period="month",
        polarity="lower",
        group_id=3,
        denominator_id=8,
        rate_per=1000,
    )
    months = [Month(2020, 4).plus(number) for number in range(24)]
    figures = {
        (area, month): Figure(Decimal(20)) for area in (1, 2) for month in months
    }
    figures |= {(UNPLACED, month): Figure(Decimal(1)) for month in months}
    figures[1, months[12]] = Figure(Decimal(3))
    people = {(area, CalendarYear(2019)): Figure(Decimal(900)) for area in (1, 2)}
    series = series_of(indicator, of, rows_of(figures), rows_of(people))
    quarter = Quarter(2021, 1)

    cells = {(1, months[12]), (1, quarter), (UNPLACED, quarter)}
    hidden = small_counts.masked(series, cells)

    summaries, positions = worked_out([hidden], ALWAYS)
    rows = by_key(summaries, "area", "kind", "start")
    masked = rows[1, "quarter", quarter.start]
    for name in ("value", "rate", "low", "p_value", "twelve_months", "last_year"):
        # 3 + 20 + 20 of this quarter, 60 in each of the year before
        assert (masked[name] is None) == (name != "last_year"), name
    assert (masked["state"], masked["parts_held"]) == ("hidden", 3)
    assert masked["change"] == "not_compared"
    later = rows[1, "quarter", quarter.next.start]
    assert (later["value"], later["previous"], later["twelve_months"]) == (
        60,
        None,
        None,
    )
    whole = rows[WHOLE, "quarter", quarter.start]
    # 43 and 60 in the areas, 3 without a place: the whole itself was not hidden
    assert (whole["value"], whole["in_areas"], whole["unplaced"]) == (106, None, None)
    place = by_key(positions, "area", "start")[2, quarter.start]
    assert (place["of"], place["benchmark"]) == (1, None)
    # and what it was made from is as it was
    assert series.own.known.all()
    true, _ = worked_out([series], ALWAYS)
    assert by_key(true, "area", "start")[1, quarter.start]["value"] == 43
