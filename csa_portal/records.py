"""Loading a county's records from readable YAML fixtures.

The files are Django's own fixture format with natural keys instead of numbers. What is
already there, by its natural key, is left as it stands: a fixture adds and never
overwrites.
"""

from pathlib import Path

from django.core import serializers
from django.db import transaction

# In the order in which records refer to each other.
FILES = [
    "areas.yaml",
    "legislation.yaml",
    "partners.yaml",
    "boards.yaml",
    "agreement.yaml",
    "sections.yaml",
    "key_issues.yaml",
    "alignment.yaml",
    "delivery.yaml",
    "evidence.yaml",
    "indicators.yaml",
]


@transaction.atomic
def load_records(folder: Path) -> int:
    """Add the records of a folder that are missing; returns how many were added.

    Raises DeserializationError, naming the file, where one cannot be read or refers to
    a record that does not exist.
    """
    return sum(load_file(folder / name) for name in FILES if (folder / name).exists())


def load_file(path: Path) -> int:
    added = 0
    try:
        with path.open(encoding="utf-8") as stream:
            for record in serializers.deserialize("yaml", stream):
                if record.object.pk is None:
                    record.object.save()
                    for name, related in (record.m2m_data or {}).items():
                        getattr(record.object, name).set(related)
                    added += 1
    except serializers.base.DeserializationError as error:
        raise serializers.base.DeserializationError(f"{path.name}: {error}") from error
    return added
