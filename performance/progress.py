"""How far work on an upload has come, as its page prints it.

Time left is worked out from how long the stages of earlier pieces of work took, of the same
kind and of about the same size (``Work.objects.like``). Without such there is no estimate.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import NamedTuple

from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from performance.charts.describe import figure
from performance.ingest import locks
from performance.ingest.work import MAX_ATTEMPTS, STAGES
from performance.models import Stage, Upload, Work
from performance.sentences import NUMBERS

What, State = Work.What, Work.State

STEPS = ("Choose the file", "What was found", "What will change", "Saved")
EARLIER = 20  # pieces of work that an estimate goes by, the newest
SLOW = 1.5  # times the expected time from which a stage is late
PATIENCE = datetime.timedelta(minutes=1)  # in which a worker should have begun

Seconds = float


def steps(now: int) -> list[tuple[str, str]]:
    """The steps of an upload, each with where it stands; ``now`` counts from 0."""
    states = ["done"] * now + ["now"] + ["to-come"] * len(STEPS)
    return list(zip(STEPS, states, strict=False))


def counted(number: int, thing: str) -> str:
    """1 row, 1,234 rows."""
    return f"{figure(number)} {thing}{'' if number == 1 else 's'}"


def in_words(number: int) -> str:
    return NUMBERS[number] if number < len(NUMBERS) else f"{number:,}"


class Line(NamedTuple):
    """A stage as the page lists it; ``at`` is when it ended."""

    mark: str
    name: str
    fact: str = ""
    at: datetime.datetime | None = None


class Estimate(NamedTuple):
    """Seconds left, the share done in whole per cent, and whether it is late."""

    left: Seconds
    per_cent: int
    late: bool


@dataclass(frozen=True)
class Progress:
    """Unfinished work on an upload, or what cut the checking of its file short."""

    upload: Upload
    work: Work | None  # None when its file was being checked within a page
    standing: str  # waiting, running, interrupted, stopped or failed
    lines: tuple[Line, ...]
    estimate: Estimate | None
    earlier: int  # how many pieces of work the estimate goes by
    before: int  # how many pieces of work come before it
    nobody_works: bool  # it waits, and no worker seems to be there
    as_at: datetime.datetime

    @property
    def what(self) -> str:
        return self.work.what if self.work else What.CHECK

    @property
    def goes_on(self) -> bool:
        return self.standing in ("waiting", "running")

    @property
    def looks_again(self) -> bool:
        """Whether the page may change without anybody's doing."""
        return self.goes_on or (self.standing == "interrupted" and not self.gave_up)

    @property
    def gave_up(self) -> bool:
        """Whether workers no longer take it up by themselves."""
        return self.work is None or self.work.attempts >= MAX_ATTEMPTS

    @property
    def heading(self) -> str:
        match self.standing:
            case "interrupted":
                return "The work was interrupted"
            case "stopped":
                return "The work was stopped"
            case "failed":
                return "The work could not be finished"
        if self.what == What.CHECK:
            return f"Checking {self.much or 'this file'}"
        return {
            What.SAVE: f"Saving {self.much}",
            What.WITHDRAW: f"Taking {self.much} back",
            What.REINSTATE: f"Putting {self.much} back",
        }[self.what]

    @property
    def much(self) -> str:
        """What the work goes through, as far as that is counted; empty when it is not."""
        if self.what != What.CHECK:
            return counted(self.work.size, "figure")
        rows = self.work.rows
        if rows is None:
            return ""
        if self.stage > 1:
            return counted(rows, "row")
        return f"about {counted(round(rows, -3) if rows > 10_000 else rows, 'row')}"

    @property
    def stage(self) -> int:
        """The number of the stage it is in, from 1; what was done before is none."""
        done = sum(line.mark == "done" for line in self.lines[1:])
        return min(done + 1, len(self.lines) - 1)

    @property
    def how_far(self) -> str:
        if self.standing == "waiting":
            if not self.before:
                return "It is the next to be done"
            if self.before == 1:
                return "One piece of work comes before it"
            return f"{in_words(self.before).capitalize()} pieces of work come before it"
        stages = len(self.lines) - 1
        parts = [
            "" if self.per_cent is None else f"{self.per_cent}% done",
            "" if stages == 1 else f"stage {self.stage} of {stages}",
        ]
        return ", ".join(filter(None, parts)).capitalize() or "The work goes on"

    @property
    def per_cent(self) -> int | None:
        """How much is done; None while nobody can say, as when it is late."""
        return self.estimate.per_cent if self.estimate and not self.late else None

    @property
    def late(self) -> bool:
        return bool(self.estimate and self.estimate.late)

    @property
    def title(self) -> str:
        """The page's title: how far it is comes first, for a tab that is narrow."""
        if self.per_cent is not None:
            return f"{self.per_cent}%: {self.heading}"
        return f"{self.left}: {self.heading}" if self.goes_on else self.heading

    @property
    def left(self) -> str:
        if self.standing == "waiting":
            return "Waiting for its turn"
        if self.estimate is None:
            return "Working out how long"
        if self.late:
            return "Taking longer than usual"
        return time_left(self.estimate.left)

    @property
    def steps(self) -> list[tuple[str, str]]:
        return steps(1 if self.what == What.CHECK else len(STEPS) - 1)

    @property
    def goes_by(self) -> str:
        """What the estimate rests on."""
        file = "file" if self.what == What.CHECK else "upload"
        if self.earlier == 1:
            return f"Going by one earlier {file} of about this size."
        return f"Going by {in_words(self.earlier)} earlier {file}s of about this size."


