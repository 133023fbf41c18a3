"""Figures that other pages show: three on the front page, a key issue's own."""

from collections.abc import Sequence

from django.contrib.auth.models import AnonymousUser

from csa_portal.documents.dates import today
from partnerships.models import User
from performance.dashboard.glance import rows_of
from performance.dashboard.reader import reader_for
from performance.dashboard.reading import indicators_for, read
from performance.dashboard.rows import Row
from performance.models import Indicator
from priorities.models import KeyIssue

ON_THE_FRONT_PAGE = 3


def home_figures(user: User | AnonymousUser) -> tuple[Row, ...]:
    """The first real headline indicator of each of up to three key issues or headings.

    Rows of the latest quarter the user may see; empty without one. Five queries.
    """
    chosen: dict[str, Indicator] = {}
    for indicator in indicators_for(user, today()).filter(
        headline=True, illustrative=False
    ):
        links = indicator.issue_links.all()
        subject = links[0].key_issue.name if links else indicator.heading
        chosen.setdefault(subject, indicator)
    return _latest(user, list(chosen.values())[:ON_THE_FRONT_PAGE])


def indicator_rows_for(
    key_issue: KeyIssue, user: User | AnonymousUser
) -> tuple[Row, ...]:
    """The latest quarter of the indicators under a key issue, headlines first.

    Five queries.
    """
    indicators = [
        indicator
        for indicator in indicators_for(user, today())
        if any(
            link.key_issue_id == key_issue.pk for link in indicator.issue_links.all()
        )
    ]
    return _latest(user, sorted(indicators, key=lambda each: not each.headline))


def _latest(
    user: User | AnonymousUser, indicators: Sequence[Indicator]
) -> tuple[Row, ...]:
    reader = reader_for(user)
    if not indicators or reader.latest is None:
        return ()
    return tuple(
        rows_of(
            indicators,
            reader.latest,
            reader,
            read(reader, reader.latest, indicators),
        )
    )
