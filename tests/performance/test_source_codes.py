"""How codes become indicators: the list, placing, correcting and ending one."""

import datetime

import pytest
from django.utils import timezone

from partnerships.models import RoleAssignment
from performance import source_codes
from performance.ingest.checking import receive
from performance.ingest.commit import commit_upload
from performance.models import Current, SourceCode, Upload
from performance.source_codes import NotPlaced
from tests.factories import IndicatorFactory
from tests.performance.ingest.small_county import make_county, street_bytes, street_row

Role = RoleAssignment.Role
LIST = "/performance/source-codes/"
NEW = f"{LIST}new/"
APRIL, JULY = datetime.date(2021, 4, 1), datetime.date(2021, 7, 1)


@pytest.fixture
def county(db):
    return make_county()


def code(name="Shoplifting"):
    return SourceCode.objects.get(code=name)


def page_of(placed, act=""):
    return f"{LIST}{placed.pk}/{act}"


def placed(indicator, name="Theft", begins=None, ends=None):
    return SourceCode.objects.create(
        source_kind="street",
        code=name,
        indicator=indicator,
        valid_from=begins,
        valid_until=ends,
    )


def said(**fields):
    return {
        "source_kind": "street",
        "code": "Drone crime",
        "indicator": "disorder",
        "reason": "New in 2022.",
    } | fields


def errors(response):
    form = response.context["form"]
    return [error for errors in form.errors.values() for error in errors]


def unknown(analyst):
    rows = [street_row(kind="Drone crime")] * 3 + [street_row()]
    return receive(street_bytes(*rows), "street.csv", by=analyst)


def test_a_code_nobody_knows_is_listed_placed_and_counted(
    county, analyst, analyst_client
):
    upload = unknown(analyst)
    page = analyst_client.get(upload.get_absolute_url())
    address = f"{NEW}?source=street&code=Drone%20crime"
    assert address.replace("&", "&amp;") in page.text

    listed = analyst_client.get(LIST).context["unplaced"]
    assert [(each.code, each.source_kind, each.rows) for each in listed] == [
        ("Drone crime", "street", 3)
    ]
    form = analyst_client.get(address).context["form"]
    assert (form["source_kind"].value(), form["code"].value()) == (
        "street",
        "Drone crime",
    )
    analyst_client.post(NEW, said())

    assert code("Drone crime").indicator == county.asb
    assert code("Drone crime").history.get().history_change_reason == "New in 2022."
    assert code("Drone crime").history.get().history_user == analyst
    assert analyst_client.get(LIST).context["unplaced"] == []
    answer = analyst_client.post(f"{upload.get_absolute_url()}again/", follow=True)
    again = answer.context["page"].upload
    assert again.pk != upload.pk
    assert upload.findings.errors().exists()
    assert not again.findings.errors().exists()
    commit_upload(again, by=analyst)
    assert (
        Current.objects.get(indicator=county.asb, area=county.preston).observation.value
        == 4
    )


def test_a_code_that_only_an_old_upload_met_is_not_listed(county, analyst):
    upload = unknown(analyst)
    now = timezone.now()
    assert len(source_codes.unplaced(now)) == 1

    Upload.objects.filter(pk=upload.pk).update(at=now - datetime.timedelta(days=367))

    assert source_codes.unplaced(now) == []


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (said(source_kind=""), "Choose the source that has this code."),
        (said(source_kind="workbook"), "Choose a source of the list."),
        (said(code=" "), "Write the code as the file has it."),
        (said(code="x" * 151), "A code has at most 150 characters."),
        (said(indicator=""), "Choose the indicator, or that it is not used."),
        (said(indicator="gone"), "Choose an indicator of the list."),
        (said(valid_from="soon"), "Write the day as 1/4/2022."),
        (said(reason=""), "Say why."),
        (said(reason="x" * 101), "Say it in at most 100 characters."),
        (
            said(valid_from="1/4/2022", valid_until="1/4/2022"),
            "It would end on 1 April 2022, before it begins on 1 April 2022. Give it a "
            "later end.",
        ),
        (
            said(code="SHOPLIFTING ", indicator="shop-theft"),
            "It counts in Shop theft already. Change that entry instead: twice would "
            "count its rows twice.",
        ),
        (
            said(code="other crime"),
            "It is known and not used. End that first, or choose other days.",
        ),
        (
            said(code="Other crime", indicator="not-used"),
            "It is known and not used already.",
        ),
        (
            said(code="Shoplifting", indicator="not-used"),
            "It counts in Shop theft. End that first, or choose other days.",
        ),
    ],
)
def test_a_bad_place_is_answered_with_a_sentence_and_keeps_nothing(
    county, analyst_client, fields, sentence
):
    response = analyst_client.post(NEW, fields)

    assert errors(response) == [sentence]
    assert sentence in response.text
    assert SourceCode.objects.count() == 3


def test_a_code_ends_and_another_begins_on_the_same_day(
    county, analyst, analyst_client
):
    response = analyst_client.post(
        page_of(code(), "end/"),
        {"on": "1/7/2021", "then": "disorder", "reason": "Counted as disorder."},
        follow=True,
    )

    assert "Shoplifting ends on 1 July 2021." in response.text
    assert list(
        SourceCode.objects.filter(code="Shoplifting")
        .order_by("pk")
        .values_list("indicator__slug", "valid_from", "valid_until")
    ) == [("shop-theft", None, JULY), ("disorder", JULY, None)]
    months = [
        street_row(kind="Shoplifting", month=month) for month in ("2021-06", "2021-07")
    ]
    commit_upload(receive(street_bytes(*months), "a.csv", by=analyst), by=analyst)
    assert set(
        Current.objects.filter(
            area=county.preston, observation__value__gt=0
        ).values_list("indicator__slug", "period__start")
    ) == {("shop-theft", datetime.date(2021, 6, 1)), ("disorder", JULY)}


