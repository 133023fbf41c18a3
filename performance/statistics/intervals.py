"""Rates and proportions with their 95% intervals, as in the public-health guides.

Source: Office for Health Improvement and Disparities, Public health technical guide:
commonly used public health statistics and their confidence intervals; its R package
PHEindicatormethods (phe_rate, phe_proportion).
"""

import math
from dataclasses import dataclass

from scipy.special import gammaincinv, ndtri

CONFIDENCE = 0.95
BYAR_FROM = 10  # below this count the exact Poisson interval is used


@dataclass(frozen=True)
class Interval:
    """A value with the limits of its interval, all in one unit."""

    value: float
    low: float
    high: float

    def times(self, factor: float) -> "Interval":
        return Interval(self.value * factor, self.low * factor, self.high * factor)


def rate(
    count: float | None, population: float | None, per: float = 1000
) -> float | None:
    """Count for each ``per`` people over the period counted, never annualised.

    None where count or population is missing or the population is 0. Raises ValueError
    for a negative or infinite part.
    """
    if count is None or population is None:
        return None
    _check(count, population)
    return count / population * per if population else None


def rate_interval(
    count: float | None,
    population: float | None,
    per: float = 1000,
    confidence: float = CONFIDENCE,
) -> Interval | None:
    """The rate with its interval, from that of the count; None and errors as ``rate``.

    A count above the population is allowed: people are counted more than once.
    """
    if count is None or population is None:
        return None
    _check(count, population)
    if not population:
        return None
    return count_interval(count, confidence).times(per / population)


def count_interval(count: float, confidence: float = CONFIDENCE) -> Interval:
    """A Poisson count with its interval: exact below 10, Byar's from 10.

    Raises ValueError for a negative or infinite count.

    Source: Garwood (1936) for the exact limits; Breslow and Day, Statistical methods in
    cancer research II (1987), for Byar's.
    """
    _check(count)
    tail = (1 - confidence) / 2
    if count < BYAR_FROM:
        low = float(gammaincinv(count, tail)) if count else 0.0
        return Interval(count, low, float(gammaincinv(count + 1, 1 - tail)))
    z = _z(confidence)
    return Interval(count, _byar(count, -z), _byar(count + 1, z))


def proportion_interval(
    numerator: float | None,
    denominator: float | None,
    per: float = 1,
    confidence: float = CONFIDENCE,
) -> Interval | None:
    """A proportion with Wilson's score interval; ``per`` 100 gives per cent.

    None where a part is missing or the denominator is 0. Raises ValueError for a
    negative or infinite part and for a numerator above the denominator.

    Source: Wilson (1927); Newcombe, Statistics in Medicine 17 (1998), method 3.
    """
    if numerator is None or denominator is None:
        return None
    _check(numerator, denominator)
    if numerator > denominator:
        raise ValueError(f"{numerator} of {denominator} is not a proportion.")
    if not denominator:
        return None
    z = _z(confidence)
    share = numerator / denominator
    spread = z * math.sqrt(z * z + 4 * numerator * (1 - share))
    middle, scale = 2 * numerator + z * z, 2 * (denominator + z * z)
    # at 0 and at all of them the limit is the bound itself, not a rounding beside it
    low = (middle - spread) / scale if numerator else 0.0
    high = (middle + spread) / scale if numerator < denominator else 1.0
    return Interval(share, low, high).times(per)


def _byar(count: float, z: float) -> float:
    return count * (1 - 1 / (9 * count) + z / (3 * math.sqrt(count))) ** 3


def _z(confidence: float) -> float:
    """1.959964 for 95%, to full precision."""
    return float(ndtri((1 + confidence) / 2))


def _check(*parts: float) -> None:
    for part in parts:
        if not (math.isfinite(part) and part >= 0):
            raise ValueError(f"{part} is not a count.")
