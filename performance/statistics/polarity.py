"""Which way is good: the one place where higher or lower becomes better or worse."""

import enum


class Polarity(enum.StrEnum):
    """What an indicator's owner says about a higher value."""

    LOWER = "lower"  # lower is better
    HIGHER = "higher"  # higher is better
    NEUTRAL = "neutral"  # neither way is judged


class Side(enum.StrEnum):
    """Direction alone: no judgement."""

    HIGH = "high"
    LOW = "low"


class Judgement(enum.StrEnum):
    BETTER = "better"
    WORSE = "worse"
    NONE = "none"  # different, and neither way is judged


def judge(side: Side, polarity: Polarity | str) -> Judgement:
    """What a value on that side means; ValueError for an unknown polarity."""
    polarity = Polarity(polarity)
    if polarity is Polarity.NEUTRAL:
        return Judgement.NONE
    good = Side.HIGH if polarity is Polarity.HIGHER else Side.LOW
    return Judgement.BETTER if side is good else Judgement.WORSE
