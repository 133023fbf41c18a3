import pytest
from django.core.files.storage import default_storage

from csa_portal.documents import frozen


def test_bytes_come_back_as_they_were_kept():
    sha256 = frozen.keep(b"abc")

    # FIPS 180-2, appendix B.1
    assert sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert frozen.read(sha256) == b"abc"


def test_the_same_bytes_are_kept_once():
    frozen.keep(b"once")
    sha256 = frozen.keep(b"once")

    folder = f"kept/{sha256[:2]}"
    assert default_storage.listdir(folder)[1] == [sha256]


def test_a_copy_cut_short_is_not_given_out_and_is_written_again():
    sha256 = frozen.keep(b"whole")
    path = default_storage.path(f"kept/{sha256[:2]}/{sha256}")
    with open(path, "wb") as file:
        file.write(b"who")

    with pytest.raises(frozen.NotKept):
        frozen.read(sha256)
    frozen.keep(b"whole")

    assert frozen.read(sha256) == b"whole"


def test_what_was_never_kept_is_told():
    with pytest.raises(frozen.NotKept):
        frozen.read("0" * 64)
