import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statprocon import XmR

from performance.statistics.polarity import Side
from performance.statistics.process_control import (
    Assurance,
    Limits,
    Rule,
    Signal,
    Variation,
    Verdict,
    WhyNoLimits,
    assurance,
    latest,
    limits,
    process_control,
    screened,
    variation,
)

STEADY = [10, 12] * 6  # mean 11, every moving range 2: limits 5.68 and 16.32
HIGH, LOW = Side.HIGH, Side.LOW

# Monthly burglaries, pan-Lancashire, December 2019 to March 2022; three have no file.
BURGLARY = [857, 944, 875, 957, 715, 752, None, 780, None, None, 810, 782, 754, 705]
BURGLARY += [592, 681, 599, 594, 571, 635, 667, 683, 865, 826, 721, 712, 591, 652]


def marked(chart, rule):
    """Index and side of the points that meet a rule."""
    return {
        index: signal.side
        for index, point in enumerate(chart.points)
        for signal in point.signals
        if signal.rule is rule
    }


def test_limits_are_the_mean_and_2_66_mean_moving_ranges():
    found = limits(STEADY)

    assert (found.lower, found.centre, found.upper) == pytest.approx((5.68, 11, 16.32))
    assert (found.trial, found.reason) == (False, None)


def test_limits_agree_with_statprocon():
    values = [5045, 4350, 4350, 3975, 4290, 4430, 4485, 4285, 3980, 3925, 3645, 3760]
    reference = XmR(values)

    found = limits(values)

    assert found.screened == 0
    assert found.centre == pytest.approx(float(reference.x_central_line()[0]), abs=1e-3)
    assert found.lower == pytest.approx(
        float(reference.lower_natural_process_limit()[0]), abs=5e-3
    )
    assert found.upper == pytest.approx(
        float(reference.upper_natural_process_limit()[0]), abs=5e-3
    )


def test_limits_over_gaps_with_a_screened_range():
    # no range across a gap; the fall of 242 into April 2020 is left out
    found = limits(BURGLARY)

    assert (found.points, found.screened) == (25, 1)
    assert found.centre == pytest.approx(732.8)
    assert (found.lower, found.upper) == pytest.approx((565.473, 900.127), abs=1e-3)


def test_screening_is_strict_and_done_once():
    # seven ranges, mean 2: the limit is 6.534
    assert screened([1, 1, 1, 1, 1, 2, 7]) == [1, 1, 1, 1, 1, 2]
    # mean 1000: a range of exactly 3.267 × it leaves, one below stays
    assert screened([3267, 733, 0, 0]) == [733, 0, 0]
    assert screened([3266, 734, 0, 0]) == [3266, 734, 0, 0]


@pytest.mark.parametrize(("points", "trial"), [(11, True), (12, False)])
def test_fewer_than_twelve_points_give_trial_limits(points, trial):
    assert limits(STEADY[:points]).trial is trial


@pytest.mark.parametrize(
    ("values", "centre", "reason"),
    [
        ([], None, WhyNoLimits.NO_POINTS),
        ([None, None], None, WhyNoLimits.NO_POINTS),
        ([4, None, 6], 5, WhyNoLimits.TOO_FEW),
        ([4, 4, 4], 4, WhyNoLimits.FLAT),
        ([0.1] * 20, pytest.approx(0.1), WhyNoLimits.FLAT),
    ],
)
def test_limits_that_cannot_be_had_say_why(values, centre, reason):
    assert limits(values) == Limits(
        None, centre, None, trial=len(values) < 12, reason=reason
    )


def test_only_strictly_outside_is_outside():
    upper = limits(STEADY).upper
    chart = process_control([*STEADY, upper, upper + 0.01, 5], baseline=12)

    assert marked(chart, Rule.OUTSIDE) == {13: HIGH, 14: LOW}


def test_two_of_three_marks_only_those_near_the_limit():
    # two thirds of the way up: 11 + 2/3 × 5.32 = 14.547; down: 7.453
    chart = process_control([*STEADY, 15, 11, 15, 11, 11, 15, 7], baseline=12)

    assert marked(chart, Rule.TWO_OF_THREE) == {12: HIGH, 14: HIGH}


def test_two_of_three_counts_a_point_outside_the_limit():
    chart = process_control([*STEADY, 15, 11, 17], baseline=12)

    assert marked(chart, Rule.TWO_OF_THREE) == {12: HIGH, 14: HIGH}
    assert chart.points[14].shown == Signal(Rule.OUTSIDE, HIGH)