def progress_of(upload: Upload, work: Work | None) -> Progress | None:
    """How far the last work on an upload is; None when its own page has more to say.

    A fixed number of queries.
    """
    standing = _standing(upload, work)
    if standing is None:
        return None
    now = timezone.now()
    stages = list(work.stages.all()) if work else []
    typical, earlier = typical_seconds(work) if standing == "running" else ({}, 0)
    others = dict(Work.objects.unfinished().values_list("pk", "state"))
    waits = standing == "waiting"
    return Progress(
        upload=upload,
        work=work,
        standing=standing,
        lines=tuple(_lines(upload, work, stages, standing)),
        estimate=estimate(STAGES[work.what], stages, typical, now) if typical else None,
        earlier=earlier,
        before=sum(pk < work.pk for pk in others) if waits else 0,
        nobody_works=waits
        and now - work.queued_at > PATIENCE
        and State.RUNNING not in others.values(),
        as_at=now,
    )


def _standing(upload: Upload, work: Work | None) -> str | None:
    unchecked = upload.state == Upload.State.RECEIVED
    if work is None or not work.stands:
        return "interrupted" if unchecked else None
    match work.state:
        case State.WAITING:
            return "waiting"
        case State.RUNNING:
            return "running" if work.pk in locks.taken([work.pk]) else "interrupted"
        case State.STOPPED | State.FAILED if unchecked:
            return work.state
    return None


def typical_seconds(work: Work) -> tuple[dict[str, Seconds], int]:
    """How long each stage of a piece of work should take, by name, and how many earlier
    pieces say so; empty until there are any."""
    rates: dict[str, list[float]] = {}
    like = list(Work.objects.like(work).values_list("pk", "size")[:EARLIER])
    sizes = dict(like)
    for name, seconds, pk in Stage.objects.filter(
        work__in=sizes, seconds__isnull=False
    ).values_list("name", "seconds", "work"):
        rates.setdefault(name, []).append(seconds / max(sizes[pk], 1))
    if set(rates) != set(STAGES[work.what]):
        return {}, 0
    return {name: median(each) * work.size for name, each in rates.items()}, len(like)


def estimate(
    names: tuple[str, ...],
    stages: list[Stage],
    typical: Mapping[str, Seconds],
    now: datetime.datetime,
) -> Estimate:
    """What is left of stages that usually take so long; never a whole hundred per cent."""
    spent, left, late = 0.0, 0.0, False
    begun = {stage.name: stage for stage in stages}
    for name in names:
        stage = begun.get(name)
        if stage is None:
            left += typical[name]
        elif stage.seconds is not None:
            spent += stage.seconds
        else:
            so_far = (now - stage.began_at).total_seconds()
            spent += so_far
            left += max(typical[name] - so_far, 0)
            late = so_far > SLOW * typical[name] + 1
    share = spent / (spent + left) if spent + left else 0
    return Estimate(left, min(int(100 * share), 99), late)


def time_left(seconds: Seconds) -> str:
    """About 40 seconds left: rounded up, as coarsely as it is known."""
    if seconds <= 5:
        return "A few seconds left"
    if seconds <= 55:
        return f"About {5 * ceil(seconds / 5)} seconds left"
    if seconds <= 75:
        return "About a minute left"
    return f"About {ceil(seconds / 60)} minutes left"


def _lines(
    upload: Upload, work: Work | None, stages: list[Stage], standing: str
) -> list[Line]:
    """Every stage of the work: how much, and when it was done."""
    lines = [
        Line("done", "Received and kept", filesizeformat(upload.size), upload.at)
        if work is None or work.what == What.CHECK
        else Line("done", "Your decision kept", "", work.queued_at)
    ]
    begun = {stage.name: stage for stage in stages}
    now = "now" if standing == "running" else "gap"
    for name in STAGES[work.what if work else What.CHECK]:
        stage = begun.get(name)
        fact = _fact(work, name) if stage else ""
        if stage is None:
            lines.append(Line("to-come", name.label, fact))
        elif stage.seconds is None:
            lines.append(Line(now, name.label, fact))
        else:
            ended = stage.began_at + datetime.timedelta(seconds=stage.seconds)
            lines.append(Line("done", name.label, fact, ended))
    return lines


def _fact(work: Work | None, name: str) -> str:
    if work is None:
        return ""
    if name == Stage.Name.EXAMINE and work.rows is not None:
        return counted(work.rows, "row")
    if name in (Stage.Name.SAVE, Stage.Name.TURN):
        return counted(work.size, "figure")
    return ""
