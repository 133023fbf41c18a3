import polars as pl
import pytest
from django.db import connection

from performance import bulk
from performance.models import Period
from performance.periods import Month

pytestmark = pytest.mark.django_db


def months(number):
    return [Period.objects.of(Month(2020, 1).plus(at)) for at in range(number)]


def table(rows):
    names = ("id", "kind", "start", "end")
    return pl.DataFrame(rows, schema=names, orient="row")


def stored():
    """Every period with its place in the table, which a row written again leaves."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, ctid::text FROM performance_period")
            return dict(cursor.fetchall())
    return connection.connection.total_changes


def test_rows_that_stand_as_they_should_are_left_alone():
    months(3)
    rows = list(Period.objects.values_list("id", "kind", "start", "end"))
    before = stored()

    bulk.put(Period, table(rows), key=["id"])

    assert stored() == before


def test_what_differs_is_written_over_and_what_is_new_is_added():
    [held] = months(1)
    day, end = held.start, held.end
    other = bulk.next_keys(Period, 1)[0]
    rows = [(held.pk, "quarter", day, end), (other, "calendar_year", day, end)]

    bulk.put(Period, table(rows), key=["id"])

    assert set(Period.objects.values_list("id", "kind")) == {
        (held.pk, "quarter"),
        (other, "calendar_year"),
    }


def test_nothing_is_put_and_inserted_without_a_word():
    bulk.put(Period, table([]), key=["id"])
    bulk.insert(Period, table([]))

    assert not Period.objects.exists()


def test_keys_are_new_and_the_database_goes_on_from_those_used():
    [held] = months(1)
    keys = bulk.next_keys(Period, 2)
    day, end = held.start, held.end
    rows = [(keys[0], "quarter", day, end), (keys[1], "calendar_year", day, end)]
    bulk.insert(Period, table(rows))

    later = Period.objects.of(Month(2021, 1))

    assert held.pk < min(keys) < max(keys) < later.pk


def test_any_number_of_rows_is_deleted(monkeypatch):
    monkeypatch.setattr(bulk, "TOGETHER", 2)
    kept, *gone = months(6)

    bulk.delete(Period, pl.Series([period.pk for period in gone]))

    assert list(Period.objects.all()) == [kept]
