"""What was known when, held against the rule gone through by hand."""

import datetime
from decimal import Decimal

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from performance import history
from performance.ingest.checking import receive
from performance.ingest.commit import (
    commit_upload,
    reinstate_upload,
    withdraw_upload,
)
from performance.models import Current, Event, Observation, PublishedQuarter
from performance.models import Period as StoredPeriod
from performance.periods import Month, Quarter
from performance.publication import publish_quarter
from tests.performance.ingest.small_county import csv_bytes, figures, make_county

Q3, Q4 = Quarter(2021, 3), Quarter(2021, 4)


@pytest.fixture
def county(db):
    return make_county()


def save(data, by=None, reason="As sent."):
    upload = receive(data, "figures.csv", by=by)
    commit_upload(upload, by=by, reason=reason)
    return upload


def at(event_number, day):
    """Move an event to noon of a day; an event's time is set by the clock."""
    when = datetime.datetime.fromisoformat(f"{day}T12:00:00+00:00")
    Event.objects.filter(number=event_number).update(at=when)


def preston(county, period=Q4):
    return history.history(county.burglary, county.preston, period)


def values(found):
    return [entry.value for entry in reversed(found.entries)]


def test_every_value_of_a_figure_with_its_difference_and_reason(county, analyst):
    save(figures(Preston=200), by=analyst)
    save(figures(Preston=250), by=analyst, reason="Late recordings.")

    found = preston(county)

    assert values(found) == [200, 250]
    assert found.now.difference == 50
    assert found.now.per_cent == 25
    assert found.now.event.reason == "Late recordings."
    assert found.now.event.by == analyst
    assert (found.now.observation.row, found.entries[-1].before) == (2, None)


def test_a_figure_taken_back_falls_back_to_the_one_before(county):
    save(figures(Preston=200))
    second = save(figures(Preston=250))
    withdraw_upload(second, by=None, reason="Wrong file.")
    reinstate_upload(second, by=None)

    assert values(preston(county)) == [200, 250, 200, 250]


def test_events_that_leave_a_figure_alone_are_no_part_of_its_history(county):
    save(figures(Preston=200, Pendle=1))
    save(figures(Pendle=2))

    assert values(preston(county)) == [200]


def test_a_figure_taken_back_altogether_leaves_none(county):
    upload = save(figures(Preston=200))
    withdraw_upload(upload, by=None, reason="Wrong file.")

    assert values(preston(county)) == [200, None]


def test_an_upload_put_back_under_a_later_one_changes_nothing(county):
    first = save(figures(Preston=200))
    withdraw_upload(first, by=None, reason="Wrong file.")
    save(figures(Preston=250))
    reinstate_upload(first, by=None)

    assert values(preston(county)) == [200, None, 250]


def test_a_sum_of_months_has_a_history_of_its_own(county):
    months = ("January 2022", "February 2022", "March 2022")
    save(csv_bytes(*(("disorder", "Preston", month, 10) for month in months)))
    save(csv_bytes(("disorder", "Preston", "March 2022", 14)))

    found = history.history(county.asb, county.preston, Q4)

    assert values(found) == [30, 34]
    assert [period for _, period in found.parts] == [
        Month(2022, 1),
        Month(2022, 2),
        Month(2022, 3),
    ]


def test_a_whole_is_added_up_from_its_areas(county):
    save(figures(Preston=3, Pendle=4))
    save(figures(Rossendale=5))

    found = history.history(county.burglary, county.whole, Q4)

    assert values(found) == [None, 12]
    assert found.entries[-1].figure.held == 2


def test_the_report_a_value_stood_in_is_named(county):
    save(figures(Preston=200))
    PublishedQuarter.objects.create(period=StoredPeriod.objects.of(Q4), event_number=1)
    save(figures(Preston=250), reason="Late recordings.")

    found = preston(county)

    assert found.revised
    assert [entry.published for entry in found.entries] == [(), (Q4,)]


def test_a_history_costs_the_same_however_long(county, django_assert_num_queries):
    save(figures(Preston=1))
    with django_assert_num_queries(4):
        preston(county)
    for number in range(2, 6):
        save(figures(Preston=number))
    with django_assert_num_queries(4):
        assert len(preston(county).entries) == 5


# A moment


def test_a_day_means_its_last_event(county):
    for number in (1, 2, 3):
        save(figures(Preston=number))
    at(1, "2022-04-30")
    at(2, "2022-05-01")
    at(3, "2022-05-02")

    assert history.as_at("2022-05-01").event == 2
    assert history.as_at("2022-04-29").event == 0
    assert history.as_at(" 2022-05-03 ").words == "on 3 May 2022"


