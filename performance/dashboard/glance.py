"""A quarter at a glance: the reading, what changed, and every headline indicator."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings

from csa_portal.documents.dates import today
from partnerships.models import Area
from performance import sentences
from performance.dashboard.reader import HeldQuarter, Reader
from performance.dashboard.reading import Read, indicators_for, read
from performance.dashboard.rows import Row, poorly_placed, row_of
from performance.dashboard.what_changed import WhatChanged, what_changed
from performance.history import as_defined
from performance.models import Indicator, Summary
from performance.periods import Quarter
from priorities.outline import Heading, Issue, outline

WATCHED = "Watched, but in no county key issue"
OTHER = "Other indicators"
NO_KEY_ISSUE = "No county key issue, so no county lead."

KINDS = {
    Area.Kind.DISTRICT: ("district", "districts"),
    Area.Kind.UNITARY: ("unitary council", "unitary councils"),
}


@dataclass(frozen=True)
class Group:
    """Indicators under one key issue, or under one heading."""

    title: str
    url: str
    leads: str
    has_lead: bool
    rows: tuple[Row, ...]

    @property
    def leads_of_issue(self) -> str:
        """ "Road safety: led by …": the issue's lead, not the indicator's own."""
        return (
            f"{self.title}: {sentences.inside(self.leads)}" if self.url else self.leads
        )


@dataclass(frozen=True)
class Section:
    """A priority with its groups; ``programmes`` tells what one without them holds."""

    id: str
    title: str
    url: str
    groups: tuple[Group, ...]
    programmes: int = 0

    @property
    def programmes_in_words(self) -> str:
        count = sentences.number_word(self.programmes)
        noun = "approach or programme" if self.programmes == 1 else None
        return f"{count} {noun or 'approaches and programmes'}"


@dataclass(frozen=True)
class Glance:
    quarter: Quarter
    reader: Reader
    place: str
    areas: str
    rows: tuple[Row, ...]
    sections: tuple[Section, ...]
    changed: WhatChanged
    months: tuple[Summary, ...]

    @property
    def published(self) -> bool:
        return self.quarter in self.reader.published

    @property
    def previous(self) -> Quarter | None:
        return self.reader.before(self.quarter)

    @property
    def next(self) -> Quarter | None:
        return self.reader.after(self.quarter)

    @property
    def quarters(self) -> tuple[HeldQuarter, ...]:
        return self.reader.held

    @cached_property
    def judged(self) -> list[Row]:
        """Rows that count: illustrative ones never do."""
        return [row for row in self.rows if not row.indicator.illustrative]

    @property
    def complete(self) -> bool:
        return any(row.complete for row in self.judged)

    @property
    def incomplete(self) -> str:
        """Why there is no count of the quarter, where its months are not all held."""
        partly = (row for row in self.judged if row.series and row.parts)
        row = next(partly, None)
        if row is None:
            return ""
        return sentences.incomplete(self.quarter, row.series.missing, row.series.held)

    @cached_property
    def reading(self) -> tuple[sentences.Phrase, ...]:
        if self.incomplete and not self.complete:
            return (sentences.Phrase(self.incomplete),)
        kinds: dict[str, list[Row]] = {}
        for row in self.judged:
            kind = row.change.kind if row.change else "not compared"
            kinds.setdefault(kind, []).append(row)

        def titles(kind: str) -> list[tuple[str, bool]]:
            return [(row.indicator.title, row.outside) for row in kinds.get(kind, [])]

        return sentences.glance_reading(
            self.place,
            worse=titles("worse"),
            better=titles("better"),
            changed=len(kinds.get("changed", [])),
            no_clear_change=len(kinds.get("quiet", [])),
            not_compared=len(kinds.get("not compared", [])),
        )

    @property
    def span(self) -> str:
        """The months that sparklines draw: "Dec 2019 to Mar 2022"."""
        firsts = [row.series.periods[0].months[0] for row in self.judged if row.series]
        if not firsts:
            return ""
        return f"{min(firsts).short_label} to {self.quarter.months[-1].short_label}"

    @cached_property
    def cautions(self) -> list[str]:
        """What to beware of, as far as the records show it."""
        notes = []
        if self.incomplete and self.complete:
            notes.append(self.incomplete)
        whys = {row.why_not for row in self.judged if row.complete and row.why_not}
        notes += [f"{why}." for why in sorted(whys)]
        parted = [
            row.summary
            for row in self.judged
            if row.complete and row.summary.unplaced is not None
        ]
        if without := float(sum(summary.unplaced for summary in parted)):
            total = float(sum(summary.value for summary in parted))
            notes.append(sentences.unplaced(without, total, self.place))
        compared = (*self.quarter.same_last_year.months, *self.quarter.months)
        for unit, shares in poorly_placed(self.months).items():
            few = {month: shares[month] for month in compared if month in shares}
            if few:
                notes.append(sentences.few_placed(unit, few, settings.PLACED_ENOUGH))
        return notes

    @property
    def sources(self) -> list[tuple[str, str]]:
        """Each source once, with its licence."""
        pairs = ((row.indicator.source, row.indicator.licence) for row in self.rows)
        return list(dict.fromkeys(pairs))

    @property
    def population_years(self) -> list[int]:
        years = {row.summary.population_year for row in self.rows if row.summary}
        return sorted(years - {None})


def glance(reader: Reader, quarter: Quarter) -> Glance:
    """Everything the quarter's page prints. At most eight queries."""
    day = today()
    headings = outline(day)
    every = list(indicators_for(reader.user, day))
    if reader.moment:
        every = as_defined(every, reader.moment)
    headline = [indicator for indicator in every if indicator.headline]
    figures = read(reader, quarter, headline, alike=every)
    months = figures.of_wholes
    rows = rows_of(headline, quarter, reader, figures)
    sections = _sections(rows, headings)
    leads: dict[int, list[str]] = {}
    for group in (group for section in sections for group in section.groups):
        for row in group.rows:
            leads.setdefault(row.indicator.pk, []).append(group.leads_of_issue)
    for row in rows:
        for link in row.indicator.issue_links.all():
            if link.lead:
                leads[row.indicator.pk] = [sentences.leads([link.lead.name], [])]
    return Glance(
        quarter=quarter,
        reader=reader,
        place=place_of(rows),
        areas=_areas_in_words(rows),
        rows=tuple(rows),
        sections=sections,
        changed=what_changed(rows, leads, quarter, reader, months),
        months=tuple(months),
    )


