"""Saving, taking back, putting back and sealing, in any order, give what the rule gives.

The rule, in plain words: of the uploads that are saved and not taken back, the figure of
the one first saved last. Here it is worked out again for every moment, in plain Python.
"""

import datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csa_portal.documents import frozen
from partnerships.models import RoleAssignment
from performance import sealing, summaries
from performance.ingest import checking, parsing
from performance.ingest.commit import (
    Blocked,
    commit_upload,
    reinstate_upload,
    withdraw_upload,
)
from performance.models import (
    Current,
    Event,
    Indicator,
    Observation,
    Position,
    Summary,
    Upload,
)
from tests.performance.ingest.small_county import csv_bytes, make_county

KEYS = [
    *(
        ("burglary", area, quarter)
        for area in ("Preston", "Pendle", "Rossendale")
        for quarter in ("Q3 2021/22", "Q4 2021/22")
    ),
    ("disorder", "Preston", "January 2022"),
    ("disorder", "All Shire, no place recorded", "February 2022"),
]
figures = st.dictionaries(
    st.sampled_from(KEYS),
    st.integers(0, 3) | st.sampled_from(["missing", "not applicable"]),
    min_size=1,
    max_size=6,
)
acts = st.lists(
    st.tuples(st.just("save"), figures)
    | st.tuples(st.sampled_from(["take back", "put back", "seal"]), st.integers(0, 3)),
    min_size=2,
    max_size=8,
)


@pytest.fixture
def county(db, settings):
    settings.TODAY = "2022-06-16"
    return make_county()


@pytest.fixture
def administrator(user_with):
    return user_with(RoleAssignment.Role.ADMINISTRATOR)


def checked(values):
    """An upload as it is once it was checked, read in this very process."""
    data = csv_bytes(*((*key, value) for key, value in values.items()))
    upload = Upload.objects.create(
        filename="figures.csv",
        sha256=frozen.keep(data),
        size=len(data),
        source_kind=Upload.SourceKind.FIGURES_CSV,
        state=Upload.State.CHECKED,
        previewed_at_event=Event.objects.latest_number(),
    )
    name = checking._remembered_name(upload.sha256, upload.source_kind, None)
    checking._remember(name, parsing.read(data).packed())
    return upload


def plainly(observation):
    """A figure as the rule knows it: what it is about, from which upload, and its value."""
    period = observation.period.value.label
    key = (observation.indicator.slug, observation.area.name, period)
    said = observation.get_state_display()
    value = said if observation.value is None else int(observation.value)
    return key, (observation.upload_id, value)


RELATED = ("indicator", "area", "period")


def current_now():
    rows = Current.objects.select_related(*(f"observation__{name}" for name in RELATED))
    return dict(plainly(row.observation) for row in rows)


def current_at(number):
    return dict(
        map(plainly, Observation.objects.as_at(number).select_related(*RELATED))
    )


def by_the_rule(saved):
    """``saved`` has [values, stands, upload] in the order of the first savings."""
    current = {}
    for values, stands, upload in saved:
        if stands:
            current |= {key: (upload.pk, value) for key, value in values.items()}
    return current


def sealed_one(upload, officer, administrator):
    """The key of the first of an upload's figures that has a value, which is sealed now."""
    first = upload.observations.filter(value__isnull=False).order_by("pk").first()
    if first is None:
        return None
    asked = sealing.ask(first, by=officer, reason="An order.")
    sealing.agree(asked, by=administrator)
    return plainly(first)[0]


def worked_out():
    """Every summary with its positions, as they are stored, without primary keys."""
    names = [
        field.attname
        for field in Summary._meta.concrete_fields
        if field.attname != "id"
    ]
    places = [
        field.attname
        for field in Position._meta.concrete_fields
        if field.attname not in ("id", "summary_id")
    ]
    key = [f"summary__{name}" for name in ("indicator", "area", "period")]
    order = ("indicator", "area", "period")
    return (
        list(Summary.objects.order_by(*order).values_list(*names)),
        list(Position.objects.order_by(*key, "group").values_list(*key, *places)),
    )


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=acts)
def test_any_order_gives_what_the_rule_gives(county, officer, administrator, acts):
    saved, moments = [], {0: {}}
    with transaction.atomic():
        for act, what in acts:
            if act == "seal":
                if what < len(saved):
                    values, _, upload = saved[what]
                    if key := sealed_one(upload, officer, administrator):
                        values[key] = "sealed"
                        for rule in moments.values():
                            if rule.get(key, (0,))[0] == upload.pk:
                                rule[key] = (upload.pk, "sealed")
                        assert current_now() == moments[len(moments) - 1]
                continue
            if act == "save":
                upload, now = checked(what), by_the_rule(saved)
                if all(
                    now.get(key, (0, ""))[1] == value for key, value in what.items()
                ):
                    with pytest.raises(Blocked, match="Nothing in this file would"):
                        commit_upload(upload, by=None, reason="So it is.")
                    continue
                commit_upload(upload, by=None, reason="So it is.")
                saved.append([dict(what), True, upload])
            elif what >= len(saved) or saved[what][1] != (act == "take back"):
                continue
            elif act == "take back":
                withdraw_upload(saved[what][2], by=None, reason="Wrong")
                saved[what][1] = False
            else:
                reinstate_upload(saved[what][2], by=None)
                saved[what][1] = True
            moments[len(moments)] = by_the_rule(saved)
            assert current_now() == moments[len(moments) - 1]

        assert Event.objects.latest_number() == len(moments) - 1
        for number, rule in moments.items():
            assert current_at(number) == rule
        stored = worked_out()
        Summary.objects.all().delete()
        summaries.refresh_since(
            set(Indicator.objects.values_list("pk", flat=True)),
            datetime.date(2021, 1, 1),
        )
        assert stored == worked_out()
        transaction.set_rollback(True)