def test_a_day_is_one_of_local_time(county):
    save(figures(Preston=1))
    # Half past eleven at night in UTC is the next day in London's summer.
    late = datetime.datetime(2022, 5, 1, 23, 30, tzinfo=datetime.UTC)
    Event.objects.update(at=late)

    assert history.as_at("2022-05-01").event == 0
    assert history.as_at("2022-05-02").event == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("yesterday", "“yesterday” is no day. Write a day as 2022-05-01"),
        ("2022-02-30", "“2022-02-30” is no day."),
        ("2021-22-q9", "No report is called 2021-22-q9."),
        ("2021-22-q4", "Q4 2021/22 has not been published."),
        ("1; drop table", "is no day"),
    ],
)
def test_what_is_no_moment_is_told(county, text, sentence):
    with pytest.raises(history.NotKnownThen, match=sentence):
        history.as_at(text)


# Pages


@pytest.fixture
def published(county, analyst):
    """Disorder by month, published with 30 in Preston and then revised to 34."""
    county.asb.public = True
    county.asb.save()
    months = ("January 2022", "February 2022", "March 2022")
    save(
        csv_bytes(
            *(
                ("disorder", area, month, 10)
                for month in months
                for area in ("Preston", "Pendle", "Rossendale")
            )
        )
    )
    publish_quarter(Q4, by=analyst)
    save(
        csv_bytes(("disorder", "Preston", "March 2022", 14)),
        by=analyst,
        reason="Late recordings.",
    )
    at(1, "2022-05-01")
    at(2, "2022-06-01")
    return county


def glance_value(client, **query):
    response = client.get(reverse("performance:glance", args=[Q4]), query)
    assert response.status_code == 200
    (row,) = (
        r for r in response.context["page"].rows if r.indicator.slug == "disorder"
    )
    return row.value


def test_the_glance_as_published_and_as_known_now(published, client):
    assert glance_value(client) == 94
    assert glance_value(client, as_at="2021-22-q4") == 90
    assert glance_value(client, as_at="2022-05-20") == 90
    assert glance_value(client, as_at="2022-06-01") == 94


def test_the_indicator_and_its_downloads_as_published(published, client):
    address = reverse("performance:indicator", args=["disorder"])
    query = {"quarter": "2021-22-q4", "as_at": "2021-22-q4"}

    page = client.get(address, query)
    listed = client.get(f"{address}figures.csv", query).text
    now = client.get(f"{address}figures.csv", {"quarter": "2021-22-q4"}).text

    assert page.context["page"].row.value == 90
    assert "As known in the report of Q4 2021/22" in page.text
    preston_row = next(line for line in listed.splitlines() if ",Preston," in line)
    assert ",30," in preston_row
    assert ",34," in next(line for line in now.splitlines() if ",Preston," in line)
    assert client.get(f"{address}chart.svg", query).status_code == 200


def test_a_page_as_at_now_says_what_the_page_says(published, analyst_client):
    """The same arithmetic on both ways: only the band differs."""
    now = analyst_client.get(reverse("performance:glance", args=[Q4])).context["page"]
    then = analyst_client.get(
        reverse("performance:glance", args=[Q4]), {"as_at": "2030-01-01"}
    ).context["page"]

    for one, other in zip(now.rows, then.rows, strict=True):
        assert (one.value, one.rate, one.change, one.status, one.why_not) == (
            other.value,
            other.rate,
            other.change,
            other.status,
            other.why_not,
        )
        if one.areas:
            assert [
                (r.area, r.summary.value, r.interval, r.comparison)
                for r in one.areas.rows
            ] == [
                (r.area, r.summary.value, r.interval, r.comparison)
                for r in other.areas.rows
            ]


def test_the_public_looks_back_no_further_than_the_report(published, client):
    response = client.get(
        reverse("performance:glance", args=[Q4]), {"as_at": "2022-04-01"}
    )

    assert response.status_code == 400
    assert "This quarter was not published on 1 April 2022." in response.text
    assert response.context["page"].reader.moment is None


@pytest.mark.parametrize("name", ["glance_csv", "indicator_csv", "indicator_chart"])
def test_a_download_of_a_moment_that_is_none_is_refused_in_words(
    published, client, name
):
    args = [Q4] if name == "glance_csv" else ["disorder"]

    response = client.get(
        reverse(f"performance:{name}", args=args),
        {"as_at": "soon", "quarter": "2021-22-q4"},
    )

    assert response.status_code == 400
    assert "“soon” is no day. Write a day as 2022-05-01" in response.text