def test_seven_in_a_row_on_one_side():
    six, seven = [12, 12.1] * 3, [12, 12.1, 12, 12.1, 12, 12.1, 12]

    assert marked(process_control([*STEADY, 10, *six], baseline=12), Rule.RUN) == {}
    assert marked(
        process_control([*STEADY, 10, *seven], baseline=12), Rule.RUN
    ) == dict.fromkeys(range(13, 20), HIGH)


def test_a_point_on_the_mean_ends_a_run():
    chart = process_control([*STEADY, 10, *[12] * 3, 11, *[12] * 6], baseline=12)

    assert marked(chart, Rule.RUN) == {}


def test_rounding_of_the_mean_decides_nothing():
    # ten times 0.1 and 0.3: the mean is 0.2 but for rounding, and 0.2 is on it
    values = [0.1, 0.3] * 10

    chart = process_control([*values, *[0.25] * 3, 0.2, *[0.25] * 3], baseline=20)

    assert marked(chart, Rule.RUN) == {}


def test_trend_is_six_strict_steps():
    rising = [8, 9, 10, 11, 12, 13, 14]
    level = [8, 9, 10, 10, 12, 13, 14]

    assert marked(
        process_control([*STEADY, *rising], baseline=12), Rule.TREND
    ) == dict.fromkeys(range(12, 19), HIGH)
    assert marked(process_control([*STEADY, *level], baseline=12), Rule.TREND) == {}


def test_where_trends_meet_the_newer_names_the_direction():
    up_and_down = [8, 9, 10, 11, 12, 13, 14, 13, 12, 11, 10, 9, 8]

    found = marked(process_control([*STEADY, *up_and_down], baseline=12), Rule.TREND)

    assert [found[index] for index in range(12, 18)] == [HIGH] * 6
    assert [found[index] for index in range(18, 25)] == [LOW] * 7


def test_all_rules_are_kept_in_the_order_they_are_shown():
    # nine above the mean, rising, the last three beyond two thirds, the last outside
    chart = process_control(
        [*STEADY, 11.5, 12, 12.5, 13, 13.5, 14, 15, 16, 17], baseline=12
    )

    assert [signal.rule for signal in chart.points[-1].signals] == [
        Rule.OUTSIDE,
        Rule.TREND,
        Rule.TWO_OF_THREE,
        Rule.RUN,
    ]
    assert chart.points[-3].shown == Signal(Rule.TREND, HIGH)


@pytest.mark.parametrize("split", ["gap", "rebase"])
def test_nothing_is_joined_across_a_gap_or_a_new_segment(split):
    first, second = [12, 13, 14, 15], [16, 17, 18, 19]
    if split == "gap":
        chart = process_control([*STEADY, *first, None, *second], baseline=12)
    else:
        chart = process_control([*STEADY, *first, *second], rebased_at=[16])

    assert marked(chart, Rule.TREND) == marked(chart, Rule.RUN) == {}


def test_rebase_begins_a_segment_with_limits_of_its_own():
    chart = process_control([*STEADY, *[20, 24] * 6], rebased_at=[12])

    assert [(s.start, s.stop) for s in chart.segments] == [(0, 12), (12, 24)]
    assert chart.segments[0].limits.centre == 11
    assert chart.limits.centre == 22
    assert chart.limits.upper == pytest.approx(22 + 2.66 * 4)
    assert not any(point.signals for point in chart.points)


def test_fixed_baseline_counts_from_each_new_segment():
    chart = process_control(
        [*STEADY, 90, *[20, 24] * 6, 90], rebased_at=[13], baseline=12
    )

    assert [segment.limits.centre for segment in chart.segments] == [11, 22]
    assert marked(chart, Rule.OUTSIDE) == {12: HIGH, 25: HIGH}


def test_flat_series_has_no_signals():
    chart = process_control([5] * 12 + [9], baseline=12)

    assert not any(point.signals for point in chart.points)
    assert chart.limits.reason is WhyNoLimits.FLAT


def test_lower_limit_is_not_clipped():
    assert limits([0, 4] * 6).lower == pytest.approx(2 - 2.66 * 4)


@pytest.mark.parametrize("index", [-1, 12])
def test_rebase_outside_the_series_is_refused(index):
    with pytest.raises(ValueError, match="re-base"):
        process_control(STEADY, rebased_at=[index])


def test_chart_of_nothing():
    chart = process_control([])

    assert chart.points == ()
    assert variation(chart, "lower").verdict is Verdict.CANNOT_TELL


@given(st.lists(st.none() | st.integers(0, 50), max_size=40))
def test_mirrored_values_have_mirrored_signals(values):
    chart = process_control(values)
    mirror = process_control([None if v is None else -v for v in values])

    for point, other in zip(chart.points, mirror.points, strict=True):
        assert [(s.rule, s.side is HIGH) for s in point.signals] == [
            (s.rule, s.side is LOW) for s in other.signals
        ]


