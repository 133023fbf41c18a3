"""The front page and the two health checks."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse
from django.shortcuts import render

from csa_portal import home as front_page
from performance.models import Work


@login_not_required
def home(request):
    page = front_page.home(request.user)
    return render(request, "csa_portal/home.html", {"home": page})


@login_not_required
def healthz(request):
    return HttpResponse("alive\n", content_type="text/plain")


@login_not_required
def readyz(request):
    """Ready means that the database answers and no migration is waiting; how much work is
    unfinished is said beside it."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return HttpResponse(
            f"{len(waiting)} migrations are waiting\n",
            content_type="text/plain",
            status=503,
        )
    unfinished = Work.objects.unfinished().count()
    return HttpResponse(
        f"ready; unfinished pieces of work: {unfinished}\n", content_type="text/plain"
    )
