"""Many rows into a table at once: COPY on PostgreSQL, executemany elsewhere."""

from collections.abc import Iterable, Sequence

from django.db import connection, models


def insert(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence]
) -> None:
    """Insert rows of a model inside the running transaction.

    ``columns`` are the model's field names; a row's values are what the database stores
    (the primary keys of foreign keys). Defaults of the model are not filled in, and no
    history is written. Raises what the database raises when a constraint is broken.
    """
    names = [model._meta.get_field(name).column for name in columns]
    table = connection.ops.quote_name(model._meta.db_table)
    quoted = ", ".join(map(connection.ops.quote_name, names))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(names))
            cursor.executemany(
                f"INSERT INTO {table} ({quoted}) VALUES ({marks})",
                list(rows),
            )
