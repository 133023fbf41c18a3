"""The main jobs, done in a browser with real files."""

import io
import re

import openpyxl
import pikepdf
import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import UNKNOWN

pytestmark = pytest.mark.browser


def test_a_visitor_reads_the_agreement_and_takes_the_pdf(visitor):
    with visitor(None, width=768) as context:
        page = context.new_page()
        page.goto("/")
        page.get_by_role("link", name=re.compile("^Read the agreement")).click()
        page.locator("a[href$='/sections/priorities-and-key-issues/']").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("7.")
        page.get_by_role("table").get_by_role(
            "link", name="Domestic abuse", exact=True
        ).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Domestic abuse")

        page.goto("/")
        with page.expect_download() as download:
            page.get_by_role("link", name=re.compile("PDF")).first.click()

        with pikepdf.open(download.value.path()) as pdf:
            assert len(pdf.pages) > 10
            assert pdf.Root.MarkInfo.Marked


def test_the_analyst_mends_a_file_saves_it_and_takes_it_back(visitor, tmp_path):
    with visitor("analyst") as context:
        page = context.new_page()
        workbook = blank_workbook(page, "2021-22-q4")
        sheet, cell = first_cell_to_fill(workbook)

        sheet[cell] = "lots"
        upload(page, workbook, tmp_path / "bad.xlsx")
        expect(page.get_by_text("Nothing has been saved")).to_be_visible()
        expect(page.get_by_text("lots", exact=True)).to_be_visible()

        sheet[cell] = 4321
        upload(page, workbook, tmp_path / "good.xlsx")
        reason = page.get_by_role("textbox")
        for box in reason.all():
            box.fill("Counted again.")
        page.get_by_role("button", name=re.compile("^Save 1 change")).click()
        expect(page.get_by_text("are saved").first).to_be_visible()
        saved = page.url

        page.goto("/performance/2021-22-q4/")
        expect(page.get_by_text("4,321").first).to_be_visible()

        page.goto(saved)
        page.get_by_role("link", name="Take these figures back").click()
        page.get_by_role("textbox").fill("They were a trial.")
        page.get_by_role("button", name=re.compile("^Take .* back")).click()

        page.goto("/performance/2021-22-q4/")
        expect(page.get_by_text("4,321")).to_have_count(0)


def blank_workbook(page, quarter):
    page.goto("/performance/uploads/template/")
    page.get_by_label("From which quarter?").select_option(quarter)
    page.get_by_label("To which quarter?").select_option(quarter)
    page.get_by_label("Nothing: empty cells").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download it").click()
    return openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))


def first_cell_to_fill(workbook):
    """The first illustrative count of the whole: the sheet's first empty cell beside an
    area's name."""
    for sheet in workbook:
        for row in sheet.iter_rows(min_col=1, max_col=4):
            if row[0].value == "Pan-Lancashire":
                empty = next(cell for cell in row[1:] if cell.value is None)
                return sheet, empty.coordinate
    pytest.fail("The workbook has no row for Pan-Lancashire.")


def upload(page, workbook, path):
    workbook.save(path)
    page.goto("/performance/uploads/new/")
    page.get_by_label("The file with the figures").set_input_files(path)
    page.get_by_label(re.compile("counts only")).check()
    page.get_by_role("button", name="Check this file").click()


def test_the_analyst_says_once_what_the_columns_of_a_table_are(visitor):
    with visitor("analyst", width=768) as context:
        page = context.new_page()
        page.goto(f"/performance/uploads/{UNKNOWN}/")
        page.get_by_role("link", name="Say what its columns are").click()
        page.get_by_label("A name for this table").fill("Ambulance call-outs")
        page.get_by_label("Column D: Call-outs").select_option(
            label="People killed or seriously injured"
        )
        page.get_by_role("button", name="Keep this and read the file again").click()

        expect(page.get_by_role("heading", level=1)).to_have_text(
            "What will change if you save this"
        )
        expect(
            page.get_by_text("Read as the table Ambulance call-outs")
        ).to_be_visible()

        page.goto("/performance/tables/")
        page.get_by_role("link", name="Ambulance call-outs").click()
        expect(page.get_by_text("Year (the quarter or month is").first).to_be_visible()


def test_a_board_member_reads_the_quarter_an_indicator_and_an_earlier_quarter(visitor):
    with visitor(None, width=768) as context:
        page = context.new_page()
        page.goto("/accounts/login/")
        page.get_by_label("Username").fill("board-member")
        page.get_by_label("Password").fill("community-safety")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("link", name="This quarter at a glance").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(
            "January to March 2022 at a glance"
        )
        expect(page.get_by_role("heading", name="What changed")).to_be_visible()

        page.get_by_role("link", name="Burglary", exact=True).first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Burglary")
        expect(page.locator("main")).to_contain_text("1,955")

        page.get_by_role("link", name=re.compile("October to December 2021")).click()
        expect(page.locator("main")).to_contain_text("2,412")


def test_charts_become_interactive_where_script_runs(visitor):
    with visitor(None) as context:
        page = context.new_page()
        page.goto("/performance/indicators/burglary/")

        expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=15_000)


def test_charts_are_drawn_where_it_does_not(visitor):
    with visitor(None, script=False) as context:
        page = context.new_page()
        page.goto("/performance/indicators/burglary/")

        expect(page.locator("figure svg[role=img]").first).to_be_visible()
        assert page.locator(".js-plotly-plot").count() == 0


@pytest.mark.parametrize(
    ("viewer", "address", "button"),
    [
        (None, "/accounts/login/", "Sign in"),
        ("analyst", "/account/password/", "Change"),
        ("analyst", "/performance/uploads/new/", "Check this file"),
        ("analyst", "/performance/uploads/1/withdraw/", "Take"),
    ],
)
def test_links_of_an_error_summary_land_on_the_field(visitor, viewer, address, button):
    with visitor(viewer) as context:
        page = context.new_page()
        page.goto(address)
        page.get_by_role("button", name=re.compile(f"^{button}")).click()
        links = page.locator(".govuk-error-summary a")

        expect(links.first).to_be_visible()  # which waits for the answer
        for link in links.all():
            target = link.get_attribute("href")
            link.click()
            assert page.evaluate("'#' + document.activeElement.id") == target
