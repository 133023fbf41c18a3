import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.periods import (
    KINDS,
    CalendarYear,
    FinancialYear,
    Month,
    NoSuchPeriod,
    Quarter,
    RollingYear,
    of,
    parse,
)

YEARS = st.integers(1950, 2150)
PERIODS = st.one_of(
    st.builds(Month, YEARS, st.integers(1, 12)),
    st.builds(Quarter, YEARS, st.integers(1, 4)),
    st.builds(FinancialYear, YEARS),
    st.builds(CalendarYear, YEARS),
    st.builds(RollingYear, YEARS, st.integers(1, 12)),
)


@pytest.mark.parametrize(
    ("period", "start", "end", "days"),
    [
        (Month(2022, 2), (2022, 2, 1), (2022, 2, 28), 28),
        (Month(2020, 2), (2020, 2, 1), (2020, 2, 29), 29),
        (Quarter(2025, 1), (2025, 4, 1), (2025, 6, 30), 91),
        (Quarter(2021, 4), (2022, 1, 1), (2022, 3, 31), 90),
        (Quarter(2019, 4), (2020, 1, 1), (2020, 3, 31), 91),
        (FinancialYear(2021), (2021, 4, 1), (2022, 3, 31), 365),
        (CalendarYear(2020), (2020, 1, 1), (2020, 12, 31), 366),
        (RollingYear(2022, 6), (2021, 7, 1), (2022, 6, 30), 365),
    ],
)
def test_period_knows_its_days(period, start, end, days):
    assert (period.start, period.end) == (datetime.date(*start), datetime.date(*end))
    assert period.days == days


@pytest.mark.parametrize(
    ("period", "label", "long_label"),
    [
        (Month(2022, 1), "January 2022", "January 2022"),
        (Quarter(2021, 4), "Q4 2021/22", "January to March 2022"),
        (FinancialYear(1999), "1999/00", "April 1999 to March 2000"),
        (CalendarYear(2020), "2020", "January to December 2020"),
        (RollingYear(2022, 3), "Year ending March 2022", "April 2021 to March 2022"),
    ],
)
def test_period_names_itself(period, label, long_label):
    assert (period.label, str(period), period.long_label) == (label, label, long_label)


def test_previous_and_same_last_year():
    assert Month(2022, 1).previous == Month(2021, 12)
    assert Quarter(2021, 1).previous == Quarter(2020, 4)
    assert Quarter(2021, 4).next == Quarter(2022, 1)
    assert Quarter(2021, 4).same_last_year == Quarter(2020, 4)
    assert RollingYear(2022, 3).previous == RollingYear(2021, 3)
    assert FinancialYear(2021).previous == FinancialYear(2020)


def test_periods_sort_by_start_whatever_their_kind():
    year, quarter, month = FinancialYear(2021), Quarter(2021, 4), Month(2022, 2)
    rolling = RollingYear(2022, 3)  # the same days as the financial year

    ordered = sorted([month, quarter, rolling, year])

    assert ordered == [year, rolling, quarter, month]
    assert year != rolling
    assert Month(2021, 12) < Month(2022, 1) <= Month(2022, 1)


def test_quarters_months_and_years_hold_each_other():
    quarter = Quarter(2021, 4)

    assert quarter.months == (Month(2022, 1), Month(2022, 2), Month(2022, 3))
    assert {month.quarter for month in quarter.months} == {quarter}
    assert quarter.financial_year.quarters[3] == quarter
    assert Quarter.containing(datetime.date(2022, 3, 31)) == quarter
    assert Month.containing(datetime.date(2022, 3, 31)) == Month(2022, 3)
    assert FinancialYear.containing(datetime.date(2022, 3, 31)) == FinancialYear(2021)


