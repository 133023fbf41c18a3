"""Who may do what: the one table, and the questions views ask of it.

A role with a scope ("own") is given for a partner or a board; whether a record lies in
that scope is asked of the record's queryset (``visible_to``, ``own_of``), not here.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from partnerships.models import RoleAssignment, User

R = RoleAssignment.Role
EVERY_ROLE = frozenset(R)

MAY: dict[str, frozenset[str]] = {
    # Published agreement and reports, public indicators of published quarters: everyone,
    # so those pages carry no rule but are marked public.
    "read all dashboards": EVERY_ROLE,
    "report progress": frozenset({R.PARTNER_LEAD, R.OFFICER}),
    "answer a review": frozenset({R.BOARD_MEMBER, R.PARTNER_LEAD, R.OFFICER}),
    "upload figures": frozenset({R.DATA_PROVIDER, R.ANALYST}),
    "upload every figure": frozenset({R.ANALYST}),
    "place source codes": frozenset({R.ANALYST, R.OFFICER}),
    "comment on figures": frozenset({R.DATA_PROVIDER, R.ANALYST, R.OFFICER}),
    "publish reports": frozenset({R.ANALYST, R.OFFICER}),
    "edit the agreement": frozenset({R.OFFICER}),
    "see suppressed values": frozenset({R.ANALYST, R.DATA_PROVIDER}),
    "manage users": frozenset({R.ADMINISTRATOR}),
    "read the audit": frozenset({R.OFFICER, R.ADMINISTRATOR}),
    "seal files and figures": frozenset({R.OFFICER, R.ADMINISTRATOR}),
}


def roles_of(user: User | AnonymousUser) -> frozenset[str]:
    """The roles of an active user; asked of the database once for each user object."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if not hasattr(user, "_roles"):
        user._roles = frozenset(user.roles.values_list("role", flat=True))
    return user._roles


def may(user: User | AnonymousUser, act: str) -> bool:
    """Whether any of the user's roles allows the act; KeyError for an unknown act."""
    return not MAY[act].isdisjoint(roles_of(user))


def requires(act: str) -> Callable:
    """Let a view be reached only by those who may do the act; others are told so (403)."""
    allowed = MAY[act]

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if allowed.isdisjoint(roles_of(request.user)):
                raise PermissionDenied(act)
            return view(request, *args, **kwargs)

        return guarded

    return decorate
