import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from performance.statistics.change import (
    Change,
    Verdict,
    WhyNotCompared,
    change,
    two_counts_p,
    two_counts_ps,
)
from performance.statistics.polarity import Judgement, Side


def quarters(now, before, polarity="lower"):
    return change(now, before, days_now=90, days_before=90, polarity=polarity)


def test_difference_and_per_cent():
    found = quarters(1955, 1978)

    assert found.difference == -23
    assert found.percent == pytest.approx(-1.1628, abs=5e-5)
    assert found.side is Side.LOW
    assert found.verdict is Verdict.NOT_CLEAR
    assert found.judgement is None
    assert not found.listed


def test_two_sided_p_by_hand():
    # 5 against 0: heads in all of 5 tosses, and tails in all: 2 / 32
    assert two_counts_p(5, 0, 90, 90) == pytest.approx(2 / 32)
    # 1 of 3 over 30 and 60 days: likelihoods 8/27, 12/27, 6/27, 1/27; 1 is the likeliest
    assert two_counts_p(1, 2, 30, 60) == 1
    # 2 of 3: 6/27 and what is no likelier, 1/27
    assert two_counts_p(2, 1, 30, 60) == pytest.approx(7 / 27)


@given(
    st.integers(0, 300),
    st.integers(0, 300),
    st.sampled_from([90, 91, 92, 365]),
    st.sampled_from([90, 91, 92]),
)
def test_p_agrees_with_scipys_exact_test(now, before, days_now, days_before):
    if now + before:
        share = days_now / (days_now + days_before)
        expected = binomtest(now, now + before, share).pvalue
    else:
        expected = 1

    found = two_counts_p(now, before, days_now, days_before)

    assert found == pytest.approx(expected, rel=1e-7)


def test_many_pairs_at_once_have_the_p_of_each():
    pairs = [(0, 0), (5, 0), (0, 5), (1, 2), (2, 1), (40, 41), (300, 210), (17_037, 9)]
    days = [(90, 90), (91, 92), (30, 60), (92, 90)] * 2
    columns = [np.array(each) for each in zip(*pairs, strict=True)]
    columns += [np.array(each) for each in zip(*days, strict=True)]

    found = two_counts_ps(*columns)

    assert found.tolist() == [
        two_counts_p(*pair, *exposure)
        for pair, exposure in zip(pairs, days, strict=True)
    ]


def test_p_of_large_counts_agrees_with_scipy():
    assert two_counts_p(17_037, 16_700, 90, 92) == pytest.approx(
        binomtest(17_037, 33_737, 90 / 182).pvalue, rel=1e-7
    )


@pytest.mark.parametrize(
    ("polarity", "judgement"),
    [
        ("lower", Judgement.WORSE),
        ("higher", Judgement.BETTER),
        ("neutral", Judgement.NONE),
    ],
)
def test_a_clear_change_is_judged_by_polarity(polarity, judgement):
    found = quarters(203, 125, polarity)  # shoplifting in Burnley

    assert found.verdict is Verdict.CLEAR
    assert found.judgement is judgement
    assert found.listed


def test_a_change_can_be_clear_and_yet_not_listed():
    found = quarters(130, 100)  # p = 0.056
    clear = quarters(135, 100)  # p = 0.026

    assert found.verdict is Verdict.NOT_CLEAR
    assert clear.verdict is Verdict.CLEAR
    assert not clear.listed


def test_no_per_cent_from_nothing():
    found = quarters(12, 0)

    assert found.percent is None
    assert found.difference == 12
    assert found.verdict is Verdict.CLEAR


def test_nothing_both_times_is_no_clear_change():
    found = quarters(0, 0)

    assert (found.difference, found.percent, found.side) == (0, None, None)
    assert found.p == 1
    assert found.verdict is Verdict.NOT_CLEAR


@pytest.mark.parametrize(
    ("now", "before", "reason"),
    [
        (None, 5, WhyNotCompared.NO_VALUE),
        (5, None, WhyNotCompared.NO_EARLIER_VALUE),
        (5.5, 5, WhyNotCompared.NOT_COUNTS),
    ],
)
def test_what_cannot_be_compared_says_why(now, before, reason):
    found = quarters(now, before)

    assert found.verdict is Verdict.NOT_COMPARED
    assert found.reason is reason
    assert (found.p, found.judgement, found.listed) == (None, None, False)


def test_length_of_the_periods_is_the_exposure():
    # the same count in 90 and in 365 days is four times as many a day
    assert two_counts_p(50, 50, 90, 365) < 0.001
    assert two_counts_p(50, 50, 90, 90) == 1


def test_no_clear_change_when_count_and_daily_count_part():
    # fewer in all, but more a day: no one word is true of both
    found = change(99_900, 100_000, days_now=90, days_before=92, polarity="lower")

    assert found.p < 0.05
    assert found.side is Side.LOW
    assert found.verdict is Verdict.NOT_CLEAR


@pytest.mark.parametrize("days", [0, -1])
def test_a_period_without_days_is_refused(days):
    with pytest.raises(ValueError, match="nor periods without days"):
        two_counts_p(1, 1, days, 90)


def test_negative_count_is_refused():
    with pytest.raises(ValueError, match="cannot be negative"):
        quarters(-1, 5)


def test_change_is_a_value():
    assert quarters(0, 0) == Change(0, 0, 0, None, None, 1.0, Verdict.NOT_CLEAR)
