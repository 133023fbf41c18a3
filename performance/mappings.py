"""What people have said of the columns of tables: kept, changed, taken away, and by whom."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, models, transaction
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from simple_history.utils import get_history_model_for_model

from partnerships.models import User
from performance.ingest.columns import (
    OF,
    OUT_OF,
    UNREAD,
    Columns,
    fingerprint,
    letters,
    words,
)
from performance.models import ColumnMapping, Indicator, Upload
from performance.models.mapping import as_columns

History = get_history_model_for_model(ColumnMapping)


class AlreadyKept(Exception):
    """Somebody has kept the columns of a table with that header, or has that name."""


@dataclass(frozen=True)
class State:
    """One version of a mapping: its columns in words, and who made it, when and why."""

    number: int
    record: models.Model
    columns: Sequence[tuple[str, str, str]]  # letters, name and role in words

    @property
    def read(self) -> list[tuple[str, str, str]]:
        return [each for each in self.columns if each[2] != words(UNREAD, {})]


def kept() -> list[Columns]:
    """All that people have said, as it crosses to the child process; one query."""
    latest = History.objects.filter(id=OuterRef("pk")).order_by("-history_id")
    mappings = ColumnMapping.objects.annotate(
        version=Subquery(latest.values("history_id")[:1])
    )
    return [as_columns(mapping, mapping.version) for mapping in mappings]


def of_version(version: int | None) -> list[Columns]:
    """What was said in one version, also of a mapping that was changed or removed."""
    return [
        as_columns(state, state.history_id)
        for state in History.objects.filter(history_id=version)
    ]


@transaction.atomic
def keep(
    name: str,
    header: Sequence[str],
    columns: Sequence[str],
    *,
    by: User | None,
    leave_out: str = "",
    area: str = "",
) -> ColumnMapping:
    """Keep what a table's columns are; raises AlreadyKept for a header that has some."""
    mapping = ColumnMapping(
        name=name,
        header=list(header),
        fingerprint=fingerprint(header),
        columns=list(columns),
        leave_out=leave_out,
        area=area,
    )
    mapping._history_user = by
    try:
        with transaction.atomic():
            mapping.save()
    except IntegrityError as error:
        raise AlreadyKept(
            "Somebody has kept the columns of such a table meanwhile, or given that name "
            "to another. Upload the file again to see how it is read."
        ) from error
    return mapping


@transaction.atomic
def change(
    mapping: ColumnMapping,
    *,
    name: str,
    columns: Sequence[str],
    leave_out: str,
    area: str = "",
    by: User,
    reason: str,
) -> ColumnMapping:
    """Say otherwise what the columns are, from now on: files read before keep theirs."""
    mapping.name, mapping.columns = name, list(columns)
    mapping.leave_out, mapping.area = leave_out, area
    mapping._history_user, mapping._change_reason = by, reason
    mapping.save()
    return mapping


@transaction.atomic
def remove(mapping: ColumnMapping, *, by: User, reason: str) -> None:
    """Forget a table; its versions and the uploads read with them stay."""
    mapping._history_user, mapping._change_reason = by, reason
    mapping.delete()


def states(mapping_pk: int) -> list[State]:
    """Every version of a mapping, the newest first; also of one that was removed."""
    records = list(
        History.objects.filter(id=mapping_pk)
        .select_related("history_user")
        .order_by("history_id")
    )
    titles = titles_of(records)
    return [
        State(
            number,
            record,
            [
                (letters(at), name, words(role, titles))
                for at, (name, role) in enumerate(
                    zip(record.header, record.columns, strict=True)
                )
            ],
        )
        for number, record in enumerate(records, start=1)
    ][::-1]


def titles_of(records: Sequence[models.Model]) -> dict[str, str]:
    """The titles of the indicators that some mappings name, by slug."""
    slugs = {
        role.removeprefix(OF).removeprefix(OUT_OF)
        for record in records
        for role in record.columns
        if role.startswith((OF, OUT_OF))
    }
    return dict(Indicator.objects.filter(slug__in=slugs).values_list("slug", "title"))


def listed() -> models.QuerySet:
    """The mappings with ``uploads_read``, and by whom and when each was last changed."""
    latest = History.objects.filter(id=OuterRef("pk")).order_by("-history_id")
    read = Upload.objects.filter(columns_version__id=OuterRef("pk")).order_by()
    return ColumnMapping.objects.annotate(
        changed_at=Subquery(latest.values("history_date")[:1]),
        changed_by=Subquery(latest.values("history_user__username")[:1]),
        uploads_read=Coalesce(
            Subquery(
                read.values("columns_version__id")
                .annotate(many=Count("pk"))
                .values("many")
            ),
            0,
        ),
    )
