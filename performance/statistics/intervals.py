"""Rates and proportions with their 95% intervals, as in the public-health guides.

Source: Office for Health Improvement and Disparities, Public health technical guide:
commonly used public health statistics and their confidence intervals; its R package
PHEindicatormethods (phe_rate, phe_proportion).
"""

import math
from dataclasses import dataclass

import numpy as np
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
    low, high = count_limits(np.array([count], dtype=float), confidence)
    return Interval(count, float(low[0]), float(high[0]))


def count_limits(
    counts: np.ndarray, confidence: float = CONFIDENCE
) -> tuple[np.ndarray, np.ndarray]:
    """The limits of many Poisson counts of 0 or more; NaN gives NaN."""
    tail, z = (1 - confidence) / 2, _z(confidence)
    few = counts < BYAR_FROM
    exact, many = np.where(few, counts, 0), np.where(few, BYAR_FROM, counts)
    low = np.where(few, gammaincinv(exact, tail), _byar(many, -z))
    high = np.where(few, gammaincinv(exact + 1, 1 - tail), _byar(many + 1, z))
    return np.where(counts == 0, 0.0, low), high


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
    parts = (np.array([part], dtype=float) for part in (numerator, denominator))
    low, high = proportion_limits(*parts, confidence)
    share = numerator / denominator
    return Interval(share, float(low[0]), float(high[0])).times(per)


def proportion_limits(
    numerators: np.ndarray, denominators: np.ndarray, confidence: float = CONFIDENCE
) -> tuple[np.ndarray, np.ndarray]:
    """The limits of many proportions between 0 and 1, of wholes above 0; NaN gives NaN."""
    z = _z(confidence)
    share = numerators / denominators
    spread = z * np.sqrt(z * z + 4 * numerators * (1 - share))
    middle, scale = 2 * numerators + z * z, 2 * (denominators + z * z)
    # at 0 and at all of them the limit is the bound itself, not a rounding beside it
    low = np.where(share == 0, 0.0, (middle - spread) / scale)
    high = np.where(numerators == denominators, 1.0, (middle + spread) / scale)
    return low, high


def _byar(counts: np.ndarray, z: float) -> np.ndarray:
    return counts * (1 - 1 / (9 * counts) + z / (3 * np.sqrt(counts))) ** 3


def _z(confidence: float) -> float:
    """1.959964 for 95%, to full precision."""
    return float(ndtri((1 + confidence) / 2))


def _check(*parts: float) -> None:
    for part in parts:
        if not (math.isfinite(part) and part >= 0):
            raise ValueError(f"{part} is not a count.")
