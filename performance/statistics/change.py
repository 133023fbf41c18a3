"""The change between two counts, and whether it is more than luck would do."""

import enum
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import bdtr, bdtrc, gammaln

from performance.statistics.polarity import Judgement, Polarity, Side, judge

CLEAR = 0.05  # a clear change is less likely than this by luck
LISTED = 0.001  # a change listed under "What changed" is less likely than this

# Outcomes as likely as the one seen, but for rounding, count as no likelier;
# scipy.stats.binomtest uses the same margin.
ROUNDING = 1 + 1e-7


class Verdict(enum.StrEnum):
    CLEAR = "clear change"
    NOT_CLEAR = "no clear change"
    NOT_COMPARED = "not compared"


class WhyNotCompared(enum.StrEnum):
    NO_VALUE = "no figure for this period"
    NO_EARLIER_VALUE = "no figure for the earlier period"
    NOT_COUNTS = "not whole counts"


@dataclass(frozen=True)
class Change:
    """What happened between an earlier count and a later one.

    ``difference`` and ``percent`` are None where they cannot be had; there is no per
    cent from 0. ``p`` is the chance of a split at least as unlikely if nothing had
    changed. ``side`` is None when the count is the same. ``judgement`` is None unless
    the verdict is a clear change. ``reason`` says why nothing was compared.
    """

    now: float | None
    before: float | None
    difference: float | None
    percent: float | None
    side: Side | None
    p: float | None
    verdict: Verdict
    judgement: Judgement | None = None
    reason: WhyNotCompared | None = None

    @property
    def listed(self) -> bool:
        """Whether it belongs under "What changed"."""
        return self.verdict is Verdict.CLEAR and self.p < LISTED


def change(
    now: float | None,
    before: float | None,
    *,
    days_now: int,
    days_before: int,
    polarity: Polarity | str,
) -> Change:
    """Compare two counts of events over periods of so many days.

    A clear change has p < 0.05 in the conditional binomial test. When the count and the
    count a day moved opposite ways (a leap year can do that) there is no clear change,
    for no one word would be true of both. A missing or fractional count is "not
    compared". Raises ValueError for a negative count or a period without days.

    Source: Przyborowski and Wilenski, Biometrika 31 (1940).
    """
    if now is None or before is None:
        missing = WhyNotCompared.NO_VALUE
        if now is not None:
            missing = WhyNotCompared.NO_EARLIER_VALUE
        return Change(
            now, before, None, None, None, None, Verdict.NOT_COMPARED, reason=missing
        )
    difference = now - before
    percent = 100 * difference / before if before else None
    side = None
    if difference:
        side = Side.HIGH if difference > 0 else Side.LOW
    if now != int(now) or before != int(before):
        reason = WhyNotCompared.NOT_COUNTS
        return Change(
            now,
            before,
            difference,
            percent,
            side,
            None,
            Verdict.NOT_COMPARED,
            reason=reason,
        )
    p = two_counts_p(int(now), int(before), days_now, days_before)
    same_way = difference * (now * days_before - before * days_now) > 0
    if p < CLEAR and same_way:
        verdict, judgement = Verdict.CLEAR, judge(side, polarity)
    else:
        verdict, judgement = Verdict.NOT_CLEAR, None
    return Change(now, before, difference, percent, side, p, verdict, judgement)


def two_counts_p(now: int, before: int, days_now: int, days_before: int) -> float:
    """The two-sided p of two Poisson counts having the same number a day.

    Given their total, the later count is binomial with the later period's share of the
    days; p adds up every split no likelier than the one seen. Two counts of 0 give 1.
    Takes about twenty steps whatever the counts. Raises ValueError for a negative count
    or a period without days.

    Source: Przyborowski and Wilenski (1940), as scipy.stats.binomtest computes it.
    """
    counts = (np.array([count]) for count in (now, before))
    days = (np.array([each]) for each in (days_now, days_before))
    return float(two_counts_ps(*counts, *days)[0])


def two_counts_ps(
    now: np.ndarray, before: np.ndarray, days_now: np.ndarray, days_before: np.ndarray
) -> np.ndarray:
    """``two_counts_p`` of many pairs of whole counts, in about twenty steps together."""
    if min(now.min(initial=0), before.min(initial=0)) < 0 or (
        min(days_now.min(initial=1), days_before.min(initial=1)) <= 0
    ):
        raise ValueError("Counts cannot be negative, nor periods without days.")
    total = now + before
    share = days_now / (days_now + days_before)

    def log_likelihood(k: np.ndarray) -> np.ndarray:
        ways = gammaln(total + 1) - gammaln(k + 1) - gammaln(total - k + 1)
        return ways + k * np.log(share) + (total - k) * np.log1p(-share)

    seen = log_likelihood(now) + np.log(ROUNDING)
    mode = np.floor((total + 1) * share).astype(int)
    below, above = now < mode, now > mode
    # Below the mode, the other tail starts at the first outcome above it no likelier than
    # the one seen; above it, that tail ends at the last such one below.
    first = _first(
        lambda k: (log_likelihood(k) <= seen) == below,
        np.where(below, mode, 0),
        np.where(below, total + 1, mode + 1),
    )
    to = np.where(below, now, first - 1)
    since = np.where(below, first, now)
    p = np.where(to >= 0, bdtr(np.maximum(to, 0), total, share), 0) + np.where(
        since > total, 0, np.where(since > 0, _at_least(since, total, share), 1)
    )
    return np.where(below | above, np.minimum(p, 1), 1.0)


def _at_least(k: np.ndarray, total: np.ndarray, share: np.ndarray) -> np.ndarray:
    """The chance of k or more; k from 1 to the total."""
    return bdtrc(np.clip(k - 1, 0, total), total, share)


def _first(
    holds: Callable[[np.ndarray], np.ndarray], low: np.ndarray, high: np.ndarray
) -> np.ndarray:
    """The first number from ``low`` where it holds, ``high`` if it never does, for each.

    ``holds`` is false, then true.
    """
    while (low < high).any():
        middle = (low + high) // 2
        found = holds(middle)
        open_ = low < high
        high = np.where(open_ & found, middle, high)
        low = np.where(open_ & ~found, middle + 1, low)
    return low
