"""Numbers and phrases as chart descriptions print them."""

import math
from collections.abc import Sequence

from performance.periods import Month, Period


def figure(value: float, decimals: int = 0) -> str:
    """A number as pages print it: "1,955", "0.16", "−3", rounded half up."""
    scaled = math.floor(abs(value) * 10**decimals + 0.5 + 1e-9) / 10**decimals
    text = f"{scaled:,.{decimals}f}"
    return f"−{text}" if value < 0 and scaled else text


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def noun(period: Period) -> str:
    return period.kind.replace("_", " ")


def span_of(first: Period, last: Period) -> str:
    """ "January to March 2022", or one period's own name."""
    if first == last:
        return first.label
    if isinstance(first, Month) and first.year == last.year:
        return f"{first.name} to {last.label}"
    return f"{first.label} to {last.label}"


def joined(phrases: Sequence[str]) -> str:
    if len(phrases) < 2:
        return "".join(phrases)
    return f"{', '.join(phrases[:-1])} and {phrases[-1]}"
