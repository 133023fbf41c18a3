"""Which quarters a reader may see, and which of them the public sees too."""

from dataclasses import dataclass, replace

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef

from partnerships.access import may
from partnerships.models import User
from performance.history import AsAt, as_at
from performance.models import Indicator, Period, PublishedQuarter, Summary
from performance.periods import Period as Span
from performance.periods import Quarter


@dataclass(frozen=True)
class HeldQuarter:
    """A quarter with figures; ``complete`` when any indicator has the whole of it."""

    quarter: Quarter
    published: bool
    complete: bool

    @property
    def note(self) -> str:
        notes = [] if self.complete else ["incomplete"]
        if not self.published:
            notes.append("not yet published")
        return ", ".join(notes)


@dataclass(frozen=True)
class Reader:
    """A user with the quarters they may see that have figures, newest first."""

    user: User | AnonymousUser
    sees_all: bool
    held: tuple[HeldQuarter, ...]
    published: frozenset[Quarter]
    moment: AsAt | None = None  # the page shows what was known then

    @property
    def query(self) -> str:
        """What an address needs so that it shows the same moment: "as_at=2022-05-01"."""
        return f"as_at={self.moment.text}" if self.moment else ""

    @property
    def latest(self) -> Quarter | None:
        """The newest quarter that is complete for some indicator, else the newest."""
        complete = [held.quarter for held in self.held if held.complete]
        return next(iter(complete or [held.quarter for held in self.held]), None)

    def looking_back(self, text: str, quarter: Quarter) -> "Reader":
        """The same reader at an earlier moment; raises NotKnownThen.

        The public looks back as far as the quarter's own report.
        """
        published = PublishedQuarter.objects.filter(
            period__kind=quarter.kind, period__start=quarter.start
        )
        since = None if self.sees_all else published.get().event_number
        return replace(self, moment=as_at(text, not_before=since))

    def may_see(self, period: Span) -> bool:
        """Whether figures of a period are for this reader: its months' quarters are."""
        return self.sees_all or all(
            month.quarter in self.published for month in period.months
        )

    def before(self, quarter: Quarter) -> Quarter | None:
        """The nearest earlier quarter with figures."""
        return next((h.quarter for h in self.held if h.quarter < quarter), None)

    def after(self, quarter: Quarter) -> Quarter | None:
        later = [held.quarter for held in self.held if held.quarter > quarter]
        return later[-1] if later else None


def reader_for(
    user: User | AnonymousUser, indicator: Indicator | None = None
) -> Reader:
    """What the user may see, of every indicator or of one; one query and the roles'."""
    visible = Summary.objects.visible_to(user).filter(period=OuterRef("pk"))
    if indicator:
        visible = visible.filter(indicator=indicator)
    complete = visible.filter(state=Summary.State.COMPLETE)
    rows = (
        Period.objects.filter(kind=Period.Kind.QUARTER)
        .annotate(
            is_held=Exists(visible.with_figures()),
            is_complete=Exists(complete),
            is_published=Exists(PublishedQuarter.objects.filter(period=OuterRef("pk"))),
        )
        .order_by("-start")
    )
    quarters = [(row.value, row) for row in rows]
    return Reader(
        user=user,
        sees_all=may(user, "read all dashboards"),
        held=tuple(
            HeldQuarter(quarter, row.is_published, row.is_complete)
            for quarter, row in quarters
            if row.is_held
        ),
        published=frozenset(quarter for quarter, row in quarters if row.is_published),
    )
