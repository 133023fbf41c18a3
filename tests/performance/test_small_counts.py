"""Small counts: what is hidden, from whom, and that nobody can work it out."""

import csv
import datetime
import io

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from partnerships.models import RoleAssignment
from performance import definitions, small_counts
from performance.models import (
    Event,
    HiddenFigure,
    Indicator,
    Period,
    Position,
    Summary,
)
from performance.summaries import as_known
from tests.performance.made_figures import (
    LAST_Q4,
    Q4,
    load,
    make_indicator,
    make_place,
    publish,
)

pytestmark = pytest.mark.django_db
Role = RoleAssignment.Role
PAGE = f"/performance/{Q4.slug}/"
INDICATOR = "/performance/indicators/stalking/"


def quarterly(place, counts, quarter=Q4):
    """Counts of a quarter by the letter of their area, "-" for what has no place."""
    areas = {area.name[-1]: area for area in place.areas} | {"-": place.unplaced}
    return {(areas[letter], quarter): count for letter, count in counts.items()}


@pytest.fixture
def place(db):
    return make_place(4)


@pytest.fixture
def stalking(place):
    return make_indicator(
        place,
        title="Stalking",
        slug="stalking",
        native_period=Period.Kind.QUARTER,
        threshold=5,
    )


@pytest.fixture
def loaded(place, stalking):
    """A is small; C, the smallest of the others, goes with it. 7,919 and 104,729 stand
    nowhere else."""
    load(stalking, quarterly(place, {"A": 3, "B": 104_729, "C": 7_919, "D": 88_001}))
    publish(Q4)
    return stalking


def hidden_letters(indicator, period=Q4):
    cells = small_counts.hidden_of([indicator])[indicator.pk]
    names = dict(indicator.group.areas.values_list("pk", "name"))
    return {names.get(area, "-")[-1] for area, each in cells if each == period}


def told(rows, area):
    return rows.get(area=area, period__start=Q4.start, period__kind="quarter")


def test_a_small_count_and_the_smallest_other_are_hidden(loaded):
    assert hidden_letters(loaded) == {"A", "C"}


def test_the_true_row_is_marked_and_the_masked_one_has_no_number(loaded, place):
    true = told(Summary.objects.true(), place.areas[0])
    masked = told(Summary.objects.filter(masked=True), place.areas[0])

    assert (true.value, true.hidden) == (3, True)
    assert masked.state == Summary.State.HIDDEN
    for name in ("value", "rate", "low", "high", "p_value", "cost", "twelve_months"):
        assert getattr(masked, name) is None, name


def test_what_is_not_hidden_is_told_alike(loaded, place):
    for area in (place.areas[1], place.whole):
        true = told(Summary.objects.true(), area)
        masked = told(Summary.objects.filter(masked=True), area)
        assert (masked.value, masked.rate) == (true.value, true.rate)


def test_the_line_of_all_areas_is_that_of_the_whole(loaded, place):
    """200,652 in 40,000 residents is 5,016.3 in 1,000, told to all; the ranks are of
    those that are told."""
    position = Position.objects.get(
        summary=told(Summary.objects.filter(masked=True), place.areas[1])
    )

    assert float(position.benchmark) == pytest.approx(5016.3)
    assert (position.rank, position.of) == (1, 2)
    assert float(position.lowest) == pytest.approx(8800.1)


def test_an_indicator_without_a_rule_has_one_row(place):
    plain = make_indicator(place, native_period=Period.Kind.QUARTER)
    load(plain, quarterly(place, {"A": 1, "B": 2, "C": 3, "D": 4}))

    assert not Summary.objects.filter(indicator=plain, masked=True).exists()
    assert not HiddenFigure.objects.exists()


def test_a_masked_row_with_a_hidden_number_is_refused(loaded, place):
    masked = told(Summary.objects.filter(masked=True), place.areas[0])

    with pytest.raises(IntegrityError), transaction.atomic():
        Summary.objects.filter(pk=masked.pk).update(value=3)


def test_only_counts_and_proportions_have_a_rule(place):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_indicator(place, kind=Indicator.Kind.PUBLISHED_RATE, threshold=5)


def test_a_proportion_is_small_on_either_side(place):
    share = make_indicator(
        place,
        kind=Indicator.Kind.PROPORTION,
        native_period=Period.Kind.QUARTER,
        threshold=5,
    )
    shares = {"A": (48, 50), "B": (20, 50), "C": (30, 50), "D": (3, 50)}
    load(share, quarterly(place, shares))

    assert hidden_letters(share) == {"A", "D"}  # 2 of 50 are not; 3 of 50 are


