"""Many rows into a table at once: COPY on PostgreSQL, executemany elsewhere."""

from collections.abc import Sequence

import polars as pl
from django.db import connection, models

TOGETHER = 10_000  # primary keys in one statement
INCOMING = "bulk_incoming"


def insert(model: type[models.Model], rows: pl.DataFrame) -> None:
    """Insert a frame's rows inside the running transaction.

    Its columns are the model's field names, its values what the database stores (the
    primary keys of foreign keys). Defaults of the model are not filled in, and no history
    is written. Raises what the database raises when a constraint is broken.
    """
    if not rows.height:
        return
    # A column in which nothing stands is left to be null by itself.
    given = rows.select(each for each in rows if each.null_count() < rows.height)
    _into(_table(model), _columns(model, given), given)


def put(model: type[models.Model], rows: pl.DataFrame, *, key: Sequence[str]) -> None:
    """Insert rows, or write them over those of the same key that differ.

    ``key`` names fields that are unique together; otherwise as ``insert``.
    """
    if not rows.height:
        return
    columns = _columns(model, rows)
    unique = [_column(model, name) for name in key]
    others = [name for name in columns if name not in unique]
    table = _table(model)
    set_ = ", ".join(f"{name} = excluded.{name}" for name in others)
    held = ", ".join(f"{table}.{name}" for name in others)
    given = ", ".join(f"excluded.{name}" for name in others)
    differs = (
        "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    )  # as SQLite has it
    conflict = (
        f" ON CONFLICT ({', '.join(unique)}) DO UPDATE SET {set_} "
        f"WHERE ({held}) {differs} ({given})"
    )
    if connection.vendor != "postgresql":
        _into(table, columns, rows, conflict)
        return
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE {INCOMING} ON COMMIT DROP AS "
            f"SELECT {names} FROM {table} WHERE false"
        )
        _into(INCOMING, columns, rows)
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM {INCOMING}{conflict}"
        )
        cursor.execute(f"DROP TABLE {INCOMING}")


def delete(model: type[models.Model], keys: pl.Series) -> None:
    """Delete rows by their primary keys, and nothing that refers to them."""
    for part in keys.to_frame().iter_slices(TOGETHER):
        found = model.objects.filter(pk__in=part.to_series().to_list())
        found._raw_delete(found.db)


def next_keys(model: type[models.Model], number: int) -> list[int]:
    """So many primary keys that no row has or will be given."""
    if not number:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT array_agg(nextval(pg_get_serial_sequence(%s, 'id'))) "
                "FROM generate_series(1, %s)",
                [table, number],
            )
            return cursor.fetchone()[0]
        # The one writer there can be; SQLite counts on from the highest key inserted.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = next(iter(cursor.fetchone() or [0]))
    return list(range(last + 1, last + 1 + number))


def _into(
    table: str, columns: Sequence[str], rows: pl.DataFrame, conflict: str = ""
) -> None:
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT csv)") as copy:
                copy.write(
                    rows.write_csv(include_header=False, quote_style="necessary")
                )
        else:
            marks = ", ".join(["%s"] * rows.width)
            cursor.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({marks}){conflict}", rows.rows()
            )


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _column(model: type[models.Model], field: str) -> str:
    return connection.ops.quote_name(model._meta.get_field(field).column)


def _columns(model: type[models.Model], rows: pl.DataFrame) -> list[str]:
    return [_column(model, name) for name in rows.columns]
