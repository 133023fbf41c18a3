"""Reminders of a round: one e-mail a person, with everything they still have to send."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from partnerships.access import may
from partnerships.models import RoleAssignment, User
from performance import rounds
from performance.models import Indicator, Reminder
from performance.rounds import Return


@dataclass(frozen=True)
class Digest:
    """What one person is reminded of, the longest late first."""

    user: User
    today: datetime.date
    returns: tuple[Return, ...]

    @property
    def late(self) -> tuple[Return, ...]:
        return tuple(each for each in self.returns if each.late)

    @property
    def subject(self) -> str:
        many = len(self.returns)
        late = f", {len(self.late)} of them late" if self.late else ""
        return f"{many} return{'s' if many > 1 else ''} to send{late}"

    @property
    def body(self) -> str:
        address = settings.SITE_URL + reverse("performance:round_list")
        return render_to_string(
            "performance/reminder.txt", {"digest": self, "address": address}
        )


def digests(today: datetime.date) -> Iterator[Digest]:
    """Those to send on a day: to data providers for their partner's indicators, to
    analysts for those of no partner.

    A return is in it once it is late, or due within REMIND_DAYS_BEFORE days. Nobody is
    reminded twice within REMIND_EVERY_DAYS days, nor without an address.
    """
    soon = today + datetime.timedelta(days=settings.REMIND_DAYS_BEFORE)
    held = rounds.rounds(Indicator.objects.all(), rounds.recent(today), today)
    open_returns = [each for r in held for each in r.open if each.due <= soon]
    lately = Reminder.objects.filter(
        on__gt=today - datetime.timedelta(days=settings.REMIND_EVERY_DAYS)
    )
    people = (
        User.objects.filter(is_active=True)
        .exclude(email="")
        .exclude(pk__in=lately.values("user"))
        .prefetch_related("roles")
        .order_by("username")
    )
    for user in people:
        mine = {
            role.partner_id
            for role in user.roles.all()
            if role.role == RoleAssignment.Role.DATA_PROVIDER
        }
        if may(user, "upload every figure"):
            mine.add(None)
        returns = [r for r in open_returns if r.indicator.provider_id in mine]
        if returns:
            returns.sort(key=lambda r: (r.due, r.indicator.title))
            yield Digest(user, today, tuple(returns))


def send(digest: Digest) -> None:
    """Send it, then note that it was sent: after a failure the person is tried again."""
    send_mail(digest.subject, digest.body, None, [digest.user.email])
    Reminder.objects.create(
        user=digest.user, on=digest.today, returns=len(digest.returns)
    )