def test_what_is_hidden_once_stays_hidden(loaded, place):
    load(loaded, quarterly(place, {"A": 900}))

    assert hidden_letters(loaded) >= {"A", "C"}
    assert told(Summary.objects.filter(masked=True), place.areas[0]).value is None


def test_rounding_is_of_what_others_are_told(place, stalking):
    stalking.rounding, stalking.whole_rounding = 5, 10
    stalking.save()
    load(stalking, quarterly(place, {"A": 12, "B": 13, "C": 57, "D": 81}))
    masked = Summary.objects.filter(masked=True)

    values = [told(masked, area).value for area in (*place.areas, place.whole)]

    assert values == [10, 15, 55, 80, 160]  # the whole is 163
    assert told(masked, place.whole).in_areas is None


def test_the_whole_has_a_threshold_of_its_own(place, stalking):
    stalking.whole_threshold = 10
    stalking.save()
    load(stalking, quarterly(place, {"A": 0, "B": 0, "C": 7, "D": 0}))
    masked = Summary.objects.filter(masked=True)

    assert told(masked, place.whole).value is None
    assert told(masked, place.areas[2]).value is None  # it is all of the whole
    assert told(masked, place.areas[0]).value == 0


# Who is told


def test_only_analysts_and_the_provider_see_it(loaded, place, user_with, client):
    provider = user_with(Role.DATA_PROVIDER)
    loaded.provider = provider.partner
    loaded.save()
    address = reverse("performance:figure", args=["stalking", place.areas[0].slug, Q4])

    for user in (provider, user_with(Role.ANALYST)):
        client.force_login(user)
        assert "<strong>3</strong>" in client.get(address).text
        assert "hidden from others" in client.get(address).text
    others = [
        user_with(Role.DATA_PROVIDER),
        user_with(Role.BOARD_MEMBER),
        user_with(Role.PARTNER_LEAD),
        user_with(Role.OFFICER),
        user_with(Role.ADMINISTRATOR),
    ]
    for user in others:
        client.force_login(user)
        page = client.get(address)
        assert page.status_code == 200
        assert "<strong>3</strong>" not in page.text
        assert "Hidden: it is a small count" in page.text


