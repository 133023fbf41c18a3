"""Loading a county's records from readable YAML fixtures.

The files are Django's own fixture format with natural keys instead of numbers. What is
already there, by its natural key, is left as it stands: a fixture adds and never
overwrites.
"""

from pathlib import Path

import yaml
from django.core import serializers
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.serializers.base import DeserializationError, DeserializedObject
from django.core.serializers.pyyaml import (
    SafeLoader,  # PyYAML's fast one, if it is there
)
from django.db import IntegrityError, models, transaction

from partnerships import audit
from partnerships.models import AuditEvent

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
    "official.yaml",
]


@transaction.atomic
def load_records(folder: Path) -> int:
    """Add the records of a folder that are missing; returns how many were added.

    The audit says so, by the command line.

    Raises DeserializationError, naming the file, where one cannot be read, has a name
    that is not in FILES, holds a record twice, refers to a record that does not exist
    or has a value that its field does not take. Then nothing is added.
    """
    for path in sorted(folder.glob("*.yaml")):
        if path.name not in FILES:
            raise DeserializationError(
                f"{path.name}: no file of records has this name."
            )
    added = sum(load_file(folder / name) for name in FILES if (folder / name).exists())
    if added:
        audit.record(AuditEvent.Act.LOAD, f"{added} records of {folder.name}", by=None)
    return added


def load_file(path: Path) -> int:
    added = 0
    seen = set()
    try:
        for record in serializers.deserialize("python", written_in(path)):
            if record.object.pk is None:
                add(record)
                added += 1
            elif (type(record.object), record.object.pk) in seen:
                raise DeserializationError(f"{named(record.object)} is there twice.")
            seen.add((type(record.object), record.object.pk))
    except (
        DeserializationError,
        FieldDoesNotExist,
        IntegrityError,
        yaml.YAMLError,
    ) as error:
        raise DeserializationError(f"{path.name}: {error}") from error
    return added


def written_in(path: Path) -> list[dict]:
    """The records of a file as they are written; a file of comments alone has none."""
    records = yaml.load(path.read_text("utf-8"), Loader=SafeLoader) or []
    if not isinstance(records, list) or not all(
        isinstance(record, dict) and {"model", "fields"} <= record.keys()
        for record in records
    ):
        raise DeserializationError("it is no list of records with model and fields.")
    return records


def add(record: DeserializedObject) -> None:
    # Reading it has just found what it refers to: that is not looked up once more.
    references = [f.name for f in record.object._meta.fields if f.is_relation]
    try:
        record.object.full_clean(exclude=references)
    except ValidationError as error:
        problems = "; ".join(
            f"{field}: {' '.join(messages)}"
            for field, messages in error.message_dict.items()
        )
        raise DeserializationError(f"{named(record.object)}: {problems}") from error
    record.object.save()
    for name, related in (record.m2m_data or {}).items():
        getattr(record.object, name).set(related)


def named(record: models.Model) -> str:
    key = ", ".join(str(part) for part in record.natural_key())
    return f"{record._meta.verbose_name} ({key})"