@pytest.mark.parametrize(
    ("polarity", "verdict"),
    [
        ("lower", Verdict.CONCERNING),
        ("higher", Verdict.IMPROVING),
        ("neutral", Verdict.NEITHER),
    ],
)
def test_variation_is_judged_by_polarity(polarity, verdict):
    chart = process_control([*STEADY, 17], baseline=12)

    assert variation(chart, polarity) == Variation(verdict, Signal(Rule.OUTSIDE, HIGH))


def test_variation_looks_at_the_latest_points_asked_for():
    chart = process_control([*STEADY, 17, 11, 11], baseline=12)

    assert variation(chart, "lower").verdict is Verdict.USUAL
    assert variation(chart, "lower", last=3).verdict is Verdict.CONCERNING


def test_variation_of_the_newest_signal():
    chart = process_control([*STEADY, 17, 5, 11], baseline=12)

    assert variation(chart, "lower", last=3).verdict is Verdict.IMPROVING


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([*STEADY, None], None),
        ([5, 5, 5], WhyNoLimits.FLAT),
        ([5], WhyNoLimits.TOO_FEW),
    ],
)
def test_variation_that_cannot_be_told(values, reason):
    found = variation(process_control(values), "lower")

    assert (found.verdict, found.reason) == (Verdict.CANNOT_TELL, reason)


def test_variation_by_trial_limits_says_so():
    assert variation(process_control(STEADY[:6]), "lower").trial


@pytest.mark.parametrize(
    ("target", "polarity", "verdict"),
    [
        (17, "lower", Assurance.MET),
        (5, "lower", Assurance.MISSED),
        (17, "higher", Assurance.MISSED),
        (5, "higher", Assurance.MET),
        (11, "lower", Assurance.HIT_AND_MISS),
        (16.32, "lower", Assurance.HIT_AND_MISS),  # on the limit
        (5.68, "higher", Assurance.HIT_AND_MISS),
        (None, "lower", Assurance.NO_TARGET),
        (17, "neutral", Assurance.NOT_JUDGED),
    ],
)
def test_assurance(target, polarity, verdict):
    chart = process_control(STEADY)

    assert assurance(chart, target, polarity, of_counts=True) is verdict


def test_a_target_of_no_offences_is_never_consistently_met():
    chart = process_control(STEADY)

    assert assurance(chart, 0, "lower", of_counts=True) is Assurance.MISSED
    assert assurance(chart, 0, "higher", of_counts=True) is Assurance.HIT_AND_MISS
    assert assurance(chart, 0, "higher", of_counts=False) is Assurance.MET


def test_assurance_is_of_the_last_segment():
    chart = process_control([*STEADY, *[20, 24] * 6], rebased_at=[12])

    # 22 ± 10.64: the first segment alone would meet 17 and hit and miss 11
    assert assurance(chart, 17, "lower", of_counts=True) is Assurance.HIT_AND_MISS
    assert assurance(chart, 11, "lower", of_counts=True) is Assurance.MISSED


def test_assurance_without_limits_cannot_be_told():
    chart = process_control([5, 5, 5])

    assert assurance(chart, 3, "lower", of_counts=True) is Assurance.CANNOT_TELL


# Values near one another, so that runs, trends and points on a line are met often.
SOMETIMES = st.one_of(
    st.none(),
    st.integers(-3, 12).map(float),
    st.integers(0, 20).map(lambda value: value / 7),
    st.floats(0, 50),
)
STRETCH = st.one_of(
    st.lists(SOMETIMES, max_size=40),
    st.lists(st.integers(0, 3).map(float), max_size=40),
)


@settings(max_examples=500, deadline=None)
@given(st.lists(STRETCH, min_size=1, max_size=3), st.sampled_from([1, 3]))
def test_many_charts_at_once_say_what_each_says_alone(rows, last):
    longest = max(map(len, rows))
    # before the first figure there are none, as in a set of series that begin apart
    rows = [[None] * (longest - len(row)) + row for row in rows]

    found = latest(np.array(rows, dtype=float).reshape(len(rows), longest), last=last)

    sides = {HIGH: 1, LOW: -1}
    for at, row in enumerate(rows):
        alone = variation(process_control(row), "lower", last=last)
        side = sides[alone.signal.side] if alone.signal else 0
        judged = alone.verdict is not Verdict.CANNOT_TELL
        assert (found.judged[at], found.side[at], found.trial[at]) == (
            judged,
            side,
            alone.trial,
        )