def test_looking_back_writes_nothing_and_costs_the_same(
    published, client, django_assert_max_num_queries
):
    periods = StoredPeriod.objects.count()
    for number in range(20, 24):
        save(csv_bytes(("disorder", "Preston", "March 2022", number)), reason="Again.")

    with django_assert_max_num_queries(12):
        assert glance_value(client, as_at="2021-22-q4") == 90

    assert StoredPeriod.objects.count() == periods


def test_a_definition_is_shown_as_it_was(published, analyst_client):
    indicator = published.asb
    indicator.history.update(
        history_date=datetime.datetime(2022, 1, 1, tzinfo=datetime.UTC)
    )
    indicator.numerator = "Counted in another way."
    indicator.save()

    address = reverse("performance:indicator", args=["disorder"])
    then = analyst_client.get(address, {"as_at": "2022-05-20", "quarter": "2021-22-q4"})

    assert "Counted in another way." not in then.text
    assert "Counted in another way." in analyst_client.get(address).text


def figure_address(period="2022-03", area="preston", name="figure"):
    return reverse(
        f"performance:{name}", args=["disorder", area, Month(2022, 3)]
    ).replace("2022-03", period)


def test_the_public_reads_a_figures_history_without_names(published, client, analyst):
    response = client.get(figure_address())

    assert response.status_code == 200
    assert "Late recordings." in response.text
    assert "The Board was told this in the report of Q4 2021/22" in response.text
    assert str(analyst) not in response.text
    assert "figures.csv" not in response.text.replace("/figures.csv", "")


def test_those_signed_in_read_file_row_and_name(published, analyst_client, analyst):
    text = analyst_client.get(figure_address()).text

    assert "row 2" in text
    assert f"by {analyst}" in text


def test_the_history_comes_as_csv(published, analyst_client, client):
    rows = analyst_client.get(figure_address(name="figure_csv")).text.splitlines()

    assert rows[1].split(",")[5] == "14"
    assert rows[2].split(",")[10] == "the report of Q4 2021/22"
    assert rows[0].endswith("file,sheet,row,by")


@pytest.mark.parametrize("period", ["2021-22-q4", "2022-03"])
def test_parts_and_sums_have_their_pages(published, client, period):
    assert client.get(figure_address(period)).status_code == 200


@pytest.mark.parametrize(
    ("period", "area"),
    [("2022-04", "preston"), ("2019-01", "preston"), ("2022-03", "nowhere")],
)
def test_a_figure_that_is_none_or_not_published_is_not_found(
    published, client, period, area
):
    assert client.get(figure_address(period, area)).status_code == 404


# The algebra

AREAS = ("Preston", "Pendle")


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["save", "withdraw", "reinstate"]),
            st.integers(0, 5),
            st.dictionaries(st.sampled_from(AREAS), st.integers(0, 9), min_size=1),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_any_order_of_acts_gives_what_the_rule_gives(county, acts):
    """The current figures, and those as at every event, are those of the uploads saved
    and not taken back, the one first saved last; for any order of the acts."""
    with transaction.atomic():
        uploads: list = []  # in the order of their first saving: [upload, values, stands]
        snapshots = []
        for act, which, given_values in acts:
            if act == "save":
                # A number of its own makes each file another one, with something to change.
                extra = {"Rossendale": Observation.objects.count() + 1000}
                upload = save(figures(**given_values, **extra))
                uploads.append([upload, given_values, True])
            else:
                entry = uploads[which % len(uploads)] if uploads else None
                if entry is None or entry[2] == (act == "reinstate"):
                    continue
                if act == "withdraw":
                    withdraw_upload(entry[0], by=None, reason="Wrong.")
                else:
                    reinstate_upload(entry[0], by=None)
                entry[2] = act == "reinstate"
            naive = {}
            for _, held, stands in uploads:
                if stands:
                    naive |= held
            snapshots.append(naive)

        assert stored(
            Current.objects.values_list("area__name", "observation__value")
        ) == (snapshots[-1] if snapshots else {})
        mine = Observation.objects.filter(upload__in=[upload for upload, *_ in uploads])
        for number, naive in enumerate(snapshots, start=1):
            rows = mine.as_at(number).values_list("area__name", "value")
            assert stored(rows) == naive
        transaction.set_rollback(True)  # the next example begins with nothing


def stored(rows):
    return {name: int(Decimal(value)) for name, value in rows if name in AREAS}
