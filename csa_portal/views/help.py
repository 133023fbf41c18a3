"""Pages of words: how figures are made, what words mean, the statements."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render


@login_not_required
def words(request, page):
    return render(request, f"csa_portal/{page}.html", {"kept": settings.KEEP_DAYS})
