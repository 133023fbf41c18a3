"""Giving and taking roles: written together with their audit event."""

from django.db import transaction

from partnerships.audit import record
from partnerships.models import AuditEvent, Board, Partner, RoleAssignment, User


@transaction.atomic
def give_role(
    user: User,
    role: str,
    *,
    by: User | None,
    partner: Partner | None = None,
    board: Board | None = None,
) -> RoleAssignment:
    """Give a user a role; ValidationError says what a role lacks or that it is held.

    ``by`` None is the command line: a new portal has nobody yet who could do it.
    """
    given = RoleAssignment(user=user, role=role, partner=partner, board=board)
    given.full_clean()
    given.save()
    record(AuditEvent.Act.ROLE_CHANGE, f"{user.username}: {given}", by=by)
    return given
