"""The agreement's PDF: its structure, what it says, and what stops its export."""

import io
import shutil
import subprocess

import pikepdf
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction

from csa_portal.documents.pdf import MissingAsset, html_to_pdf
from csa_portal.records import load_records
from priorities import document
from priorities.pdf import agreement_pdf, context, kept_names, kept_size
from tests.factories import SectionFactory, VersionFactory

PAGE = '<html lang="en-GB"><head><title>Page</title></head><body>{}</body></html>'


def made_of(body):
    return pikepdf.open(io.BytesIO(html_to_pdf(PAGE.format(body))))


def elements(pdf):
    """The structure tree in reading order, without the root."""

    def below(element):
        for child in element.get("/K", []):
            if isinstance(child, pikepdf.Dictionary) and "/S" in child:
                yield child
                yield from below(child)

    return list(below(pdf.Root.StructTreeRoot))


def named(pdf, *names):
    return [each for each in elements(pdf) if str(each.S) in names]


# --- Any document -------------------------------------------------------------------


def test_header_cells_have_their_scope_and_their_span():
    pdf = made_of(
        "<table><thead><tr><th scope=col>Group</th><th scope=col>Name</th></tr></thead>"
        "<tbody><tr><th scope=rowgroup rowspan=2>A</th><td>1</td></tr>"
        "<tr><td>2</td></tr></tbody></table>"
    )

    scopes = [str(th.A.Scope) for th in named(pdf, "/TH")]

    assert scopes == ["/Column", "/Column", "/Row"]
    assert named(pdf, "/TH")[2].A.RowSpan == 2
    assert not any("/Headers" in td.A for td in named(pdf, "/TD"))


def test_lists_hold_items_or_lists_only():
    pdf = made_of("<dl><div><dt>Why</dt><dd>Not stated</dd></div></dl>")

    lists = named(pdf, "/L")

    assert len(lists) == 2
    assert {str(kid.S) for each in lists for kid in each.K} == {"/L", "/LI"}


def test_links_into_the_site_become_words_and_others_stay():
    pdf = made_of(
        '<p><a href="/boards/x/">Board</a> <a href="https://a.example/">A</a>'
    )

    (link,) = [note.A.URI for page in pdf.pages for note in page.Annots]

    assert str(link) == "https://a.example/"


@pytest.mark.parametrize(
    "address",
    [
        "https://pictures.example/a.png",
        "missing.png",
        "../manage.py",
        "/etc/hostname",
        "file:///etc/hostname",
    ],
)
def test_picture_that_may_not_be_read_or_is_missing_stops_the_export(address):
    with pytest.raises(MissingAsset, match=address.rsplit("/", 1)[-1]):
        html_to_pdf(PAGE.format(f'<img alt="A" src="{address}">'))


def test_link_out_of_the_static_folders_is_followed_and_refused(settings, tmp_path):
    folder, secret = tmp_path / "static", tmp_path / "secret.png"
    folder.mkdir()
    secret.write_bytes(b"secret")
    (folder / "picture.png").symlink_to(secret)
    settings.STATICFILES_DIRS = [folder]

    with pytest.raises(MissingAsset, match="outside the static folders"):
        html_to_pdf(PAGE.format('<img alt="A" src="picture.png">'))


def test_picture_of_the_static_folders_is_printed_with_its_words(settings, tmp_path):
    (tmp_path / "rings.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect/></svg>'
    )
    settings.STATICFILES_DIRS = [tmp_path]

    pdf = made_of('<img alt="Three rings" src="rings.svg">')

    (figure,) = named(pdf, "/Figure")
    assert str(figure.Alt) == "Three rings"


# --- The county's agreement ---------------------------------------------------------


@pytest.fixture(scope="module")
def county(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        load_records(settings.BASE_DIR / "fixtures")
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def content(county, django_db_blocker):
    with django_db_blocker.unblock():
        return agreement_pdf(document.version_of("2022-2025"))


@pytest.fixture
def pdf(content):
    return pikepdf.open(io.BytesIO(content))


@pytest.fixture
def version(county, db):
    return document.version_of("2022-2025")


def test_it_says_what_it_is(pdf):
    title = "Lancashire Community Safety Agreement 2022–2025, version 1.0"

    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == title
    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert str(pdf.Root.Lang) == "en-GB"


def test_headings_begin_at_the_first_level_and_skip_none(pdf):
    levels = [int(str(each.S)[2]) for each in named(pdf, "/H1", "/H2", "/H3", "/H4")]

    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:]))  # noqa: B905, RUF007
    assert levels.count(1) == 12  # cover, contents, nine sections, gaps and sources