def test_ending_a_code_leaves_figures_already_loaded(county, analyst, analyst_client):
    rows = [street_row(kind="Shoplifting", month="2021-07")] * 2
    commit_upload(receive(street_bytes(*rows), "a.csv", by=analyst), by=analyst)
    before = list(Current.objects.values_list("pk", "observation__value"))
    assert (county.shoplifting.pk, 2) in Current.objects.values_list(
        "indicator", "observation__value"
    )

    analyst_client.post(
        page_of(code(), "end/"), {"on": "1/7/2021", "then": "gone", "reason": "Gone."}
    )

    assert list(Current.objects.values_list("pk", "observation__value")) == before
    assert "do not change" in analyst_client.get(page_of(code())).text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"on": "", "then": "gone", "reason": "x"}, "Say from which day."),
        (
            {"on": "32/1/2021", "then": "gone", "reason": "x"},
            "Write the day as 1/4/2022.",
        ),
        (
            {"on": "1/7/2021", "then": "", "reason": "x"},
            "Choose what it counts in from that day.",
        ),
        ({"on": "1/7/2021", "then": "gone", "reason": ""}, "Say why."),
        (
            {"on": "1/7/2021", "then": "shop-theft", "reason": "x"},
            "Choose an indicator of the list.",
        ),
        (
            {"on": "1/4/2021", "then": "gone", "reason": "x"},
            "It would end on 1 April 2021, before it begins on 1 April 2021. Give it a "
            "later end.",
        ),
    ],
)
def test_a_bad_end_is_answered_with_a_sentence_and_changes_nothing(
    county, analyst_client, fields, sentence
):
    SourceCode.objects.filter(code="Shoplifting").update(valid_from=APRIL)

    response = analyst_client.post(page_of(code(), "end/"), fields)

    assert errors(response) == [sentence]
    assert code().valid_until is None


def test_nothing_is_ended_when_what_follows_cannot_begin(county, analyst):
    placed(county.asb, "Shoplifting", begins=JULY)

    with pytest.raises(NotPlaced, match="It counts in Disorder already, from 1 July"):
        source_codes.end(
            SourceCode.objects.get(indicator=county.shoplifting),
            JULY,
            begins=[county.asb],
            by=analyst,
            reason="x",
        )

    assert not SourceCode.objects.filter(valid_until__isnull=False).exists()


def test_a_correction_is_kept_with_its_reason(county, officer, officer_client):
    change = page_of(code(), "change/")

    officer_client.post(
        change,
        {"indicator": "disorder", "valid_from": "2021-04-01", "reason": "A slip."},
    )

    assert (code().indicator, code().valid_from) == (county.asb, APRIL)
    page = officer_client.get(page_of(code()))
    record = page.context["records"][0]
    assert (record.history_user, record.history_change_reason) == (officer, "A slip.")
    assert "“A slip.”" in page.text


def test_a_change_is_in_the_audit_by_its_code(county, officer_client):
    officer_client.post(NEW, said())

    assert "Drone crime" in officer_client.get("/audit/?which=records").text


def test_only_analysts_and_officers_place_codes(county, user_with, signed_in):
    client = signed_in(user_with(Role.DATA_PROVIDER))

    assert client.get(LIST).status_code == 200
    assert "Place a code" not in client.get(LIST).text
    assert "End it" not in client.get(page_of(code())).text
    assert client.post(NEW, said()).status_code == 403
    for act in ("change/", "end/"):
        answer = client.post(
            page_of(code(), act),
            {"on": "1/7/2021", "then": "gone", "indicator": "disorder", "reason": "x"},
        )
        assert answer.status_code == 403
    assert SourceCode.objects.count() == 3
    assert code().indicator == county.shoplifting


def test_the_public_does_not_read_the_list(county, client):
    assert client.get(LIST).status_code == 302


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("", ["Anti-social behaviour", "Other crime", "Shoplifting"]),
        ("?source=home_office", []),
        ("?source=street&indicator=disorder", ["Anti-social behaviour"]),
        ("?code=CRIME", ["Other crime"]),
    ],
)
def test_the_list_is_filtered(county, board_client, query, codes):
    rows = board_client.get(LIST + query).context["table"].rows

    assert [row.record.code for row in rows] == codes


def test_a_choice_that_is_none_is_told(county, board_client):
    page = board_client.get(f"{LIST}?indicator=nonsense&source=workbook")

    assert "Choose an indicator of the list." in page.text
    assert "Choose a source of the list." in page.text


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_many_codes(
    county, analyst, analyst_client, count, django_assert_num_queries
):
    for n in range(count):
        placed(IndicatorFactory(), f"Code {n}")
        rows = [street_row(kind=f"Unknown {n}"), street_row()]
        receive(street_bytes(*rows), f"{n}.csv", by=analyst)

    # session, user, roles, choices, unplaced, placed, number of codes, codes
    with django_assert_num_queries(8):
        response = analyst_client.get(LIST)

    assert len(response.context["table"].rows) == 3 + count
    assert len(response.context["unplaced"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_a_code_costs_the_same_however_often_it_changed(
    county, analyst, analyst_client, count, django_assert_num_queries
):
    for n in range(count):
        source_codes.change(
            code(),
            indicator=county.asb,
            valid_from=APRIL,
            valid_until=None,
            by=analyst,
            reason=f"{n}",
        )

    address = page_of(code())

    # session, user, roles, code, the same elsewhere, its history
    with django_assert_num_queries(6):
        response = analyst_client.get(address)

    assert len(response.context["records"]) == count + 1
