"""What follows from a change of an indicator's definition."""

from django.db import transaction
from django.db.models import Min

from performance import small_counts, summaries
from performance.models import Indicator

# What pages tell of an indicator is worked out from these.
WORKED_OUT_FROM = frozenset(
    {
        "kind",
        "unit",
        "polarity",
        "native_period",
        "source_kind",
        "denominator",
        "rate_per",
        "group",
        "by_area",
        "illustrative",
        "unit_cost",
        "threshold",
        "rounding",
        "whole_threshold",
        "whole_rounding",
    }
)


@transaction.atomic
def apply(indicator: Indicator) -> None:
    """Work out again what pages tell of an indicator whose definition has changed.

    A new rule for small counts hides figures in every version of them that there was.
    """
    if indicator.protected:
        small_counts.hide_in_every_version(indicator)
    first = indicator.observations.aggregate(day=Min("period__start"))["day"]
    if first:
        summaries.refresh_since({indicator.pk}, first)
