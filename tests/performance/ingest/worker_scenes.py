"""What happens in processes of their own, in the tests of real workers.

python -m tests.performance.ingest.worker_scenes SCENE [ARGUMENT]
"""

import json
import os
import signal
import sys

import django
from django.core.management import call_command

QUARTERS = ("Q1 2018/19", "Q2 2018/19", "Q3 2018/19", "Q4 2018/19")


def county(waits=""):
    """Three areas, Preston's burglary of a quarter saved, and whatever waits for a worker:
    nothing, a file to check or save, or much."""
    small_county.make_county()
    upload = checking.receive(small_county.figures(Preston=1), "first.csv", by=None)
    commit.commit_upload(upload, by=None)
    if waits == "much":
        much_waits()
    elif waits:
        work_waits(waits)


def work_waits(what):
    """A file of two figures, one of them another than is held, to check or to save."""
    data = small_county.figures(Preston=7, Pendle=8)
    upload = checking.keep_file(data, "second.csv", by=None)
    if what == "save":
        checking.keep_findings(upload, checking.look_into(upload))
    work.begin(upload, what, by=None)


def much_waits():
    """A file for each of some quarters to save, each handed over three times."""
    for quarter in QUARTERS:
        row = ("burglary", "Preston", quarter, 5)
        upload = checking.receive(small_county.csv_bytes(row), "many.csv", by=None)
        waiting = work.begin(upload, "save", by=None)
        for _ in range(2):
            work.perform.enqueue(waiting.pk)


def killed(at):
    """A worker that dies on the spot as it comes to a statement."""

    def kill(execute, sql, *args):
        if sql.lstrip().replace('"', "").startswith(at):
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, *args)

    with django.db.connection.execute_wrapper(kill):
        call_command("worker", once=True)


def told():
    """What is held, as JSON."""
    pieces = models.Work.objects.order_by("pk")
    unfinished = set(pieces.unfinished().values_list("pk", flat=True))
    current = models.Current.objects.filter(period__start__year=2022)
    said = {
        "uploads": list(
            models.Upload.objects.order_by("pk").values_list("state", flat=True)
        ),
        "works": list(pieces.values_list("state", "attempts")),
        "interrupted": len(unfinished - locks.taken(unfinished)),
        "events": models.Event.objects.count(),
        "observations": models.Observation.objects.count(),
        "findings": models.Finding.objects.count(),
        "current": {
            row.area.name: int(row.observation.value)
            for row in current.select_related("area", "observation")
        },
    }
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "csa_portal.settings"
    django.setup()

    from performance import models
    from performance.ingest import checking, commit, locks, work
    from tests.performance.ingest import small_county

    globals()[sys.argv[1]](*sys.argv[2:])
