"""Making a quarter's figures public."""

from django.db import transaction

from partnerships import audit
from partnerships.models import AuditEvent, User
from performance import periods
from performance.models import Event, Indicator, Period, PublishedQuarter, Summary


class Incomplete(Exception):
    """Something the quarter should hold is not there; the message names it."""


class AlreadyPublished(Exception):
    """The public sees this quarter already."""


@transaction.atomic
def publish_quarter(quarter: periods.Quarter, *, by: User | None) -> PublishedQuarter:
    """Let the public see the quarter's public indicators, as at the last event.

    Every public indicator whose figures begin by then must be complete for its whole
    area. Raises Incomplete, or AlreadyPublished; ``by`` None is the command line.
    """
    period = Period.objects.of(quarter)
    if PublishedQuarter.objects.filter(period=period).exists():
        raise AlreadyPublished(f"{quarter.label} is published already.")
    _check_complete(quarter)
    published = PublishedQuarter.objects.create(
        period=period, by=by, event_number=Event.objects.latest_number()
    )
    audit.record(AuditEvent.Act.PUBLISH, f"Figures of {quarter.label}", by=by)
    return published


def quarters_with_figures() -> list[periods.Quarter]:
    """The quarters for which a summary has a figure, oldest first."""
    held = Period.objects.filter(
        kind=Period.Kind.QUARTER, summaries__state=Summary.State.COMPLETE
    )
    return [period.value for period in held.distinct()]


def _check_complete(quarter: periods.Quarter) -> None:
    wholes = Summary.objects.true().of_wholes().filter(period__kind=Period.Kind.QUARTER)
    begun = wholes.filter(period__start__lte=quarter.start).values("indicator")
    complete = wholes.filter(
        period__start=quarter.start, state=Summary.State.COMPLETE
    ).values("indicator")
    expected = Indicator.objects.filter(public=True, pk__in=begun)
    if not expected.filter(illustrative=False).exists():
        raise Incomplete(f"No real figures are held for {quarter.label}.")
    lacking = expected.exclude(pk__in=complete)
    if lacking:
        names = ", ".join(indicator.title for indicator in lacking)
        raise Incomplete(f"{quarter.label} is not complete: {names}.")
