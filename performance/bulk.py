"""Many rows into a table at once: COPY on PostgreSQL, executemany elsewhere."""

import polars as pl
from django.db import connection, models


def insert(model: type[models.Model], rows: pl.DataFrame) -> None:
    """Insert a frame's rows inside the running transaction.

    Its columns are the model's field names, its values what the database stores (the
    primary keys of foreign keys). Defaults of the model are not filled in, and no history
    is written. Raises what the database raises when a constraint is broken.
    """
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    names = ", ".join(quote(model._meta.get_field(f).column) for f in rows.columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT csv)") as copy:
                copy.write(
                    rows.write_csv(include_header=False, quote_style="necessary")
                )
        else:
            marks = ", ".join(["%s"] * rows.width)
            cursor.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({marks})", rows.rows()
            )