def test_figures_of_a_quarter_are_due_by_the_end_of_the_next():
    assert Quarter(2021, 4).due == datetime.date(2022, 6, 30)
    assert Quarter(2021, 3).due == datetime.date(2022, 3, 31)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("Q3 2021/22", Quarter(2021, 3)),
        ("2021/22 Q3", Quarter(2021, 3)),
        ("2021-22 Q3", Quarter(2021, 3)),
        ("Q3 2021-22", Quarter(2021, 3)),
        ("q3 2021–22", Quarter(2021, 3)),
        ("  Quarter 3 of 2021/2022 ", Quarter(2021, 3)),
        ("2021-22-q3", Quarter(2021, 3)),
        ("2021/22Q3", Quarter(2021, 3)),
        ("Q4 1999/00", Quarter(1999, 4)),
        ("October to December 2021", Quarter(2021, 3)),
        ("Jan-Mar 2022", Quarter(2021, 4)),
        ("2022-01", Month(2022, 1)),
        ("January 2022", Month(2022, 1)),
        ("Jan 2022", Month(2022, 1)),
        ("sept 2021", Month(2021, 9)),
        ("Jan-22", Month(2022, 1)),
        ("01/2022", Month(2022, 1)),
        ("2021/22", FinancialYear(2021)),
        ("2021-22", FinancialYear(2021)),
        ("2021/2022", FinancialYear(2021)),
        ("2020", CalendarYear(2020)),
        ("Year ending March 2022", RollingYear(2022, 3)),
        ("12 months to Mar 2022", RollingYear(2022, 3)),
    ],
)
def test_parse_reads_what_people_type(text, period):
    assert parse(text) == period


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Q5 2021/22", "There is no quarter 5. Quarters go from Q1 (April to June) to"),
        ("2022-13", "2022/13 is not a financial year: the year after 2022 is 2023"),
        ("13/2022", "There is no month 13."),
        ("2021/23", "so write 2021/22."),
        ("Q3 2021", "Write both its years, as in Q3 2021/22."),
        ("2011-12", "could be December 2011 or the financial year 2011/12."),
        ("Nov to Jan 2021", "Quarters are April to June, July to September"),
        ("0000", "outside the years from 1900 to 2199"),
        ("²021", "is not a period. Write a quarter as Q4 2021/22"),
        ("banana", "banana is not a period."),
        ("", "The period is empty."),
        ("9" * 5000, "too long for a period"),
        ("2021 Q3", "2021 Q3 does not say which financial year"),
        ("2021-Q3", "as in Q3 2021/22"),
    ],
)
def test_parse_says_what_to_do_about_anything_else(text, says):
    with pytest.raises(NoSuchPeriod) as refusal:
        parse(text)

    assert says in str(refusal.value)


def test_parse_for_one_kind_settles_what_is_ambiguous_and_refuses_others():
    assert parse("2011-12", "month") == Month(2011, 12)
    assert parse("2011-12", "financial_year") == FinancialYear(2011)
    with pytest.raises(
        NoSuchPeriod, match=r"2021/22 is not a quarter\. Write a quarter"
    ):
        parse("2021/22", "quarter")


@given(st.text(max_size=80))
def test_parse_of_any_text_is_a_period_or_a_sentence(text):
    try:
        said = parse(text).label
    except NoSuchPeriod as refusal:
        said = str(refusal)

    assert said


@given(PERIODS)
def test_a_label_reads_back_as_its_period(period):
    assert parse(period.label, period.kind) == period


@given(PERIODS)
def test_kind_and_start_rebuild_the_period(period):
    assert of(period.kind, period.start) == period


@given(PERIODS)
def test_neighbours_touch(period):
    assert period.previous.next == period
    assert period.previous.end + datetime.timedelta(days=1) == period.start
    assert sum(month.days for month in period.months) == period.days


@given(st.builds(Quarter, YEARS, st.integers(1, 4)))
def test_slug_round_trip(quarter):
    assert Quarter.from_slug(quarter.slug) == quarter


def test_slug():
    assert Quarter(2021, 4).slug == "2021-22-q4"


@pytest.mark.parametrize("slug", ["2021-22-q5", "2021-23-q1", "2021-22-Q1", "q1"])
def test_slug_of_no_quarter(slug):
    with pytest.raises(NoSuchPeriod):
        Quarter.from_slug(slug)


@pytest.mark.parametrize("kind", [*KINDS, "week"])
def test_of_refuses_a_day_on_which_none_starts(kind):
    with pytest.raises(NoSuchPeriod):
        of(kind, datetime.date(2022, 2, 2))
