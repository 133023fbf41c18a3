from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.db import transaction

from partnerships import audit
from partnerships.audited_admin import (
    AuditedAdmin,
    ReadOnly,
    RecordForm,
    RecordInline,
    reason_of,
)
from partnerships.models import (
    Area,
    AreaCode,
    AreaGroup,
    AreaGroupMember,
    AuditEvent,
    Board,
    BoardAlias,
    BoardRelation,
    Capacity,
    Legislation,
    Membership,
    Partner,
    PartnerAlias,
    PartnerSuccession,
    Provision,
    RoleAssignment,
    User,
)

ACTIVE = {
    "fields": [("valid_from", "valid_until")],
    "description": "The last day itself is no longer inside. Either may be unknown.",
}

# Roles stand on users, and what each may do is the table in access.py.
admin.site.unregister(Group)


class AreaCodeInline(RecordInline):
    model = AreaCode


@admin.register(Area)
class AreaAdmin(AuditedAdmin):
    inlines = [AreaCodeInline]
    slug_from = "name"
    list_display = ["name", "kind", "code", "valid_from", "valid_until"]
    list_filter = ["kind"]
    search_fields = ["name", "code", "slug"]
    filter_horizontal = ["successors"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "kind", "code"]}),
        ("Active", ACTIVE),
        ("Successors", {"fields": ["successors"]}),
    ]


class AreaGroupMemberInline(RecordInline):
    model = AreaGroupMember


@admin.register(AreaGroup)
class AreaGroupAdmin(AuditedAdmin):
    slug_from = "name"
    list_display = ["name", "whole", "unplaced", "source"]
    list_select_related = ["whole", "unplaced"]
    search_fields = ["name", "slug"]
    inlines = [AreaGroupMemberInline]


class PartnerAliasInline(RecordInline):
    model = PartnerAlias


class CapacityInline(RecordInline):
    model = Capacity


class PartnerMembershipInline(RecordInline):
    model = Membership


class SucceededByInline(RecordInline):
    model = PartnerSuccession
    fk_name = "predecessor"
    verbose_name = "partner that took over"
    verbose_name_plural = "succeeded by"


@admin.register(Partner)
class PartnerAdmin(AuditedAdmin):
    slug_from = "name"
    list_display = ["name", "kind", "area", "valid_from", "valid_until"]
    list_filter = ["kind", "capacities__role", "memberships__role", "area"]
    list_select_related = ["area"]
    search_fields = ["name", "slug", "name_in_law", "aliases__name"]
    inlines = [
        PartnerAliasInline,
        PartnerMembershipInline,
        CapacityInline,
        SucceededByInline,
    ]
    fieldsets = [
        (None, {"fields": ["name", "slug", "kind", "area", "name_in_law", "note"]}),
        ("Active", ACTIVE),
    ]


@admin.register(PartnerSuccession)
class PartnerSuccessionAdmin(AuditedAdmin):
    list_display = ["successor", "predecessor", "on", "note"]
    list_select_related = ["successor", "predecessor"]
    search_fields = ["successor__name", "predecessor__name", "note"]


@admin.register(Capacity)
class CapacityAdmin(AuditedAdmin):
    list_display = ["partner", "role", "area", "provision", "valid_from", "valid_until"]
    list_filter = ["role", "provision__legislation", "area"]
    list_select_related = ["partner", "area", "provision__legislation"]
    search_fields = ["partner__name", "area__name", "provision__reference", "note"]
    fieldsets = [
        (None, {"fields": ["partner", "role", "provision", "area", "note"]}),
        ("Active", ACTIVE),
    ]


class BoardAliasInline(RecordInline):
    model = BoardAlias


class BoardMembershipInline(RecordInline):
    model = Membership


class AnswersToInline(RecordInline):
    model = BoardRelation
    fk_name = "lower"
    verbose_name = "body above it"
    verbose_name_plural = "what it answers or reports to"


class AnsweredByInline(RecordInline):
    model = BoardRelation
    fk_name = "upper"
    verbose_name = "body below it"
    verbose_name_plural = "what answers or reports to it"


@admin.register(Board)
class BoardAdmin(AuditedAdmin):
    slug_from = "name"
    list_display = ["name", "kind", "status", "area", "host", "established"]
    list_filter = ["kind", "status", "area", "host"]
    list_select_related = ["area", "host"]
    search_fields = ["name", "short_name", "slug", "topic", "aliases__name"]
    inlines = [
        BoardAliasInline,
        BoardMembershipInline,
        AnswersToInline,
        AnsweredByInline,
    ]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "name",
                    "short_name",
                    "slug",
                    "kind",
                    "status",
                    "purpose",
                    "topic",
                    "stands_for_several",
                ]
            },
        ),
        (
            "Where it comes from",
            {"fields": ["established", "statutory_root", "host", "area", "successor"]},
        ),
        ("Active", ACTIVE),
    ]


@admin.register(BoardRelation)
class BoardRelationAdmin(AuditedAdmin):
    list_display = ["lower", "kind", "upper", "interval", "valid_from", "valid_until"]
    list_filter = ["kind", "upper"]
    list_select_related = ["lower", "upper"]
    search_fields = ["lower__name", "upper__name", "as_published"]
    fieldsets = [
        (None, {"fields": ["lower", "kind", "upper", "interval", "as_published"]}),
        ("Active", ACTIVE),
    ]


