"""Both logs as one list, newest first: acts (audit events) and changes of records."""

from django.apps import apps
from django.db import models
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Coalesce

from partnerships.models import AuditEvent

WHICH = {"": "Everything", "acts": "What people did", "records": "Changes of records"}
LABEL_FIELDS = [
    "title",
    "name",
    "what",
    "text",
    "username",
    "slug",
    "as_published",
    "code",
]
ACTS = {"+": "Added", "~": "Changed", "-": "Removed"} | dict(AuditEvent.Act.choices)


def entries(which: str = "") -> models.QuerySet:
    """Rows of entry_at, _who, _act, _kind, _about, _url and _reason; one query whatever the number
    of kinds of record, since the database joins and sorts the logs."""
    logs = [] if which == "records" else [acts()]
    if which != "acts":
        logs += [changes(model) for model in historical_models()]
    first, *others = logs
    rows = first.union(*others, all=True) if others else first
    return rows.order_by("-entry_at")


def historical_models() -> list[type[models.Model]]:
    """The history models of our own apps."""
    return [
        model.history.model
        for model in apps.get_models()
        if hasattr(model._meta, "simple_history_manager_attribute")
    ]


def acts() -> models.QuerySet:
    return entry(
        AuditEvent.objects,
        at=F("at"),
        who=F("by_name"),
        act=F("act"),
        kind=text(""),
        about=F("about"),
        url=F("url"),
        reason=F("reason"),
    )


def changes(history: type[models.Model]) -> models.QuerySet:
    fields = {field.name for field in history._meta.get_fields()}
    named = next((name for name in LABEL_FIELDS if name in fields), "id")
    return entry(
        history.objects,
        at=F("history_date"),
        who=Coalesce(F("history_user__username"), text("")),
        act=F("history_type"),
        kind=text(str(history.instance_type._meta.verbose_name)),
        about=Cast(F(named), CharField(max_length=300)),
        url=text(""),
        reason=Coalesce(F("history_change_reason"), text("")),
    )


def entry(log: models.Manager, **columns: models.Expression) -> models.QuerySet:
    """The same columns from any log; the prefix keeps them apart from its own fields."""
    return log.order_by().values(
        **{f"entry_{name}": column for name, column in columns.items()}
    )


def text(value: str) -> Value:
    return Value(value, output_field=CharField())