def rows_of(
    indicators: Iterable[Indicator],
    quarter: Quarter,
    reader: Reader,
    figures: Read,
) -> list[Row]:
    """A row for each indicator, in their order."""
    of_quarter: dict[int, list[Summary]] = {}
    for summary in figures.of_quarter:
        of_quarter.setdefault(summary.indicator_id, []).append(summary)
    of_months: dict[int, list[Summary]] = {}
    for summary in figures.of_wholes:
        of_months.setdefault(summary.indicator_id, []).append(summary)
    return [
        row_of(
            indicator,
            quarter,
            reader,
            summaries=of_quarter.get(indicator.pk, []),
            months=of_months.get(indicator.pk, []),
        )
        for indicator in indicators
    ]


def place_of(rows: Sequence[Row]) -> str:
    """The area most of the rows are about."""
    wholes = Counter(
        row.indicator.group.whole.name for row in rows if row.indicator.group.whole
    )
    return wholes.most_common(1)[0][0] if wholes else ""


def _areas_in_words(rows: Sequence[Row]) -> str:
    """ "12 districts and 2 unitary councils", of the row with most areas."""
    areas = max((row.areas.rows for row in rows if row.areas), key=len, default=())
    kinds = Counter(row.area.kind for row in areas)
    return sentences.listed(
        sentences.plural(kinds[kind], *names)
        for kind, names in KINDS.items()
        if kinds[kind]
    )


def _sections(rows: Sequence[Row], headings: Sequence[Heading]) -> tuple[Section, ...]:
    """Priorities with their key issues, then what is watched beside them."""
    issues: dict[int, list[Row]] = {}
    for row in rows:
        for link in row.indicator.issue_links.all():
            issues.setdefault(link.key_issue_id, []).append(row)
    sections = [
        Section(
            id=f"priority-{number}",
            title=heading.title,
            url=heading.url,
            groups=tuple(
                _issue_group(issue, issues.get(issue.key_issue, ()))
                for issue in heading.issues
            ),
            programmes=heading.programmes,
        )
        for number, heading in enumerate(headings, start=1)
    ]
    placed = {issue.key_issue for heading in headings for issue in heading.issues}
    under = {row.indicator.pk for issue in placed for row in issues.get(issue, ())}
    watched: dict[str, list[Row]] = {}
    for row in rows:
        if row.indicator.pk not in under:
            watched.setdefault(row.indicator.heading or OTHER, []).append(row)
    if watched:
        groups = tuple(
            Group(title, "", NO_KEY_ISSUE, False, tuple(of_heading))
            for title, of_heading in watched.items()
        )
        sections.append(Section("watched", WATCHED, "", groups))
    return tuple(sections)


def _issue_group(issue: Issue, rows: Sequence[Row]) -> Group:
    words = sentences.leads(issue.boards, issue.deliverers)
    return Group(issue.title, issue.url, words, bool(issue.boards), tuple(rows))
