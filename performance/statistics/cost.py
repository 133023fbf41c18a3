"""What offences are estimated to cost, no more exactly than the method allows."""

import math

FIGURES = 2  # significant figures an estimate keeps


def estimate(count: float | None, unit_cost: float | None) -> float | None:
    """Count × published unit cost in pounds, rounded half up to two figures.

    £2,694,160 gives 2,700,000. None where the count is missing or no unit cost is
    published for the same offence; a count of 0 costs 0. Raises ValueError for a
    negative part. Price base and source belong beside the figure.

    Source: Home Office, The economic and social costs of crime, research report 99.
    """
    if count is None or unit_cost is None:
        return None
    if count < 0 or unit_cost < 0:
        raise ValueError("Neither a count nor a unit cost can be negative.")
    return to_figures(float(count) * float(unit_cost))


def to_figures(value: float, figures: int = FIGURES) -> float:
    """Round a value of 0 or more half up to so many significant figures."""
    if value == 0:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(value)) - figures + 1)
    return math.floor(value / step + 0.5) * step
