"""A small county with figures, for tests of what is drawn from them."""

import datetime
from dataclasses import dataclass

from partnerships.models import Area, AreaGroup
from performance.models import (
    Current,
    Event,
    Indicator,
    Observation,
    Period,
    PublishedQuarter,
)
from performance.periods import Quarter
from performance.summaries import refresh
from tests.factories import (
    AreaFactory,
    AreaGroupFactory,
    AreaGroupMemberFactory,
    IndicatorFactory,
    UploadFactory,
)

Q4 = Quarter(2021, 4)  # January to March 2022
LAST_Q4 = Quarter(2020, 4)


@dataclass
class Place:
    group: AreaGroup
    areas: list[Area]
    whole: Area
    unplaced: Area


def make_place(areas: int = 4) -> Place:
    """A group of areas called Area A, Area B …, the whole and where no place goes."""
    unplaced = AreaFactory(name="No place", kind=Area.Kind.UNPLACED, code="")
    whole = AreaFactory(name="All-shire", kind=Area.Kind.POLICE_FORCE, code="")
    group = AreaGroupFactory(whole=whole, unplaced=unplaced)
    members = [
        AreaGroupMemberFactory(group=group, area__name=f"Area {letter}").area
        for letter in "ABCDEFGHIJKLMN"[:areas]
    ]
    return Place(group, members, whole, unplaced)


def make_indicator(place: Place, **fields) -> Indicator:
    """A public indicator of recorded crimes with 10,000 residents in each area."""
    people = Indicator.objects.filter(slug="people").first() or make_people(place)
    fields = {"public": True, "group": place.group, "denominator": people} | fields
    return IndicatorFactory(**fields)


def make_people(place: Place) -> Indicator:
    people = IndicatorFactory(
        slug="people",
        title="Residents",
        unit="residents",
        kind=Indicator.Kind.POPULATION,
        native_period=Period.Kind.CALENDAR_YEAR,
        group=place.group,
        public=True,
        headline=False,
    )
    upload = UploadFactory()
    year = Period.objects.create(
        kind=Period.Kind.CALENDAR_YEAR,
        start=datetime.date(2018, 1, 1),
        end=datetime.date(2018, 12, 31),
    )
    for area in place.areas:
        keep(people, area, year, 10_000, upload)
    return people


def keep(indicator, area, period, value, upload) -> tuple[int, int, int]:
    value, denominator = value if isinstance(value, tuple) else (value, None)
    key = {"indicator": indicator, "area": area, "period": period}
    observation = Observation.objects.create(
        **key, upload=upload, value=value, denominator=denominator
    )
    Current.objects.update_or_create(**key, defaults={"observation": observation})
    return indicator.pk, area.pk, period.pk


def load(indicator, counts: dict, *, reason: str = "") -> None:
    """Commit counts of one file: {(area, month or quarter): count}, and work them out.

    A proportion's count is a pair with what it is out of.
    """
    upload = UploadFactory(state="committed")
    Event.objects.create(
        number=Event.objects.latest_number() + 1,
        kind=Event.Kind.COMMIT,
        upload=upload,
        reason=reason,
    )
    periods = {}
    touched = set()
    for (area, period), value in counts.items():
        stored = periods.setdefault(period, Period.objects.of(period))
        touched.add(keep(indicator, area, stored, value, upload))
    refresh(touched)


def steady(place: Place, quarters, count: int = 20) -> dict:
    """Every area's months about a count, one up and one down, none without a place."""
    months = [month for quarter in quarters for month in quarter.months]
    counts = {
        (area, month): count + (-1) ** number
        for number, month in enumerate(months)
        for area in place.areas
    }
    return counts | {(place.unplaced, month): 0 for month in months}


def quarters_to(last: Quarter, number: int) -> list[Quarter]:
    """So many quarters that end with the last, oldest first."""
    quarters = [last]
    while len(quarters) < number:
        quarters.insert(0, quarters[0].previous)
    return quarters


def publish(*quarters: Quarter) -> None:
    for quarter in quarters:
        PublishedQuarter.objects.create(
            period=Period.objects.of(quarter),
            event_number=Event.objects.latest_number(),
        )
