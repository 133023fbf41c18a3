"""The portal's addresses, and a bare page of any number of bytes as the yardstick."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import path

from csa_portal.urls import urlpatterns as portal

# Text that compresses about as far as a page of ours does.
LINE = "<tr><th scope=row>Area {0}</th><td>{1}</td><td>{2}</td></tr>\n"


@login_not_required
def bare(request, size):
    rows = (
        LINE.format(n, n * 7919 % 1000, n * 104729 % 100) for n in range(size // 40)
    )
    return HttpResponse("".join(rows)[:size])


urlpatterns = [*portal, path("bench/bare/<int:size>", bare)]