@admin.register(Membership)
class MembershipAdmin(AuditedAdmin):
    list_display = ["partner", "role", "board", "post", "valid_from", "valid_until"]
    list_filter = ["role", "board"]
    list_select_related = ["partner", "board"]
    search_fields = ["partner__name", "board__name", "post"]
    fieldsets = [
        (None, {"fields": ["board", "partner", "role", "post"]}),
        ("Active", ACTIVE),
    ]


class ProvisionInline(RecordInline):
    model = Provision


@admin.register(Legislation)
class LegislationAdmin(AuditedAdmin):
    slug_from = "title"
    list_display = ["title", "kind", "status", "status_as_of", "made_on", "subject"]
    list_filter = ["kind", "status", "subject"]
    search_fields = ["title", "slug", "summary", "duty"]
    inlines = [ProvisionInline]
    fieldsets = [
        (None, {"fields": ["title", "slug", "kind", "subject", "order", "url"]}),
        (
            "Where it stands",
            {
                "fields": [
                    "status",
                    "status_as_of",
                    "made_on",
                    "expected",
                    "amended",
                    "successor",
                ]
            },
        ),
        ("What it says", {"fields": ["summary", "duty"]}),
    ]


@admin.register(Provision)
class ProvisionAdmin(AuditedAdmin):
    slug_from = "reference"
    list_display = ["reference", "legislation", "says"]
    list_filter = ["legislation"]
    list_select_related = ["legislation"]
    search_fields = ["reference", "legislation__title", "says"]


class RoleForm(forms.ModelForm):
    """Says in words what the database would refuse: a role whose scope does not fit."""

    class Meta:
        model = RoleAssignment
        fields = ["role", "partner", "board"]

    def clean(self):
        data = super().clean()
        for_a_body = data.get("role") in {
            RoleAssignment.Role.BOARD_MEMBER,
            RoleAssignment.Role.PARTNER_LEAD,
            RoleAssignment.Role.DATA_PROVIDER,
        }
        partner, board = data.get("partner"), data.get("board")
        if partner and board:
            self.add_error("board", "Choose a partner or a board, not both.")
        elif for_a_body and not partner and not board:
            self.add_error("partner", "Choose the partner or board this role is for.")
        return data


class RoleInline(RecordInline):
    model = RoleAssignment
    form = RoleForm
    act = "manage users"
    verbose_name = "role"
    verbose_name_plural = "roles: what this person may do"


class UserForm(RecordForm, UserChangeForm):
    pass


@admin.register(User)
class UserAdmin(AuditedAdmin, DjangoUserAdmin):
    act = "manage users"
    form = UserForm
    list_display = ["username", "post", "partner", "is_active", "last_login"]
    list_filter = ["is_active", "roles__role", "partner"]
    list_select_related = ["partner"]
    search_fields = ["username", "first_name", "last_name", "email", "post"]
    filter_horizontal = []
    readonly_fields = ["last_login", "date_joined"]
    inlines = [RoleInline]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (
            "Who it is",
            {"fields": [("first_name", "last_name"), "email", "post", "partner"]},
        ),
        (
            "Access",
            {
                "fields": ["is_active", "last_login", "date_joined"],
                "description": "An account is closed by clearing “Active”. It is never "
                "deleted, because the audit names it.",
            },
        ),
    ]

    def has_delete_permission(self, request, obj=None):
        return False

    def get_inlines(self, request, obj):
        """Roles are given to an account that exists: the second step of adding one."""
        return self.inlines if obj else []

    def save_formset(self, request, form, formset, change):
        before = {role.pk: str(role) for role in form.instance.roles.all()}
        super().save_formset(request, form, formset, change)
        after = {role.pk: str(role) for role in form.instance.roles.all()}
        for words, roles in [
            ("taken away", set(before.items()) - set(after.items())),
            ("given", set(after.items()) - set(before.items())),
        ]:
            for _, role in sorted(roles):
                audit.record(
                    AuditEvent.Act.ROLE_CHANGE,
                    f"{form.instance.get_username()}: {role} {words}",
                    by=request.user,
                    reason=reason_of(form) or "",
                )

    @transaction.atomic
    def user_change_password(self, request, id, form_url=""):
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302:
            audit.record(
                AuditEvent.Act.PASSWORD,
                f"{self.get_object(request, id).get_username()}: password set",
                by=request.user,
            )
        return response


@admin.register(RoleAssignment)
class RoleAssignmentAdmin(ReadOnly, admin.ModelAdmin):
    """Who has which role; given and taken away on the user's own page."""

    act = "manage users"
    list_display = ["user", "role", "partner", "board"]
    list_filter = ["role"]
    list_select_related = ["user", "partner", "board"]
    search_fields = ["user__username", "partner__name", "board__name"]


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnly, admin.ModelAdmin):
    act = "read the audit"
    date_hierarchy = "at"
    list_display = ["at", "by_name", "act", "about", "reason"]
    list_filter = ["act"]
    search_fields = ["by_name", "about", "reason"]
