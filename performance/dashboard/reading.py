"""What every dashboard reads: of the database as of now, or worked out as of then."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Prefetch, Q

from partnerships.models import Area, User
from performance import summaries
from performance.dashboard.reader import Reader
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


@dataclass(frozen=True)
class Read:
    """A quarter's figures: the summaries of the indicators' wholes and of their areas,
    and the native periods of the wholes up to the quarter's end, oldest first."""

    of_quarter: list[Summary]
    of_wholes: list[Summary]


def read(
    reader: Reader,
    quarter: Quarter,
    indicators: Sequence[Indicator],
    *,
    alike: Sequence[Indicator] = (),
) -> Read:
    """What pages need of a quarter, as known now or at the reader's moment.

    ``alike`` are other indicators of which only the wholes are needed. The usual range is
    that of every figure held, published or not, so that all readers are told the same of
    a quarter; ``rows.series`` then takes out the figures that are not for a reader. Two
    queries as of now, four as of then; one or two more then for small counts.
    """
    every = list({each.pk: each for each in (*indicators, *alike)}.values())
    if reader.moment is None:
        return Read(
            _quarter_summaries(reader.user, indicators, quarter),
            _whole_series(reader.user, every, quarter),
        )
    wanted = {each.pk for each in indicators}
    of_quarter, of_wholes = summaries.as_known(
        every, quarter, reader.moment.event, _told_true(reader.user, every)
    )
    of_quarter = [
        row
        for row in of_quarter
        if row.indicator_id in wanted and reader.may_see(quarter)
    ]
    areas = Area.objects.in_bulk({row.area_id for row in of_quarter})
    for row in of_quarter:
        row.area = areas[row.area_id]
    return Read(of_quarter, of_wholes)


def _quarter_summaries(
    user: User | AnonymousUser, indicators: Sequence[Indicator], quarter: Quarter
) -> list[Summary]:
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


def _told_true(user: User | AnonymousUser, indicators: Sequence[Indicator]) -> set[int]:
    """Those indicators of which the user may see hidden figures."""
    if not any(indicator.protected for indicator in indicators):
        return set()
    return set(
        Indicator.objects.with_true_values_for(user).values_list("pk", flat=True)
    )


def _whole_series(
    user: User | AnonymousUser, indicators: Sequence[Indicator], quarter: Quarter
) -> list[Summary]:
    """The native periods of the wholes up to the quarter's end, published or not."""
    found = (
        Summary.objects.told_to(user)
        .filter(
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
    rows: Iterable[Summary], indicators: Sequence[Indicator]
) -> list[Summary]:
    """The summaries with the indicators already read."""
    by_id = {indicator.pk: indicator for indicator in indicators}
    found = list(rows)
    for summary in found:
        summary.indicator = by_id[summary.indicator_id]
    return found
