"""What every dashboard reads from the database, each in one query."""

import datetime
from collections.abc import Iterable, Sequence

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Prefetch, Q

from partnerships.models import User
from performance.models import Indicator, IndicatorKeyIssue, Summary
from performance.periods import Quarter


def indicators_for(user: User | AnonymousUser, day: datetime.date):
    """Indicators the user may see, with the key issues they stand under that day.

    Two queries. Populations are left out: they are what rates are worked out on.
    """
    links = IndicatorKeyIssue.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=day),
        Q(valid_until__isnull=True) | Q(valid_until__gt=day),
    ).select_related("lead", "key_issue")
    return (
        Indicator.objects.visible_to(user)
        .exclude(kind=Indicator.Kind.POPULATION)
        .select_related("group__whole", "unit_cost", "denominator", "provider")
        .prefetch_related(Prefetch("issue_links", queryset=links))
    )


def quarter_summaries(
    user: User | AnonymousUser, indicators: Sequence[Indicator], quarter: Quarter
) -> list[Summary]:
    """The quarter's summaries of the indicators' wholes and of their areas."""
    found = (
        Summary.objects.visible_to(user)
        .filter(
            indicator__in=indicators,
            period__kind=quarter.kind,
            period__start=quarter.start,
        )
        .of_groups()
        .with_place()
        .select_related("area")
    )
    return _with_indicators(found, indicators)


def whole_series(indicators: Sequence[Indicator], quarter: Quarter) -> list[Summary]:
    """The native periods of the wholes up to the quarter's end, published or not.

    The usual range is that of every figure held, so that all readers are told the same
    of a quarter; ``rows.series`` then takes out the figures that are not for a reader.
    """
    found = (
        Summary.objects.filter(
            indicator__in=indicators,
            period__kind=F("indicator__native_period"),
            period__end__lte=quarter.end,
        )
        .of_wholes()
        .select_related("period")
        .order_by("period__start")
    )
    return _with_indicators(found, indicators)


def _with_indicators(
    summaries: Iterable[Summary], indicators: Sequence[Indicator]
) -> list[Summary]:
    """The summaries with the indicators already read."""
    by_id = {indicator.pk: indicator for indicator in indicators}
    found = list(summaries)
    for summary in found:
        summary.indicator = by_id[summary.indicator_id]
    return found
