import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, chi2, norm

from performance.statistics.intervals import (
    Interval,
    count_interval,
    count_limits,
    proportion_interval,
    proportion_limits,
    rate,
    rate_interval,
)


def test_rate_is_for_each_thousand_people_in_the_period():
    assert rate(1955, 1_515_487) == pytest.approx(1.29001, abs=1e-5)
    assert rate(0, 1000) == 0


@pytest.mark.parametrize(("count", "population"), [(None, 10), (10, None), (10, 0)])
def test_rate_without_its_parts_is_none_not_zero(count, population):
    assert rate(count, population) is None
    assert rate_interval(count, population) is None


@pytest.mark.parametrize("count", [-1, float("nan"), float("inf")])
def test_what_is_no_count_is_refused(count):
    with pytest.raises(ValueError, match="is not a count"):
        rate(count, 1000)
    with pytest.raises(ValueError, match="is not a count"):
        count_interval(count)


# Garwood, Biometrika 28 (1936): exact limits of a Poisson count.
@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(0, 0, 3.6889), (1, 0.0253, 5.5716), (5, 1.6235, 11.6683), (9, 4.1154, 17.0848)],
)
def test_counts_below_ten_have_exact_limits(count, low, high):
    interval = count_interval(count)

    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)


# The example counts of PHEindicatormethods (byars_lower and byars_upper: 65 and 1045).
@pytest.mark.parametrize(
    ("count", "low", "high"),
    [(65, 50.1632, 82.8491), (1045, 982.5932, 1110.3312)],
)
def test_counts_from_ten_have_byars_limits(count, low, high):
    interval = count_interval(count)

    assert interval.low == pytest.approx(low, rel=1e-4)
    assert interval.high == pytest.approx(high, rel=1e-4)


def test_byars_at_ten_is_not_the_exact_interval():
    # exact: 4.7954 to 18.3904; Byar's by hand: 10 × (1 − 1/90 − 1.959964/(3√10))³
    interval = count_interval(10)

    assert interval.low == pytest.approx(10 * (1 - 1 / 90 - 1.959964 / 9.486833) ** 3)
    assert interval.high == pytest.approx(11 * (1 - 1 / 99 + 1.959964 / 9.949874) ** 3)


@given(st.integers(10, 5000))
def test_byars_is_within_a_fifth_of_a_per_cent_of_exact_from_ten(count):
    # as the public-health technical guide to confidence intervals (2018) says
    found = count_interval(count)

    assert found.low == pytest.approx(chi2.ppf(0.025, 2 * count) / 2, rel=0.002)
    assert found.high == pytest.approx(chi2.ppf(0.975, 2 * count + 2) / 2, rel=0.002)


def test_byars_agrees_with_another_implementation():
    # the Ruby library "byar", which takes z as 1.96: 100 observed, 90 expected
    found = count_interval(100, confidence=2 * norm.cdf(1.96) - 1)

    assert found.high == pytest.approx(121.628347271806)
    assert found.low / 90 == pytest.approx(0.9040199067337297)


def test_rate_interval_is_the_counts_interval_over_the_population():
    # Burnley's burglaries, January to March 2022: 100 of 89,344 residents
    interval = rate_interval(100, 89_344)

    assert interval.value == pytest.approx(1.1193, abs=5e-5)
    assert interval.low == pytest.approx(81.362 / 89.344, abs=5e-5)
    assert interval.high == pytest.approx(121.628 / 89.344, abs=5e-5)


def test_counts_may_exceed_the_population_in_a_rate_not_in_a_proportion():
    assert rate_interval(30, 20).value == 1500
    with pytest.raises(ValueError, match="30 of 20 is not a proportion"):
        proportion_interval(30, 20)


# Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_proportions_have_wilsons_limits(numerator, denominator, low, high):
    interval = proportion_interval(numerator, denominator)

    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)


def test_proportion_in_per_cent():
    assert proportion_interval(20, 20, per=100).high == 100
    assert proportion_interval(0, 20, per=100).low == 0
    assert proportion_interval(0, 0) is None
    assert proportion_interval(None, 20) is None


@given(st.integers(1, 500), st.integers(0, 500))
def test_wilson_agrees_with_scipy(numerator, more):
    found = proportion_interval(numerator, numerator + more)

    limits = binomtest(numerator, numerator + more).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx(tuple(limits), abs=1e-9)


@given(st.integers(0, 5000))
def test_a_count_is_inside_its_interval(count):
    interval = count_interval(count)

    assert interval.low <= count < interval.high
    assert interval.low < count or count == 0


def test_interval_changes_unit():
    assert Interval(2, 1, 3).times(10) == Interval(20, 10, 30)


def test_many_limits_at_once_are_those_of_each_and_of_none_there_are_none():
    counts = [0, 3, 9.5, 10, 307, 1_000_000]

    low, high = count_limits(np.array([*counts, np.nan]))

    for at, count in enumerate(counts):
        alone = count_interval(count)
        assert (low[at], high[at]) == (alone.low, alone.high)
    assert np.isnan([low[-1], high[-1]]).all()


def test_many_proportions_at_once_have_the_limits_of_each():
    parts = np.array([0, 81, 263, np.nan, 0])
    wholes = np.array([263, 263, 263, 263, np.nan])

    low, high = proportion_limits(parts, wholes)

    for at in range(3):
        alone = proportion_interval(parts[at], wholes[at])
        assert (low[at], high[at]) == (alone.low, alone.high)
    assert (low[0], high[2]) == (0, 1)
    assert np.isnan([low[-1], high[-1]]).all()
