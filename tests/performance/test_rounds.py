import datetime

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse

from partnerships.models import AuditEvent, RoleAssignment
from performance import rounds
from performance.ingest.checking import receive
from performance.ingest.commit import commit_upload, withdraw_upload
from performance.models import DueDate, Indicator, NotComing, Reminder
from performance.periods import Quarter
from tests.factories import RoleAssignmentFactory, UserFactory
from tests.performance.ingest.small_county import csv_bytes, make_county

Q3, Q4 = Quarter(2021, 3), Quarter(2021, 4)
TODAY = datetime.date(2022, 7, 10)  # Q4 2021/22 was due on 30 June, Q3 on 31 March


@pytest.fixture
def county(db, settings):
    settings.TODAY = TODAY.isoformat()
    return make_county()


def save(*rows):
    upload = receive(csv_bytes(*rows), "figures.csv", by=None)
    commit_upload(upload, by=None, reason="As sent.")
    return upload


def burglary(quarter, **values):
    return [("burglary", area, quarter, value) for area, value in values.items()]


def stand(quarter=Q4, today=TODAY):
    return rounds.rounds(Indicator.objects.all(), [quarter], today)[0]


def test_a_round_is_due_at_the_end_of_the_following_quarter():
    assert rounds.usual_due(Q3) == datetime.date(2022, 3, 31)
    assert rounds.usual_due(Q4) == datetime.date(2022, 6, 30)


def test_only_indicators_with_figures_by_then_are_expected(county):
    save(*burglary("Q4 2021/22", Preston=3))

    assert [each.indicator.slug for each in stand(Q4).returns] == ["burglary"]
    assert stand(Q3).returns == ()


def test_a_return_lacks_the_areas_that_have_no_figure(county):
    save(*burglary("Q4 2021/22", Preston=3, Pendle="missing"))

    (line,) = stand().returns

    assert (line.expected, line.came, line.lacking) == (3, 2, 1)
    assert line.open
    assert line.late
    assert line.days_late == 10


def test_a_monthly_indicator_is_expected_for_each_month_and_area(county):
    save(
        *(
            ("disorder", area, month, 5)
            for area in ("Preston", "Pendle", "Rossendale")
            for month in ("January 2022", "February 2022")
        )
    )

    (line,) = stand().returns

    assert (line.expected, line.came) == (9, 6)


def test_what_has_no_place_is_no_part_of_a_return(county):
    save(("disorder", county.unplaced.name, "January 2022", 5))

    assert stand().returns[0].came == 0


def test_a_complete_return_is_not_late_once_it_came(county):
    save(*burglary("Q4 2021/22", Preston=3, Pendle=4, Rossendale=5))

    (line,) = stand().returns

    assert line.complete
    assert not line.late
    # It was saved by the real clock, after the business date: 10 days after 30 June.
    assert line.days_late == 10
    assert stand(today=datetime.date(2022, 6, 30)).returns[0].days_late == 0


def test_figures_taken_back_have_not_come(county):
    save(*burglary("Q3 2021/22", Preston=3))
    upload = save(*burglary("Q4 2021/22", Preston=3, Pendle=4, Rossendale=5))
    withdraw_upload(upload, by=None, reason="Wrong file.")

    assert stand().returns[0].came == 0


def test_returns_are_grouped_by_who_sends_them(county):
    save(*burglary("Q4 2021/22", Preston=3), ("robbery", "Pendle", "Q4 2021/22", 1))

    partners = stand().partners

    assert [each.name for each in partners] == [
        "Shire Constabulary",
        "No partner named: the analyst collects these",
    ]
    assert [each.days_late for each in partners] == [10, 10]


def test_another_due_date_counts_and_is_audited(county, analyst):
    save(*burglary("Q4 2021/22", Preston=3))

    rounds.change_due(
        Q4, datetime.date(2022, 7, 15), by=analyst, reason="The force asked."
    )

    assert not stand().late
    assert stand().days_left == 5
    assert AuditEvent.objects.get(act="round").reason == "The force asked."


def test_a_round_is_not_due_before_its_quarter_ends(county, analyst):
    with pytest.raises(rounds.NotTaken, match="ends on 31 March 2022"):
        rounds.change_due(Q4, datetime.date(2022, 3, 31), by=analyst, reason="Soon.")

    assert not DueDate.objects.exists()


def test_what_will_not_come_is_late_no_longer_and_can_be_expected_again(
    county, analyst
):
    save(*burglary("Q4 2021/22", Preston=3))

    rounds.give_up(Q4, [county.burglary], by=analyst, reason="Nobody has it.")

    assert not stand().late
    assert stand().given_up[0].given_up.reason == "Nobody has it."

    rounds.expect_again(Q4, county.burglary, by=analyst)

    assert stand().late
    assert AuditEvent.objects.filter(act="round").count() == 2


def test_rounds_cost_six_queries_however_many(county, django_assert_num_queries):
    save(*burglary("Q4 2021/22", Preston=3))
    with django_assert_num_queries(6):
        rounds.rounds(Indicator.objects.all(), [Q4], TODAY)
    save(*burglary("Q3 2021/22", Preston=3), ("robbery", "Pendle", "Q3 2021/22", 1))
    with django_assert_num_queries(6):
        rounds.rounds(Indicator.objects.all(), rounds.recent(TODAY), TODAY)


