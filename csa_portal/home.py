"""The front page: what this is, what matters most, and whether it is working."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from csa_portal.documents.dates import today
from partnerships.access import may
from partnerships.models import Board, User
from performance import dashboard, rounds, sealing
from performance.models import Indicator, PublishedQuarter, Seal, Upload
from priorities.document import current_version
from priorities.models import Programme, Version
from priorities.outline import Heading, outline

CHANGES_SHOWN = 4


@dataclass(frozen=True)
class Task:
    title: str
    url: str
    why: str


@dataclass(frozen=True)
class Home:
    version: Version | None
    owner: Board | None
    answers_to: tuple[Board, ...]
    priorities: tuple[tuple[Heading, tuple[Programme, ...]], ...]
    cards: tuple
    published: tuple[PublishedQuarter, ...]
    tasks: tuple[Task, ...]

    @property
    def issue_count(self) -> int:
        return sum(len(heading.issues) for heading, _ in self.priorities)


def home(user: User) -> Home:
    """Everything the front page prints; a fixed number of queries."""
    version = current_version()
    agreement = version.agreement if version else None
    return Home(
        version=version,
        owner=agreement.owner if agreement else None,
        answers_to=answers_to(agreement.owner) if agreement else (),
        priorities=priorities_with_programmes(),
        cards=tuple(dashboard.home_figures(user)),
        published=tuple(
            PublishedQuarter.objects.select_related("period").order_by(
                "-period__start"
            )[:CHANGES_SHOWN]
        ),
        tasks=tuple(tasks_for(user)),
    )


def answers_to(owner: Board) -> tuple[Board, ...]:
    relations = owner.relations_up.filter(kind="accountable_to").select_related("upper")
    return tuple(relation.upper for relation in relations)


def priorities_with_programmes() -> tuple[tuple[Heading, tuple[Programme, ...]], ...]:
    """The priorities of the agreement in force, each with the programmes it lists."""
    headings = outline(today())
    programmes = Programme.objects.filter(
        in_approach=True, priority__in=[heading.priority for heading in headings]
    )
    listed: dict[int, list[Programme]] = {}
    for programme in programmes:
        listed.setdefault(programme.priority_id, []).append(programme)
    return tuple(
        (heading, tuple(listed.get(heading.priority, ()))) for heading in headings
    )


def round_tasks(user: User) -> Iterable[Task]:
    """The rounds in which something is late, then the newest one if it is open."""
    held = rounds.rounds(
        Indicator.objects.uploadable_by(user), rounds.recent(today()), today()
    )
    late = [each for each in held if each.late]
    if late:
        returns = sum(len(each.late) for each in late)
        quarters = " and ".join(each.quarter.label for each in late[:2])
        more = f" and {len(late) - 2} more" if late[2:] else ""
        yield Task(
            f"{returns} return{'s' if returns > 1 else ''} late",
            reverse("performance:round_list"),
            f"{quarters}{more}, up to {max(each.days_late for each in late):,} days.",
        )
    if held and held[0].open and not held[0].late:
        newest = held[0]
        yield Task(
            f"Round of {newest.quarter.label}: {len(newest.complete)} of "
            f"{len(newest.returns)} returns have come",
            reverse("performance:round", args=[newest.quarter]),
            f"Due on {newest.due.day} {newest.due:%B %Y}, in {newest.days_left} days.",
        )


def tasks_for(user: User) -> Iterable[Task]:
    """What this person may want to do next, by their roles."""
    if may(user, "upload figures"):
        uploads = sealing.with_seals(Upload.objects.visible_to(user))
        unchecked = uploads.filter(state=Upload.State.RECEIVED).count()
        if unchecked:
            yield Task(
                f"{unchecked} upload{'s' if unchecked > 1 else ''} not checked yet",
                reverse("performance:upload_list"),
                "Being checked, or stopped on the way: their pages say which.",
            )
        waiting = uploads.filter(state=Upload.State.CHECKED, sealed_at=None).count()
        if waiting:
            yield Task(
                f"{waiting} upload{'s' if waiting > 1 else ''} checked and not saved",
                reverse("performance:upload_list"),
                "Their figures do not count until they are saved.",
            )
        yield from round_tasks(user)
        yield Task(
            "Upload a quarter's figures",
            reverse("performance:upload_new"),
            "From the portal's workbook or the police's street-level files.",
        )
    if may(user, "edit the agreement"):
        yield Task(
            "Keep the records",
            reverse("admin:index"),
            "Partners, boards, the framework and its gaps.",
        )
    if may(user, "manage users"):
        yield Task(
            "Users and roles", reverse("admin:index"), "Who may do what, and for whom."
        )
    if may(user, "seal files and figures"):
        waiting = Seal.objects.waiting().count()
        verb = "wait" if waiting > 1 else "waits"
        yield Task(
            f"{waiting} seal{'s' if waiting > 1 else ''} {verb} for an answer"
            if waiting
            else "Seals",
            reverse("performance:seal_list"),
            "Files and figures that nobody must read any more.",
        )
    if may(user, "read the audit"):
        yield Task("Audit", reverse("audit"), "Who did what, and what changed.")
    if may(user, "read all dashboards"):
        yield Task(
            "This quarter at a glance",
            reverse("performance:latest"),
            "What changed, where, and who leads on it.",
        )
