"""Pieces shared by all pages: what they print for what they take."""

from pathlib import Path

import django_tables2 as tables
import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template, loader
from django.template.loader import render_to_string

ICONS = Path(settings.BASE_DIR, "templates/components/icons")
HOSTILE = "<b>x</b>"


def render(name: str, /, **context) -> str:
    return render_to_string(f"components/{name}", context)


@pytest.mark.parametrize("path", sorted(ICONS.iterdir()), ids=lambda path: path.stem)
def test_an_icon_is_hidden_from_who_hears_the_word_beside_it(path):
    html = render("_icon.html", name=path.stem)

    assert 'aria-hidden="true"' in html
    assert 'class="icon"' in html


def test_an_icon_that_does_not_exist_is_an_error_not_a_hole():
    with pytest.raises(loader.TemplateDoesNotExist):
        render("_icon.html", name="no-such-shape")


@pytest.mark.parametrize("name", ["_tag.html", "_status.html"])
def test_a_state_is_a_shape_and_a_word(name):
    html = render(name, kind="error", word=HOSTILE)

    assert "<svg" in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert "--error" in html


def test_a_tag_may_do_without_a_shape():
    html = render("_tag.html", kind="official", word="Official statistics", icon="none")

    assert "<svg" not in html


def test_a_change_shows_direction_and_verdict_apart():
    html = render(
        "_change.html",
        direction="up",
        figure="203",
        words="78 more than the same quarter last year (+62%).",
        verdict="Worse",
        kind="worse",
    )

    assert "</span> 203</span>, 78 more than" in html
    assert 'status--worse">Worse' in html
    assert 'class="arrow"' in html


def test_a_gap_prints_what_is_recorded_about_it():
    html = render(
        "_gap.html",
        title="No strategic group recorded",
        text="The agreement leaves this cell empty.",
        facts=[("Why", "not stated"), ("Owner", HOSTILE)],
    )

    assert "No strategic group recorded" in html
    assert "<dt>Why</dt><dd>not stated</dd>" in html
    assert HOSTILE not in html


def test_a_small_gap_is_one_tag():
    html = render("_gap.html", title="No county lead group recorded", small=True)

    assert "tag--gap" in html
    assert "<div" not in html


def test_steps_say_which_is_now():
    html = render(
        "_steps.html",
        steps=[("Choose the file", "done"), ("What was found", "now")],
    )

    assert html.count('aria-current="step"') == 1
    assert ", done</span>" in html


def test_breadcrumbs_begin_at_home():
    html = render("_breadcrumbs.html", crumbs=[("Agreement 2022–2025", "/agreement/")])

    assert html.index('href="/"') < html.index('href="/agreement/"')


def test_a_figure_has_its_reading_its_drawing_and_its_numbers():
    chart = {
        "id": "burglary",
        "reading": "Burglary is within its usual range.",
        "svg": "drawing",
        "table": {"caption": "By month", "columns": ["Month"], "rows": [("May", [7])]},
    }

    plain = render("_figure.html", chart=chart, figure=None)
    enhanced = render("_figure.html", chart=chart, figure={"data": []})

    assert "Burglary is within its usual range." in plain
    assert '<td class="table__num">7</td>' in plain
    assert "data-chart" not in plain
    assert 'data-chart="burglary"' in enhanced
    assert '<script id="burglary" type="application/json">{"data": []}' in enhanced


def test_a_chart_cannot_break_out_of_its_script():
    html = render(
        "_figure.html",
        chart={"id": "c", "reading": "", "svg": ""},
        figure={"title": "</script><script>alert(1)"},
    )

    assert html.count("</script>") == 1


class Areas(tables.Table):
    caption = "Areas and their counts"
    name = tables.Column(verbose_name="Area")
    count = tables.Column(
        attrs={"th": {"class": "table__num"}, "td": {"class": "table__num"}}
    )


@pytest.fixture
def areas(rf):
    def draw(query="", count=30):
        rows = [{"name": f"Area {n}", "count": n} for n in range(count)]
        request = rf.get(f"/{query}")
        request.user = AnonymousUser()
        table = Areas(rows)
        tables.RequestConfig(request, paginate={"per_page": 10}).configure(table)
        template = Template("{% load django_tables2 %}{% render_table table %}")
        return template.render(Context({"table": table, "request": request}))

    return draw


def test_a_table_has_caption_scopes_and_labels_for_its_cards(areas):
    html = areas()

    assert "Areas and their counts" in html
    assert "1 to 10 of 30" in html
    assert '<th scope="row">Area 0</th>' in html
    assert '<td data-label="Count" class="table__num' in html
    assert html.count('scope="col"') == 2


def test_a_sorted_table_says_by_which_column_and_which_way(areas):
    html = areas("?sort=-count")

    assert html.count("aria-sort") == 1
    assert 'aria-sort="descending"' in html
    assert '<th scope="row">Area 29</th>' in html
    assert 'href="?sort=count"' in html


def test_a_long_table_links_its_pages_and_keeps_its_order(areas):
    html = areas("?sort=-count&page=2")

    assert "11 to 20 of 30" in html
    assert 'href="?sort=-count&amp;page=3"' in html
    assert html.count('aria-current="page"') == 1


def test_an_empty_table_says_so(areas):
    assert "None recorded." in areas(count=0)


def test_the_menu_marks_the_part_a_page_belongs_to():
    html = render_to_string("base.html", {"section": "priorities"})

    assert html.count('aria-current="true"') == 1
    assert 'href="/priorities/" aria-current="true"' in html


def test_uploads_are_in_the_menu_of_those_who_may_upload():
    assert "Uploads" in render_to_string("base.html", {"may_upload": True})
    assert "Uploads" not in render_to_string("base.html", {"may_upload": False})


def test_the_demonstration_says_what_it_is_and_service_does_not():
    assert "Demonstration." in render_to_string("base.html", {"demo": True})
    assert "Demonstration." not in render_to_string("base.html", {"demo": False})


def test_no_template_holds_a_style_or_a_script_of_its_own():
    """The content security policy would refuse them in silence."""
    for path in Path(settings.BASE_DIR, "templates").rglob("*.html"):
        if "documents" in path.parts:  # print versions, never served as pages
            continue
        text = path.read_text()
        assert " style=" not in text, path
        assert "<style" not in text, path
        assert "<script>" not in text, path
        assert " onclick=" not in text, path
