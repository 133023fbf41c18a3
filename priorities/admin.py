from django.contrib import admin

from partnerships.audited_admin import AuditedAdmin, RecordInline
from priorities.models import (
    Achievement,
    Agreement,
    AlignmentRow,
    AssessmentStep,
    Commitment,
    Decision,
    DistrictTheme,
    ExternalLink,
    FrameworkEntry,
    FrameworkGap,
    KeyIssue,
    KeyIssueFact,
    ListedPartner,
    LocalProfile,
    PlanPriority,
    Priority,
    Programme,
    QuotedFigure,
    Section,
    StrategicAssessment,
    Strategy,
    StrategyAim,
    SubPriority,
    Theme,
    TopicOutside,
    Version,
    VersionKeyIssue,
)


class VersionInline(RecordInline):
    model = Version
    show_change_link = True


class ListedPartnerInline(RecordInline):
    model = ListedPartner


@admin.register(Agreement)
class AgreementAdmin(AuditedAdmin):
    list_display = ["title", "edition", "starts_year", "ends_year", "owner"]
    list_select_related = ["owner"]
    search_fields = ["title", "edition"]
    inlines = [VersionInline, ListedPartnerInline]
    fieldsets = [
        (None, {"fields": ["title", "edition", "owner", "predecessor"]}),
        ("Term", {"fields": [("starts_year", "ends_year")]}),
    ]


@admin.register(Version)
class VersionAdmin(AuditedAdmin):
    list_display = ["agreement", "number", "dated", "what_changed"]
    list_filter = ["agreement"]
    list_select_related = ["agreement"]
    search_fields = ["number", "what_changed"]


@admin.register(Section)
class SectionAdmin(AuditedAdmin):
    slug_from = "title"
    list_display = ["number", "title", "version"]
    list_display_links = ["title"]
    list_filter = ["version"]
    list_select_related = ["version__agreement"]
    search_fields = ["title", "lead", "body"]


class ProgrammeInline(RecordInline):
    model = Programme
    fields = ["order", "title", "slug", "lead", "in_approach", "in_summary"]
    show_change_link = True

    def has_add_permission(self, request, obj=None):
        """A programme needs its summary: it is added on its own page."""
        return False


@admin.register(Priority)
class PriorityAdmin(AuditedAdmin):
    slug_from = "title"
    list_display = ["title", "agreement", "order"]
    list_filter = ["agreement"]
    list_select_related = ["agreement"]
    search_fields = ["title", "summary"]
    inlines = [ProgrammeInline]


class SubPriorityInline(RecordInline):
    model = SubPriority
    prepopulated_fields = {"slug": ["title"]}


class KeyIssueFactInline(RecordInline):
    model = KeyIssueFact


@admin.register(KeyIssue)
class KeyIssueAdmin(AuditedAdmin):
    slug_from = "name"
    list_display = ["name", "slug", "valid_from", "valid_until"]
    search_fields = ["name", "slug", "in_versions__title"]
    filter_horizontal = ["successors"]
    inlines = [SubPriorityInline, KeyIssueFactInline]
    fieldsets = [
        (None, {"fields": ["name", "slug"]}),
        ("Active", {"fields": [("valid_from", "valid_until"), "successors"]}),
    ]


@admin.register(VersionKeyIssue)
class VersionKeyIssueAdmin(AuditedAdmin):
    list_display = ["title", "version", "priority", "order"]
    list_filter = ["version", "priority"]
    list_select_related = ["version__agreement", "priority"]
    search_fields = ["title", "key_issue__name", "body"]
    filter_horizontal = ["limbs"]

    def view_on_site(self, obj):
        return obj.key_issue.get_absolute_url()


@admin.register(SubPriority)
class SubPriorityAdmin(AuditedAdmin):
    slug_from = "title"
    list_display = ["title", "key_issue", "status", "status_as_of"]
    list_filter = ["status", "key_issue"]
    list_select_related = ["key_issue"]
    search_fields = ["title"]


@admin.register(KeyIssueFact)
class KeyIssueFactAdmin(AuditedAdmin):
    list_display = ["statement", "key_issue", "kind", "when"]
    list_filter = ["kind", "key_issue"]
    list_select_related = ["key_issue"]
    search_fields = ["statement", "slug"]


@admin.register(Programme)
class ProgrammeAdmin(AuditedAdmin):
    slug_from = "title"
    list_display = ["title", "priority", "lead", "in_approach", "in_summary"]
    list_filter = ["priority", "in_approach", "in_summary"]
    list_select_related = ["priority", "lead"]
    search_fields = ["title", "other_name", "summary"]

    def view_on_site(self, obj):
        return obj.priority.get_absolute_url()


@admin.register(Theme)
class ThemeAdmin(AuditedAdmin):
    slug_from = "title"
    list_display = ["title", "agreement", "order"]
    list_filter = ["agreement"]
    list_select_related = ["agreement"]
    search_fields = ["title"]


@admin.register(TopicOutside)
class TopicOutsideAdmin(AuditedAdmin):
    slug_from = "title"
    list_display = ["title", "agreement", "board"]
    list_filter = ["agreement"]
    list_select_related = ["agreement", "board"]
    search_fields = ["title", "why", "board__name"]


