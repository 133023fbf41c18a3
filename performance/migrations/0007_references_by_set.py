"""On PostgreSQL, references of figures are held to exist a statement at a time.

A foreign key is checked row by row: four look-ups a figure are most of the cost of a large
upload. The triggers made here refuse what the foreign keys did, with the same error, lock
what is referred to against being deleted meanwhile as they do, and look each row up once a
statement. They check at once, where the foreign keys waited for the end of the transaction.
SQLite keeps its foreign keys.
"""

from django.db import migrations

# Each table with its columns that refer to others.
REFERENCES = {
    "performance_observation": {
        "indicator_id": "performance_indicator",
        "area_id": "partnerships_area",
        "period_id": "performance_period",
        "upload_id": "performance_upload",
    },
    "performance_current": {"observation_id": "performance_observation"},
    "performance_summary": {
        "indicator_id": "performance_indicator",
        "area_id": "partnerships_area",
        "period_id": "performance_period",
    },
    "performance_position": {
        "summary_id": "performance_summary",
        "group_id": "partnerships_areagroup",
    },
}

# Both take pairs of a column and a table: what is referred to, what refers.
FUNCTIONS = """
CREATE FUNCTION performance_refers() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    given bigint;
    found bigint;
BEGIN
    FOR at IN 0 .. TG_NARGS / 2 - 1 LOOP
        EXECUTE format('SELECT count(DISTINCT %I) FROM new_rows', TG_ARGV[2 * at])
            INTO given;
        EXECUTE format(
            'WITH locked AS (SELECT 1 FROM %I WHERE id IN (SELECT %I FROM new_rows) '
            'FOR KEY SHARE) SELECT count(*) FROM locked',
            TG_ARGV[2 * at + 1], TG_ARGV[2 * at]
        ) INTO found;
        IF found < given THEN
            RAISE foreign_key_violation USING MESSAGE = format(
                'insert or update on table "%s" refers by "%s" to what is not in "%s"',
                TG_TABLE_NAME, TG_ARGV[2 * at], TG_ARGV[2 * at + 1]
            );
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE FUNCTION performance_referred_to() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held boolean;
BEGIN
    FOR at IN 0 .. TG_NARGS / 2 - 1 LOOP
        EXECUTE format(
            'SELECT EXISTS (SELECT 1 FROM %I WHERE %I IN (SELECT id FROM old_rows))',
            TG_ARGV[2 * at + 1], TG_ARGV[2 * at]
        ) INTO held;
        IF held THEN
            RAISE foreign_key_violation USING MESSAGE = format(
                'delete on table "%s": "%s" still refers to it by "%s"',
                TG_TABLE_NAME, TG_ARGV[2 * at + 1], TG_ARGV[2 * at]
            );
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
"""
DROP_FUNCTIONS = """
DROP FUNCTION performance_refers();
DROP FUNCTION performance_referred_to();
"""


def by_set(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(FUNCTIONS, params=None)
    for table, references in REFERENCES.items():
        for name in _foreign_keys(schema_editor, table, references):
            schema_editor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        pairs = ", ".join(f"'{each}'" for pair in references.items() for each in pair)
        for act in ("insert", "update"):
            schema_editor.execute(
                f"CREATE TRIGGER references_on_{act} AFTER {act} ON {table} "
                "REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT "
                f"EXECUTE FUNCTION performance_refers({pairs})"
            )
    for table, pairs in _referred_to().items():
        schema_editor.execute(
            f"CREATE TRIGGER references_on_delete AFTER DELETE ON {table} "
            "REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT "
            f"EXECUTE FUNCTION performance_referred_to({', '.join(pairs)})"
        )


def by_row(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    for table, references in REFERENCES.items():
        for act in ("insert", "update"):
            schema_editor.execute(f"DROP TRIGGER references_on_{act} ON {table}")
        for column, target in references.items():
            schema_editor.execute(
                f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_fk "
                f"FOREIGN KEY ({column}) REFERENCES {target} "
                "DEFERRABLE INITIALLY DEFERRED"
            )
    for table in _referred_to():
        schema_editor.execute(f"DROP TRIGGER references_on_delete ON {table}")
    schema_editor.execute(DROP_FUNCTIONS, params=None)


def _referred_to():
    pairs = {}
    for table, references in REFERENCES.items():
        for column, target in references.items():
            pairs.setdefault(target, []).extend((f"'{column}'", f"'{table}'"))
    return pairs


def _foreign_keys(schema_editor, table, references):
    with schema_editor.connection.cursor() as cursor:
        found = schema_editor.connection.introspection.get_constraints(cursor, table)
    return [
        name
        for name, constraint in found.items()
        if constraint["foreign_key"] and constraint["columns"][0] in references
    ]


class Migration(migrations.Migration):

    dependencies = [("performance", "0006_small_counts")]

    operations = [migrations.RunPython(by_set, by_row)]