# Pages


def test_the_analyst_sees_every_return_and_a_provider_their_own(
    county, analyst_client, client
):
    save(*burglary("Q4 2021/22", Preston=3), ("robbery", "Pendle", "Q4 2021/22", 1))
    provider = UserFactory()
    RoleAssignmentFactory(
        user=provider, role=RoleAssignment.Role.DATA_PROVIDER, partner=county.police
    )
    address = reverse("performance:round", args=[Q4])

    analysts = analyst_client.get(address).context["round"]
    client.force_login(provider)
    own = client.get(address).context

    assert [r.indicator.slug for r in analysts.returns] == ["burglary", "robbery"]
    assert [r.indicator.slug for r in own["round"].returns] == ["burglary"]
    assert "due_form" not in own


def test_a_quarter_that_is_not_over_has_no_round(county, analyst_client):
    response = analyst_client.get(reverse("performance:round", args=[Quarter(2022, 2)]))

    assert response.status_code == 404


def test_the_page_records_what_will_not_come(county, analyst_client):
    save(*burglary("Q4 2021/22", Preston=3))

    response = analyst_client.post(
        reverse("performance:round_not_coming", args=[Q4]),
        {"indicators": ["burglary"], "why_not_coming": "Nobody has it."},
        follow=True,
    )

    assert "Nobody has it." in response.text
    assert NotComing.objects.get().indicator == county.burglary


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"why_not_coming": "No."}, "Choose the returns that will not come."),
        ({"indicators": ["burglary"]}, "Say why they will not come."),
        ({"indicators": ["robbery"], "why_not_coming": "No."}, "Select a valid choice"),
    ],
)
def test_what_will_not_come_needs_returns_and_a_reason(
    county, analyst_client, posted, sentence
):
    save(*burglary("Q4 2021/22", Preston=3))

    response = analyst_client.post(
        reverse("performance:round_not_coming", args=[Q4]), posted
    )

    assert sentence in response.text
    assert not NotComing.objects.exists()


@pytest.mark.parametrize(
    ("due", "sentence"),
    [
        ("", "Say when the figures are due."),
        ("30 of June", "Write the day as 30/6/2022."),
        ("31/3/2022", "Choose a later day."),
    ],
)
def test_a_bad_due_date_is_told(county, analyst_client, due, sentence):
    response = analyst_client.post(
        reverse("performance:round_due", args=[Q4]), {"due": due, "reason": "Late."}
    )

    assert sentence in response.text
    assert not DueDate.objects.exists()


def test_the_front_page_tells_the_analyst_what_is_late(county, analyst_client):
    save(*burglary("Q4 2021/22", Preston=3))

    response = analyst_client.get("/")

    assert "1 return late" in response.text
    assert "Q4 2021/22, up to 10 days." in response.text


# Reminders


@pytest.fixture
def provider(county):
    provider = UserFactory(username="police-data", email="police-data@example.gov.uk")
    RoleAssignmentFactory(
        user=provider, role=RoleAssignment.Role.DATA_PROVIDER, partner=county.police
    )
    return provider


def test_one_digest_a_person_with_their_own_returns(county, provider):
    save(*burglary("Q4 2021/22", Preston=3), ("robbery", "Pendle", "Q4 2021/22", 1))

    call_command("send_reminders")

    (sent,) = mail.outbox
    assert sent.to == ["police-data@example.gov.uk"]
    assert sent.subject == "1 return to send, 1 of them late"
    assert "Burglary, Q4 2021/22 (January to March 2022): 2 of 3 figures" in sent.body
    assert "10 days ago" in sent.body
    assert "Robbery" not in sent.body
    assert Reminder.objects.get().returns == 1


def test_nobody_is_reminded_twice_in_a_week(county, provider, settings):
    save(*burglary("Q4 2021/22", Preston=3))
    call_command("send_reminders")

    settings.TODAY = "2022-07-16"
    call_command("send_reminders")
    assert len(mail.outbox) == 1

    settings.TODAY = "2022-07-17"
    call_command("send_reminders")
    assert len(mail.outbox) == 2


def test_what_is_due_later_is_not_reminded_of(county, provider, settings):
    save(*burglary("Q4 2021/22", Preston=3))
    settings.TODAY = "2022-06-10"  # 20 days before it is due

    call_command("send_reminders")

    assert mail.outbox == []


def test_a_dry_run_sends_nothing(county, provider, capsys):
    save(*burglary("Q4 2021/22", Preston=3))

    call_command("send_reminders", dry_run=True)

    assert "police-data: 1 return to send" in capsys.readouterr().out
    assert mail.outbox == []
    assert not Reminder.objects.exists()


def test_one_address_that_fails_does_not_stop_the_rest(county, provider, settings):
    save(*burglary("Q4 2021/22", Preston=3))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nothing listens there

    with pytest.raises(CommandError, match="1 reminders could not be sent"):
        call_command("send_reminders")

    assert not Reminder.objects.exists()