@admin.register(PlanPriority)
class PlanPriorityAdmin(AuditedAdmin):
    slug_from = "title"
    list_display = ["title", "plan", "order"]
    list_filter = ["plan"]
    search_fields = ["title", "plan"]


@admin.register(DistrictTheme)
class DistrictThemeAdmin(AuditedAdmin):
    slug_from = "title"
    list_display = ["title", "slug"]
    search_fields = ["title"]


@admin.register(AlignmentRow)
class AlignmentRowAdmin(AuditedAdmin):
    list_display = ["order", "key_issue", "plan_priority", "agreement"]
    list_display_links = ["plan_priority"]
    list_filter = ["agreement", "plan_priority"]
    list_select_related = ["agreement", "key_issue", "plan_priority"]
    search_fields = ["key_issue__name", "plan_priority__title"]
    filter_horizontal = ["district_themes"]

    def view_on_site(self, obj):
        return "/alignment/"


class StrategyAimInline(RecordInline):
    model = StrategyAim


@admin.register(Strategy)
class StrategyAdmin(AuditedAdmin):
    slug_from = "title"
    list_display = ["title", "status", "starts", "ends", "owner"]
    list_filter = ["status", "owner", "framework__key_issue"]
    list_select_related = ["owner"]
    search_fields = ["title", "summary"]
    inlines = [StrategyAimInline]
    fieldsets = [
        (None, {"fields": ["title", "slug", "owner", "summary", "url", "unnamed"]}),
        (
            "Where it stands",
            {"fields": ["status", ("starts", "ends"), "dates_from_title"]},
        ),
    ]

    def view_on_site(self, obj):
        return "/delivery-framework/"


@admin.register(FrameworkEntry)
class FrameworkEntryAdmin(AuditedAdmin):
    list_display = ["key_issue", "column", "order", "board", "strategy", "agreement"]
    list_filter = ["agreement", "key_issue", "column"]
    list_select_related = ["agreement", "key_issue", "board", "strategy"]
    search_fields = ["as_published", "board__name", "strategy__title"]

    def view_on_site(self, obj):
        return "/delivery-framework/"


@admin.register(FrameworkGap)
class FrameworkGapAdmin(AuditedAdmin):
    list_display = ["key_issue", "column", "reason", "owner", "look_again_by"]
    list_filter = ["agreement", "key_issue", "column", "reason"]
    list_select_related = ["key_issue", "owner"]
    search_fields = ["key_issue__name", "explanation"]
    date_hierarchy = "look_again_by"

    def view_on_site(self, obj):
        return "/delivery-framework/"


class AssessmentStepInline(RecordInline):
    model = AssessmentStep


class LocalProfileInline(RecordInline):
    model = LocalProfile


@admin.register(StrategicAssessment)
class StrategicAssessmentAdmin(AuditedAdmin):
    slug_from = "title"
    list_display = ["title", "agreement", "starts_year", "ends_year"]
    list_select_related = ["agreement"]
    search_fields = ["title", "summary"]
    inlines = [AssessmentStepInline, LocalProfileInline]


class QuotedFigureInline(RecordInline):
    model = QuotedFigure
    fields = ["order", "what", "amount", "unit", "qualifier", "as_published", "period"]
    show_change_link = True

    def has_add_permission(self, request, obj=None):
        """A figure needs its source and section: it is added on its own page."""
        return False


@admin.register(Achievement)
class AchievementAdmin(AuditedAdmin):
    slug_from = "title"
    list_display = ["title", "agreement", "order"]
    list_filter = ["agreement", "bodies"]
    list_select_related = ["agreement"]
    search_fields = ["title", "body"]
    filter_horizontal = ["bodies"]
    inlines = [QuotedFigureInline]


@admin.register(QuotedFigure)
class QuotedFigureAdmin(AuditedAdmin):
    slug_from = "what"
    list_display = ["what", "as_published", "period", "source", "section_number"]
    list_filter = ["agreement", "unit", "section_number"]
    search_fields = ["what", "as_published", "source"]
    fieldsets = [
        (None, {"fields": ["agreement", "order", "what", "slug"]}),
        (
            "The figure",
            {
                "fields": [
                    ("qualifier", "amount", "unit"),
                    "as_published",
                    "period",
                    ("starts", "ends"),
                    ("part_of", "same_as"),
                ]
            },
        ),
        (
            "Where it stands",
            {"fields": ["section_number", "achievement", "source"]},
        ),
    ]


@admin.register(Decision)
class DecisionAdmin(AuditedAdmin):
    slug_from = "title"
    list_display = ["title", "when", "board", "section_number"]
    list_filter = ["board"]
    list_select_related = ["board"]
    search_fields = ["title", "options", "outcome"]
    filter_horizontal = ["with_bodies"]


@admin.register(Commitment)
class CommitmentAdmin(AuditedAdmin):
    slug_from = "what"
    list_display = ["what", "interval", "as_published", "owner", "receives"]
    list_filter = ["agreement", "interval"]
    list_select_related = ["owner", "receives"]
    search_fields = ["what", "as_published", "post"]


@admin.register(ExternalLink)
class ExternalLinkAdmin(AuditedAdmin):
    slug_from = "text"
    list_display = ["text", "url", "section_number", "checked_on", "works"]
    list_filter = ["agreement", "works", "section_number"]
    search_fields = ["text", "url"]
    date_hierarchy = "checked_on"
