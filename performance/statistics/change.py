"""The change between two counts, and whether it is more than luck would do."""

import enum
import math
from dataclasses import dataclass

from scipy.special import bdtr, bdtrc

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
    if now < 0 or before < 0 or days_now <= 0 or days_before <= 0:
        raise ValueError("Counts cannot be negative, nor periods without days.")
    total = now + before
    if not total:
        return 1.0
    share = days_now / (days_now + days_before)
    seen = _log_likelihood(now, total, share) + math.log(ROUNDING)
    mode = math.floor((total + 1) * share)
    if now < mode:
        # the other tail starts at the first outcome above the mode no likelier than seen
        other = _first(
            lambda k: _log_likelihood(k, total, share) <= seen, mode, total + 1
        )
        p = bdtr(now, total, share) + _at_least(other, total, share)
    elif now > mode:
        # and here ends at the last one below it
        other = (
            _first(lambda k: _log_likelihood(k, total, share) > seen, 0, mode + 1) - 1
        )
        p = (bdtr(other, total, share) if other >= 0 else 0) + _at_least(
            now, total, share
        )
    else:
        return 1.0
    return min(float(p), 1.0)


def _log_likelihood(k: int, total: int, share: float) -> float:
    ways = math.lgamma(total + 1) - math.lgamma(k + 1) - math.lgamma(total - k + 1)
    return ways + k * math.log(share) + (total - k) * math.log1p(-share)


def _at_least(k: int, total: int, share: float) -> float:
    if k > total:
        return 0.0
    return float(bdtrc(k - 1, total, share)) if k else 1.0


def _first(holds, low: int, high: int) -> int:
    """The first number from ``low`` where it holds, ``high`` if it never does.

    ``holds`` is false, then true.
    """
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low
