import pytest

from partnerships.models import AuditEvent
from performance.models import Event, Indicator, Period, PublishedQuarter, Summary
from performance.periods import Quarter
from performance.publication import (
    AlreadyPublished,
    Incomplete,
    publish_quarter,
    quarters_with_figures,
)
from tests.factories import IndicatorFactory, UploadFactory

pytestmark = pytest.mark.django_db

Q3, Q4 = Quarter(2021, 3), Quarter(2021, 4)


def summarise(indicator, quarter, state=Summary.State.COMPLETE):
    return Summary.objects.create(
        indicator=indicator,
        area=indicator.group.whole,
        period=Period.objects.of(quarter),
        state=state,
        value=10 if state == Summary.State.COMPLETE else None,
    )


@pytest.fixture
def indicator():
    return IndicatorFactory(title="Burglary", public=True)


def test_a_published_quarter_keeps_the_event_and_is_in_the_audit(indicator, analyst):
    Event.objects.create(number=7, kind=Event.Kind.COMMIT, upload=UploadFactory())
    summarise(indicator, Q4)

    published = publish_quarter(Q4, by=analyst)

    assert published.period.value == Q4
    assert (published.event_number, published.by) == (7, analyst)
    event = AuditEvent.objects.get()
    assert (event.act, event.about, event.by) == (
        "publish",
        "Figures of Q4 2021/22",
        analyst,
    )


@pytest.mark.parametrize("state", [Summary.State.INCOMPLETE, Summary.State.NONE])
def test_an_incomplete_quarter_is_refused_by_name_and_nothing_is_saved(
    indicator, analyst, state
):
    summarise(indicator, Q4, state)
    summarise(IndicatorFactory(title="Robbery", public=True), Q4)

    with pytest.raises(Incomplete, match=r"^Q4 2021/22 is not complete: Burglary\.$"):
        publish_quarter(Q4, by=analyst)

    assert not PublishedQuarter.objects.exists()
    assert not AuditEvent.objects.exists()


def test_an_indicator_that_has_begun_and_lacks_the_quarter_holds_it_up(
    indicator, analyst
):
    summarise(indicator, Q3)
    summarise(IndicatorFactory(public=True), Q4)

    with pytest.raises(Incomplete, match="Burglary"):
        publish_quarter(Q4, by=analyst)


def test_an_indicator_that_begins_later_or_is_not_public_holds_up_nothing(
    indicator, analyst
):
    summarise(indicator, Q3)
    summarise(IndicatorFactory(public=True), Q4)
    summarise(IndicatorFactory(public=False), Q3, Summary.State.NONE)

    assert publish_quarter(Q3, by=analyst).period.value == Q3


def test_a_quarter_of_invented_figures_alone_is_refused(analyst):
    invented = IndicatorFactory(
        public=True,
        illustrative=True,
        status_label=Indicator.StatusLabel.ILLUSTRATIVE,
    )
    summarise(invented, Q4)

    with pytest.raises(Incomplete, match="No real figures"):
        publish_quarter(Q4, by=analyst)


def test_a_quarter_is_published_once(indicator, analyst):
    summarise(indicator, Q4)
    publish_quarter(Q4, by=analyst)

    with pytest.raises(AlreadyPublished):
        publish_quarter(Q4, by=analyst)

    assert PublishedQuarter.objects.count() == 1


def test_quarters_with_figures_are_those_with_a_complete_summary(indicator):
    summarise(indicator, Q4)
    summarise(indicator, Q3, Summary.State.INCOMPLETE)
    summarise(indicator, Quarter(2021, 1))

    assert quarters_with_figures() == [Quarter(2021, 1), Q4]