ADDRESSES = [
    PAGE,
    f"{PAGE}figures.csv",
    f"{PAGE}?as_at=2030-01-01",
    f"{PAGE}figures.csv?as_at=2030-01-01",
    INDICATOR,
    f"{INDICATOR}figures.csv",
    f"{INDICATOR}chart.svg",
    f"{INDICATOR}?as_at=2030-01-01",
    f"{INDICATOR}figures.csv?as_at=2030-01-01",
    f"{INDICATOR}figures/area-c/{Q4.slug}/",
    f"{INDICATOR}figures/area-c/{Q4.slug}/history.csv",
    "/performance/indicators/",
    "/performance/",
    "/",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("signed", [True, False])
def test_no_page_and_no_download_has_a_hidden_number(
    client, board_member, loaded, place, address, signed
):
    """7,919 is hidden beside the small one; its rate is 791.9 in 1,000."""
    place.areas[2].slug = "area-c"
    place.areas[2].save()
    if signed:
        client.force_login(board_member)

    page = client.get(address)

    assert page.status_code == 200
    for secret in ("7919", "7,919", "791.9", "7922", "7,922"):
        assert secret not in page.text


def test_the_analyst_is_told_in_the_download_what_others_are_not(
    analyst_client, loaded
):
    rows = list(
        csv.DictReader(io.StringIO(analyst_client.get(f"{PAGE}figures.csv").text))
    )

    marks = {row["area"]: row["hidden from others"] for row in rows}
    assert marks["Area A"] == marks["Area C"] == "yes"
    assert marks["Area B"] == "no"


def test_an_earlier_definition_without_the_rule_does_not_open_it(
    analyst, board_client, place, stalking
):
    stalking.threshold = 0
    stalking.save()
    load(stalking, quarterly(place, {"A": 3, "B": 104_729, "C": 7_919, "D": 88_001}))
    stalking.threshold = 5
    stalking.save()
    definitions.apply(stalking)
    now = datetime.datetime.now(datetime.UTC).date()

    for address in (f"{PAGE}figures.csv", f"{INDICATOR}figures.csv"):
        page = board_client.get(address, {"as_at": now.isoformat()})
        assert page.status_code == 200
        assert "104729" in page.text
        assert "7919" not in page.text


def test_a_new_rule_hides_every_version_there_was(place, stalking):
    stalking.threshold = 0
    stalking.save()
    load(stalking, quarterly(place, {"A": 3, "B": 104_729, "C": 7_919, "D": 88_001}))
    load(stalking, quarterly(place, {"A": 80}))
    stalking.threshold = 5
    stalking.save()
    assert not HiddenFigure.objects.exists()

    definitions.apply(stalking)

    assert hidden_letters(stalking) == {"A", "C"}


def test_changing_the_rule_in_the_admin_works_it_out_again(
    officer_client, place, stalking
):
    stalking.threshold = 0
    stalking.save()
    load(stalking, quarterly(place, {"A": 3, "B": 104_729, "C": 7_919, "D": 88_001}))
    address = reverse("admin:performance_indicator_change", args=[stalking.pk])
    form = officer_client.get(address).context["adminform"].form
    data = {
        name: value
        for name in form.fields
        if (value := form.get_initial_for_field(form.fields[name], name)) is not None
        and value is not False
    }
    data |= {
        "threshold": 5,
        "comparators": [],
        "reason": "Few people.",
        "issue_links-TOTAL_FORMS": 0,
        "issue_links-INITIAL_FORMS": 0,
    }

    response = officer_client.post(address, data)

    assert response.status_code == 302
    stalking.refresh_from_db()
    assert hidden_letters(stalking) == {"A", "C"}


# Nobody can work it out


@st.composite
def stories(draw):
    """Counts of four areas and without a place, by month, of a quarter and the same a
    year before; then revisions of a few of them."""
    months = [month for quarter in (LAST_Q4, Q4) for month in quarter.months]
    count = st.one_of(st.integers(0, 9), st.integers(0, 60))
    first = {
        (area, month): draw(count) for area in range(5) for month in range(len(months))
    }
    revisions = draw(
        st.lists(
            st.dictionaries(
                st.sampled_from(sorted(first)), count, min_size=1, max_size=4
            ),
            max_size=2,
        )
    )
    return months, [first, *revisions]


@settings(
    derandomize=True,
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # shrinking takes minutes here
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(story=stories(), threshold=st.sampled_from([3, 5, 10]))
def test_no_hidden_figure_can_be_solved_for(client, db, board_member, story, threshold):
    """Everything a Board member can fetch, as linear equations in the true figures of
    every version; none of the hidden figures may follow from them."""
    with transaction.atomic():
        place, indicator, months = told_story(story, threshold)
        client.force_login(board_member)
        knows = Knowledge(client, indicator, place, months)

        solved = knows.solved()

        assert knows.hidden or not HiddenFigure.objects.exists()
        assert solved == set()
        transaction.set_rollback(True)


def told_story(story, threshold):
    months, uploads = story
    place = make_place(4)
    indicator = make_indicator(
        place, title="Stalking", slug="stalking", threshold=threshold
    )
    areas = [*place.areas, place.unplaced]
    for counts in uploads:
        load(
            indicator,
            {(areas[area], months[at]): count for (area, at), count in counts.items()},
        )
    for number, event in enumerate(Event.objects.order_by("number")):
        day = datetime.datetime(2022, 5, 1 + number, 12, tzinfo=datetime.UTC)
        Event.objects.filter(pk=event.pk).update(at=day)
    publish(Q4)
    return place, indicator, months


class Knowledge:
    """What an outsider gathers from the portal, over the true figures of each area,
    month and version as unknowns."""

    def __init__(self, client, indicator, place, months):
        self.client, self.indicator, self.place = client, indicator, place
        self.areas = [*place.areas, place.unplaced]
        self.months = months
        self.versions = list(
            Event.objects.filter(upload__observations__indicator=indicator)
            .distinct()
            .order_by("number")
            .values_list("number", flat=True)
        )
        self.size = len(self.versions) * len(self.areas) * len(months)
        self.known: list[np.ndarray] = []
        self.hidden: list[tuple[str, np.ndarray]] = []
        quarters = list(dict.fromkeys(month.quarter for month in months))
        for area in (*self.areas, place.whole):
            for period in (*months, *quarters):
                self.read_history(area, period)
        for version, number in enumerate(self.versions):
            for quarter in quarters:
                self.read_rows(version, number, quarter)

    def unknowns(self, area, period, version) -> np.ndarray:
        """A figure as the sum of the unknowns it is made of."""
        row = np.zeros((len(self.versions), len(self.areas), len(self.months)))
        areas = self.areas if area == self.place.whole else [area]
        for each in areas:
            for month in period.months:
                row[version, self.areas.index(each), self.months.index(month)] = 1
        return row.ravel()

    def read_history(self, area, period):
        address = reverse("performance:figure", args=["stalking", area.slug, period])
        page = self.client.get(address)
        if page.status_code == 404:
            return
        until = len(self.versions)
        for entry in page.context["history"].entries:  # as printed, newest first
            since = self.versions.index(entry.event.number)
            for version in range(since, until):
                figure = self.unknowns(area, period, version)
                if entry.value is not None:
                    self.known.append(figure)
                elif entry.figure.hidden:
                    name = f"{area} {period} {self.versions[version]}"
                    self.hidden.append((name, figure))
                if version > since:  # it did not change: that is known too
                    before = self.unknowns(area, period, version - 1)
                    self.known.append(figure - before)
            until = since

    def read_rows(self, version, number, quarter):
        """What pages and downloads are made from: every number in the rows they read."""
        indicator = Indicator.objects.select_related("group").get(pk=self.indicator.pk)
        of_quarter, of_wholes = as_known([indicator], quarter, number, true=())
        rows = [*of_quarter, *of_wholes]
        if number == self.versions[-1]:
            user = self.client.get("/account/").context["user"]
            now = Summary.objects.visible_to(user).filter(indicator=indicator)
            rows += list(now.select_related("period"))
            self.places_are_of_told_rates(now)
        areas = {area.pk: area for area in (*self.areas, self.place.whole)}
        for row in rows:
            self.read_row(row, areas[row.area_id], version)

    def read_row(self, row, area, version):
        period = row.period.value
        if not set(period.months) <= set(self.months):
            assert (row.value, row.rate) == (None, None)  # nothing was given then
            return
        this = self.unknowns(area, period, version)
        for name in ("value", "rate", "low", "high", "cost"):
            if getattr(row, name) is not None:
                self.known.append(this)
        if row.unplaced is not None:
            self.known.append(self.unknowns(self.place.unplaced, period, version))
        if row.in_areas is not None:
            self.known.append(
                this - self.unknowns(self.place.unplaced, period, version)
            )
        earlier = {
            "last_year": period.same_last_year,
            "p_value": period.same_last_year,
            "previous": period.previous,
        }
        for name, other in earlier.items():
            if getattr(row, name) is not None and set(other.months) <= set(self.months):
                self.known.append(self.unknowns(area, other, version))
        for name, years in (("twelve_months", 0), ("twelve_months_last_year", 1)):
            if getattr(row, name) is not None:
                last = period.months[-1].plus(-12 * years)
                self.known.append(
                    sum(
                        self.unknowns(area, last.plus(-back), version)
                        for back in range(12)
                    )
                )

    def places_are_of_told_rates(self, rows):
        """Ranks and ranges hold nothing that the told rates do not."""
        for place in Position.objects.filter(summary__in=rows.values("pk")):
            told = rows.filter(
                period=place.summary.period,
                rate__isnull=False,
                area__in=self.place.areas,
            ).values_list("rate", flat=True)
            assert place.of == len(told)
            assert place.lowest == min(told, default=None)
            assert place.highest == max(told, default=None)

    def solved(self) -> set[str]:
        """The hidden figures that lie in the row space of what is known."""
        if not self.hidden:
            return set()
        known = np.unique(np.array(self.known).reshape(-1, self.size), axis=0)
        _, singular, right = np.linalg.svd(known, full_matrices=False)
        basis = right[singular > 1e-8]
        return {
            name
            for name, figure in self.hidden
            if np.allclose(basis.T @ (basis @ figure), figure, atol=1e-6)
        }


def test_the_outsider_would_find_a_figure_that_is_given_away(
    client, board_member, place, stalking
):
    """The test above can fail: with one hidden figure alone, it is solved for."""
    stalking.native_period = Period.Kind.MONTH
    stalking.save()
    counts = {
        (area, month): 50
        for area in (*place.areas, place.unplaced)
        for month in Q4.months
    }
    load(stalking, counts | {(place.areas[0], Q4.months[0]): 3})
    kept = HiddenFigure.objects.filter(
        area=place.areas[0], period__start=Q4.start, period__kind="month"
    )
    HiddenFigure.objects.exclude(pk__in=kept).delete()
    client.force_login(board_member)

    knows = Knowledge(client, stalking, place, list(Q4.months))

    assert len(knows.solved()) == 1
