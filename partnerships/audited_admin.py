"""What every record's admin shares: who may, why a change is made, and its history.

Django's own log of the admin is switched off: before and after of a record are in its
history, acts are in the audit, and there is no third log.
"""

import datetime

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.shortcuts import redirect
from simple_history.admin import SimpleHistoryAdmin

from partnerships.access import may

ICONS = [f"can_{act}_related" for act in ["add", "change", "delete", "view"]]
REASON_MAX_LENGTH = 100  # the column in every history table


class ByRole:
    """Answers Django's questions about permission from the one table of roles."""

    act = "edit the agreement"

    def has_module_permission(self, request):
        return may(request.user, self.act)

    def has_view_permission(self, request, obj=None):
        return may(request.user, self.act)

    def has_add_permission(self, request, obj=None):
        return may(request.user, self.act)

    def has_change_permission(self, request, obj=None):
        return may(request.user, self.act)

    def has_delete_permission(self, request, obj=None):
        return may(request.user, self.act)


class Fields:
    """Asks once for each list of choices, however many rows of a page show it."""

    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def get_queryset(self, request):
        return with_relations(super().get_queryset(request))

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        choices = db_field.related_model._default_manager.all()
        kwargs.setdefault("queryset", with_relations(choices))
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        asked = request.__dict__.setdefault("_choices", {})
        key = db_field.related_model, field.empty_label
        if key not in asked:
            asked[key] = list(field.choices)
        field.choices = asked[key]
        return field


def with_relations(records: models.QuerySet) -> models.QuerySet:
    """Records with all they point to, because their names tend to hold its name."""
    fields = records.model._meta.fields
    names = [each.name for each in fields if each.many_to_one or each.one_to_one]
    return records.select_related(*names) if names else records


class ReadOnly(ByRole):
    """May be looked at and never written here."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class DatedForm(forms.ModelForm):
    """Says in words what the database would refuse: a record that ends before it began."""

    def clean(self):
        data = super().clean()
        starts, ends = self.cleaned_data.get("valid_from"), data.get("valid_until")
        if isinstance(starts, datetime.date) and ends and ends <= starts:
            self.add_error("valid_until", "This day must come after the first one.")
        return data


class RecordForm(DatedForm):
    """A record that exists is changed for a reason; a new one needs none."""

    reason = forms.CharField(
        label="Reason for this change",
        max_length=REASON_MAX_LENGTH,
        help_text="In a few words. It is kept in the history with your name.",
        error_messages={"required": "Say why this changes."},
        widget=forms.TextInput(attrs={"size": 80}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["reason"]


class AuditedAdmin(ByRole, Fields, SimpleHistoryAdmin):
    """The base of every record's admin: user and reason go into the history.

    ``slug_from`` names the field a new record's slug is made from; afterwards the slug
    stands, because addresses do.
    """

    form = RecordForm
    slug_from = None
    actions = None  # several records deleted at once could give no reason
    list_per_page = 50

    def get_fields(self, request, obj=None):
        return [name for name in super().get_fields(request, obj) if name != "reason"]

    def get_fieldsets(self, request, obj=None):
        fieldsets = list(super().get_fieldsets(request, obj))
        return [*fieldsets, ("Why", {"fields": ["reason"]})] if obj else fieldsets

    def get_readonly_fields(self, request, obj=None):
        fixed = ("slug",) if obj and self.slug_from else ()
        return (*super().get_readonly_fields(request, obj), *fixed)

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj or not self.slug_from else {"slug": (self.slug_from,)}

    def save_model(self, request, obj, form, change):
        obj._change_reason = reason_of(form)
        super().save_model(request, obj, form, change)

    def save_formset(self, request, form, formset, change):
        for record in formset.save(commit=False):
            record._change_reason = reason_of(form)
            record.save()
        for record in formset.deleted_objects:
            record._change_reason = reason_of(form)
            record.delete()
        formset.save_m2m()

    def delete_view(self, request, object_id, extra_context=None):
        if request.method == "POST" and not request.POST.get("reason", "").strip():
            messages.error(request, "Nothing was deleted: say why it should be.")
            return redirect(request.path)
        return super().delete_view(
            request, object_id, {"reason_max_length": REASON_MAX_LENGTH}
        )

    def delete_model(self, request, obj):
        obj._change_reason = request.POST["reason"].strip()[:REASON_MAX_LENGTH]
        super().delete_model(request, obj)

    def log_addition(self, request, obj, message):
        pass

    def log_change(self, request, obj, message):
        pass

    def log_deletions(self, request, queryset):
        pass


class RecordInline(ByRole, Fields, admin.TabularInline):
    form = DatedForm
    extra = 0

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """A choice in a row is chosen; what it points to has a page of its own."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        for icon in ICONS:
            if hasattr(getattr(field, "widget", None), icon):
                setattr(field.widget, icon, False)
        return field


def reason_of(form: forms.ModelForm) -> str | None:
    return form.cleaned_data.get("reason")