def test_every_header_cell_has_a_scope_and_every_table_has_some(pdf):
    cells = named(pdf, "/TH")

    assert len(cells) > 100
    assert {str(cell.A.Scope) for cell in cells} == {"/Column", "/Row"}
    for table in named(pdf, "/Table"):
        assert "/THead" in [str(kid.S) for kid in table.K]


def test_every_figure_has_its_words(pdf):
    figures = named(pdf, "/Figure")

    assert [str(figure.Alt) for figure in figures] == [
        "Two plans run out before the agreement does. Between them they serve three of "
        "the six key issues."
    ]


def test_bookmarks_lead_to_every_section(pdf, version):
    with pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]

    assert titles == [
        "Contents",
        *(str(section) for section in version.sections.all()),
        "Gaps and sources",
    ]


def test_fonts_are_embedded(pdf):
    fonts = [
        font.DescendantFonts[0].FontDescriptor
        for page in pdf.pages
        for font in page.Resources.get("/Font", {}).values()
    ]

    assert fonts
    assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
    assert all("Liberation-Sans" in str(font.FontName) for font in fonts)


def test_framework_is_on_one_landscape_page(pdf):
    wide = [page for page in pdf.pages if page.MediaBox[2] > page.MediaBox[3]]

    assert len(wide) == 1


@pytest.fixture(scope="module")
def text(content, tmp_path_factory):
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (poppler-utils) is not installed")
    path = tmp_path_factory.mktemp("pdf") / "agreement.pdf"
    path.write_bytes(content)
    command = ["pdftotext", "-raw", str(path), "-"]
    found = subprocess.run(command, capture_output=True, check=True, text=True)
    return " ".join(found.stdout.split())


def test_every_section_and_every_record_of_the_framework_is_printed(text, version):
    agreement = version.agreement
    wanted = [str(section) for section in version.sections.all()]
    for entry in agreement.framework.select_related("board", "strategy"):
        wanted.append(str(entry.board or entry.strategy))
    wanted += [issue.title for issue in version.key_issues.all()]
    wanted += [row.plan_priority.title for row in agreement.alignment.for_table()]
    wanted.append("No strategic group recorded")

    assert [words for words in wanted if words not in text] == []


def test_every_page_but_the_cover_has_its_foot(text, pdf):
    foot = "Version 1.0, June 2022. Records as at 16 June 2022"

    pages = len(pdf.pages)

    assert text.count(foot) == pages - 1
    assert f"Page {pages} of {pages}" in text


def test_it_costs_so_many_queries(version, django_assert_num_queries):
    with django_assert_num_queries(27):
        context(version)


def test_same_content_is_made_once_and_a_change_makes_it_again(db):
    version = VersionFactory(agreement__starts_year=2060)  # no other test's folder
    section = SectionFactory(version=version, body="First.")
    version = document.version_of(version.agreement.edition)
    assert kept_size(version) is None

    first = agreement_pdf(version)
    (name,) = kept_names(version)
    assert agreement_pdf(version) == first
    assert kept_names(version) == [name]
    assert kept_size(version) == len(first)

    section.body = "Second."
    section.save()
    agreement_pdf(version)

    assert name not in kept_names(version)
    assert len(kept_names(version)) == 1


def test_visitor_downloads_it(client, version):
    response = client.get("/agreement/2022-2025/pdf/")

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == (
        'attachment; filename="community-safety-agreement-2022-2025-v1.0.pdf"'
    )
    assert response.content.startswith(b"%PDF-1.7")


# --- The command --------------------------------------------------------------------


def test_command_writes_the_file_and_says_where(version, tmp_path, capsys):
    path = tmp_path / "agreement.pdf"

    call_command("export_agreement", "2022-2025", "-o", str(path))

    assert path.read_bytes().startswith(b"%PDF-1.7")
    assert f"version 1.0 is in {path}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (["2019-2022"], "no version"),
        (["2022-2025", "--version", "9.9"], "no version 9.9"),
    ],
)
def test_command_refuses_what_is_not_there(version, tmp_path, arguments, refusal):
    path = tmp_path / "agreement.pdf"

    with pytest.raises(CommandError, match=refusal):
        call_command("export_agreement", *arguments, "-o", str(path))

    assert not path.exists()


def test_command_refuses_a_text_with_an_unknown_table(db, tmp_path):
    section = SectionFactory(body="[[nonsense]]")
    path = tmp_path / "agreement.pdf"

    with pytest.raises(CommandError, match="nonsense"):
        call_command(
            "export_agreement", section.version.agreement.edition, "-o", str(path)
        )

    assert not path.exists()
