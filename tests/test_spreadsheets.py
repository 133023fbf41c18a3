import pytest

from csa_portal.documents.spreadsheets import safe, to_csv


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_text_that_a_spreadsheet_would_run_is_made_safe(text):
    assert safe(text) == f"'{text}"


def test_numbers_and_plain_text_stay_as_they_are():
    assert safe(-3) == -3
    assert safe("Fylde") == "Fylde"
    assert safe(None) == ""


def test_a_file_begins_with_the_mark_excel_knows_utf8_by():
    assert to_csv([("Område", 3)]) == "\ufeffOmråde,3\r\n"
