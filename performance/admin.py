from django.contrib import admin
from django.db import models

from partnerships.audited_admin import AuditedAdmin, ReadOnly, RecordInline
from performance import definitions
from performance.models import (
    DueDate,
    Event,
    Indicator,
    IndicatorKeyIssue,
    NotComing,
    Observation,
    PublishedQuarter,
    Reminder,
    SourceCode,
    UnitCost,
    Upload,
    Work,
)


class IndicatorKeyIssueInline(RecordInline):
    model = IndicatorKeyIssue
    verbose_name = "key issue"
    verbose_name_plural = "key issues it stands under"


@admin.register(Indicator)
class IndicatorAdmin(AuditedAdmin):
    slug_from = "title"
    list_display = ["title", "polarity", "status_label", "source", "public", "headline"]
    list_filter = [
        "status_label",
        "source_kind",
        "polarity",
        "public",
        "headline",
        "key_issues",
        "provider",
    ]
    search_fields = ["title", "slug", "numerator", "source", "family"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    inlines = [IndicatorKeyIssueInline]

    fieldsets = [
        (None, {"fields": ["title", "slug", "family", "heading", "order"]}),
        (
            "Definition",
            {"fields": ["numerator", "unit", "kind", "polarity", "native_period"]},
        ),
        ("Rate", {"fields": ["denominator", "rate_per"]}),
        ("Areas", {"fields": ["group", "by_area"]}),
        (
            "Where it comes from",
            {
                "fields": [
                    "source",
                    "source_url",
                    "licence",
                    "source_kind",
                    "provider",
                    "owner",
                    "status_label",
                    "illustrative",
                ]
            },
        ),
        (
            "What to tell the reader",
            {"fields": ["why_it_matters", "what_would_mislead", "method"]},
        ),
        ("Cost", {"fields": ["unit_cost", "no_cost_because"]}),
        ("Comparison", {"fields": ["comparators"]}),
        ("Who sees it", {"fields": ["public", "headline"]}),
        (
            "Small counts",
            {
                "fields": [
                    "threshold",
                    "rounding",
                    "whole_threshold",
                    "whole_rounding",
                ],
                "description": "Hidden from everyone but analysts and the provider, with "
                "as many others as it takes. What is hidden once stays hidden.",
            },
        ),
    ]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if change and not definitions.WORKED_OUT_FROM.isdisjoint(form.changed_data):
            definitions.apply(form.instance)


@admin.register(IndicatorKeyIssue)
class IndicatorKeyIssueAdmin(AuditedAdmin):
    list_display = ["indicator", "key_issue", "source", "lead", "valid_from"]
    list_filter = ["key_issue", "source"]
    list_select_related = ["indicator", "key_issue", "lead"]
    search_fields = ["indicator__title", "key_issue__name"]


@admin.register(UnitCost)
class UnitCostAdmin(AuditedAdmin):
    slug_from = "offence"
    list_display = ["offence", "pounds", "price_base", "source"]
    search_fields = ["offence", "source"]


@admin.register(SourceCode)
class SourceCodeAdmin(AuditedAdmin):
    list_display = ["code", "source_kind", "indicator", "valid_from", "valid_until"]
    list_filter = ["source_kind"]
    list_select_related = ["indicator"]
    search_fields = ["code", "indicator__title"]


@admin.register(Upload)
class UploadAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["filename", "source_kind", "state", "covers", "by", "at"]
    list_filter = ["state", "source_kind"]
    list_select_related = ["by"]
    search_fields = ["filename", "sha256", "by__username"]


@admin.register(Work)
class WorkAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["upload", "what", "state", "by", "queued_at", "ended_at", "said"]
    list_filter = ["state", "what"]
    list_select_related = ["upload", "by"]
    search_fields = ["upload__filename", "by__username"]


@admin.register(Observation)
class ObservationAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["indicator", "area", "period", "state", "value", "status", "upload"]
    list_filter = ["state", "status", "indicator", "area"]
    list_select_related = ["indicator", "area", "period", "upload"]
    search_fields = ["indicator__title", "area__name"]
    show_full_result_count = False

    def get_queryset(self, request):
        """Hidden small counts stay hidden here too."""
        seen = Indicator.objects.with_true_values_for(request.user)
        return super().get_queryset(request).filter(indicator__in=seen)


@admin.register(Event)
class EventAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["number", "kind", "upload", "by", "at", "reason"]
    list_filter = ["kind"]
    list_select_related = ["upload", "by"]
    search_fields = ["upload__filename", "reason", "by__username"]


@admin.register(PublishedQuarter)
class PublishedQuarterAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["period", "event_number", "by", "at"]
    list_select_related = ["period", "by"]


@admin.register(DueDate)
class DueDateAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["period", "due", "reason", "by", "at"]
    list_select_related = ["period", "by"]


@admin.register(NotComing)
class NotComingAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["indicator", "period", "reason", "by", "at"]
    list_select_related = ["indicator", "period", "by"]
    search_fields = ["indicator__title", "reason"]


@admin.register(Reminder)
class ReminderAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["user", "on", "returns"]
    list_select_related = ["user"]
    search_fields = ["user__username"]
