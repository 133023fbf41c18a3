import pytest
from django.urls import reverse

from performance.models import Indicator, Observation
from tests.factories import IndicatorFactory, ObservationFactory

pytestmark = pytest.mark.django_db

KEPT = ["indicator", "unitcost", "sourcecode", "indicatorkeyissue"]
READ_ONLY = ["upload", "observation", "event", "publishedquarter", "work"]


@pytest.mark.parametrize("name", KEPT + READ_ONLY)
def test_an_officer_opens_every_list(officer_client, name):
    ObservationFactory()

    url = reverse(f"admin:performance_{name}_changelist")

    assert officer_client.get(url).status_code == 200


@pytest.mark.parametrize(
    ("name", "status"), [(n, 200) for n in KEPT] + [(n, 403) for n in READ_ONLY]
)
def test_only_definitions_are_added_here(officer_client, name, status):
    url = reverse(f"admin:performance_{name}_add")

    assert officer_client.get(url).status_code == status


def test_an_observation_is_looked_at_and_not_changed(officer_client):
    observation = ObservationFactory(value=10)
    url = reverse("admin:performance_observation_change", args=[observation.pk])

    assert officer_client.get(url).status_code == 200
    assert officer_client.post(url, {"value": 11}).status_code == 403
    assert Observation.objects.get().value == 10


def test_small_counts_are_hidden_here_too(officer_client):
    kept_back = IndicatorFactory(title="Kept back", threshold=5)
    hidden = ObservationFactory(indicator=kept_back, value=3)
    shown = ObservationFactory(
        indicator=IndicatorFactory(title="Shown"), period=hidden.period, value=4
    )

    page = officer_client.get(reverse("admin:performance_observation_changelist"))

    assert list(page.context["cl"].queryset) == [shown]


def test_a_change_to_an_indicator_asks_for_a_reason(officer_client):
    indicator = IndicatorFactory()
    url = reverse("admin:performance_indicator_change", args=[indicator.pk])

    page = officer_client.post(url, {"title": "Another"})

    assert "reason" in page.context["adminform"].form.errors
    assert Indicator.objects.get().title == indicator.title
