import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.statistics.intervals import Interval, rate_interval
from performance.statistics.polarity import Judgement
from performance.statistics.position import (
    Comparison,
    Place,
    Spread,
    WhyNoComparison,
    WhyNoPosition,
    compare,
    position,
    positions,
    spread,
    standings,
)


def test_spread_has_quartiles_of_type_7():
    # R: quantile(c(1, 2, 3, 4, 10)) gives 1 2 3 4 10; quantile(1:4) 1 1.75 2.5 3.25 4
    assert spread([10, 3, 1, 4, 2]) == Spread(5, 1, 2, 3, 4, 10)
    assert spread([4, 2, 3, 1]) == Spread(4, 1, 1.75, 2.5, 3.25, 4)


@given(st.lists(st.integers(0, 10_000), min_size=4, max_size=60))
def test_quartiles_agree_with_the_standard_library(values):
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")

    found = spread(values)

    assert (found.lower_quartile, found.median, found.upper_quartile) == pytest.approx(
        (low, middle, high)
    )


def test_no_quartiles_below_four_areas():
    found = spread([5, None, 1, 3])

    assert found == Spread(3, 1, None, 3, None, 5)
    assert position("a", {"a": 1, "b": 3, "c": 5}).quartile is None


def test_spread_of_nothing_is_nothing():
    assert spread([None, None]) == Spread(0, None, None, None, None, None)


def test_ties_share_the_best_rank():
    found = positions({"a": 5, "b": 9, "c": 9, "d": 1})

    assert {area: place.rank for area, place in found.items()} == {
        "b": 1,
        "c": 1,
        "a": 3,
        "d": 4,
    }
    assert {area: place.rank_from_lowest for area, place in found.items()} == {
        "d": 1,
        "a": 2,
        "b": 3,
        "c": 3,
    }


def test_quartiles_of_areas():
    found = positions({str(value): value for value in range(1, 9)})

    # 1 to 8: the cuts are 2.75, 4.5 and 6.25
    assert [place.quartile for place in found.values()] == [1, 1, 2, 2, 3, 3, 4, 4]


def test_position_says_why_there_is_none():
    values = {"a": 5, "b": None}

    assert position("b", values).reason is WhyNoPosition.NO_VALUE
    assert position("z", values).reason is WhyNoPosition.NOT_IN_GROUP
    assert position("a", values).reason is WhyNoPosition.NO_OTHERS
    assert position("a", values).rank is None


@pytest.mark.parametrize(
    ("count", "population", "polarity", "comparison"),
    [
        # the county's burglaries of January to March 2022 against 1.20 for all 14
        (307, 144_147, "lower", Comparison(Place.HIGHER, Judgement.WORSE)),
        (307, 144_147, "higher", Comparison(Place.HIGHER, Judgement.BETTER)),
        (307, 144_147, "neutral", Comparison(Place.HIGHER, Judgement.NONE)),
        (59, 81_211, "lower", Comparison(Place.LOWER, Judgement.BETTER)),
        (189, 150_030, "lower", Comparison(Place.SIMILAR)),
    ],
)
def test_compare_by_interval_and_polarity(count, population, polarity, comparison):
    assert compare(rate_interval(count, population), 1.20, polarity) == comparison


@pytest.mark.parametrize("benchmark", [1, 3])
def test_a_benchmark_on_a_limit_is_similar(benchmark):
    assert compare(Interval(2, 1, 3), benchmark, "lower") == Comparison(Place.SIMILAR)


@pytest.mark.parametrize(
    ("interval", "benchmark", "value", "reason"),
    [
        (None, 1.2, None, WhyNoComparison.NO_VALUE),
        (None, 1.2, 3.4, WhyNoComparison.NO_INTERVAL),
        (Interval(2, 1, 3), None, 2, WhyNoComparison.NO_BENCHMARK),
    ],
)
def test_not_compared_says_why(interval, benchmark, value, reason):
    found = compare(interval, benchmark, "lower", value=value)

    assert found == Comparison(Place.NOT_COMPARED, reason=reason)


def test_unknown_polarity_is_refused():
    with pytest.raises(ValueError, match="sideways"):
        compare(Interval(2, 1, 3), 5, "sideways")


GROUPS = st.integers(1, 9).flatmap(
    lambda areas: st.lists(
        st.lists(
            st.one_of(st.none(), st.integers(0, 4), st.floats(0, 5)),
            min_size=areas,
            max_size=areas,
        ),
        min_size=1,
        max_size=4,
    )
)


@given(GROUPS)
def test_many_groups_at_once_stand_as_each_alone(groups):
    found = standings(np.array(groups, dtype=float))

    for at, values in enumerate(groups):
        alone = positions({str(area): value for area, value in enumerate(values)})
        whole = spread(values)
        assert found.areas[at] == whole.areas
        assert none_for_nan(found.rank[at]) == [place.rank for place in alone.values()]
        assert none_for_nan(found.quartile[at]) == [
            place.quartile for place in alone.values()
        ]
        of_group = [found.lowest[at], found.median[at], found.highest[at]]
        assert none_for_nan(of_group) == [whole.lowest, whole.median, whole.highest]


def none_for_nan(values):
    return [None if math.isnan(value) else value for value in values]
