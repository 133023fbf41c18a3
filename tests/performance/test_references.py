"""What the triggers of PostgreSQL hold that foreign keys hold elsewhere."""

from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction

from partnerships.models import Area
from performance.models import Current, Observation, Period, Position, Summary, Upload
from tests.factories import AreaGroupFactory, ObservationFactory

# Tests make their tables from the models, so the triggers are made here.
migration = import_module("performance.migrations.0007_references_by_set")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite keeps its foreign keys"
    ),
]
NOBODY = 987_654_321


@pytest.fixture
def by_set(db):
    with connection.schema_editor(atomic=False) as editor:
        migration.by_set(None, editor)


@pytest.fixture
def observation(by_set):
    return ObservationFactory()


@pytest.fixture
def position(observation):
    summary = Summary.objects.create(
        indicator=observation.indicator,
        area=observation.area,
        period=observation.period,
        state="complete",
    )
    return Position.objects.create(summary=summary, group=AreaGroupFactory())


def test_no_foreign_key_of_figures_is_checked_by_row(by_set):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conrelid IN "
            "(SELECT oid FROM pg_class WHERE relname = ANY(%s))",
            [list(migration.REFERENCES)],
        )
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("column", ["indicator", "area", "period", "upload"])
def test_an_observation_of_nothing_is_refused(observation, column):
    fields = {
        name: getattr(observation, f"{name}_id")
        for name in ("indicator", "area", "period", "upload")
    }
    fields |= {column: NOBODY}
    made = Observation(value=1, **{f"{name}_id": pk for name, pk in fields.items()})

    with pytest.raises(IntegrityError, match=f'refers by "{column}_id"'):
        Observation.objects.bulk_create([made])


@pytest.mark.parametrize("field", ["summary_id", "group_id"])
def test_a_position_cannot_come_to_refer_to_nothing(position, field):
    with pytest.raises(IntegrityError, match=f'refers by "{field}"'):
        Position.objects.filter(pk=position.pk).update(**{field: NOBODY})


def test_a_current_row_needs_its_observation(observation):
    with pytest.raises(IntegrityError, match='refers by "observation_id"'):
        Current.objects.create(
            indicator=observation.indicator,
            area=observation.area,
            period=observation.period,
            observation_id=NOBODY,
        )


@pytest.mark.parametrize("model", [Area, Period, Upload])
def test_what_figures_refer_to_cannot_be_deleted(observation, model):
    found = model.objects.filter(
        pk=getattr(observation, f"{model._meta.model_name}_id")
    )

    with pytest.raises(IntegrityError, match="still refers to it"):
        found._raw_delete(found.db)


def test_a_summary_goes_after_its_positions_and_not_before(position):
    summaries = Summary.objects.filter(pk=position.summary_id)
    with (
        pytest.raises(IntegrityError, match="still refers to it"),
        transaction.atomic(),
    ):
        summaries._raw_delete(summaries.db)

    position.delete()
    summaries._raw_delete(summaries.db)

    assert not summaries.exists()


def test_the_foreign_keys_can_come_back(by_set):
    with connection.schema_editor(atomic=False) as editor:
        migration.by_row(None, editor)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'references_on_%'"
        )
        assert cursor.fetchone() == (0,)
