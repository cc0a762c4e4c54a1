"""What is added to an image while it is built."""

from importlib.util import cache_from_source
from pathlib import Path

import pytest

from grader.agent import prepare_image
from grader.sandbox import limits


def test_every_user_of_a_submission_has_a_name_and_a_home() -> None:
    assert prepare_image.USERS == limits.USER_IDS
    lines = prepare_image.passwd(prepare_image.USERS).splitlines()
    assert [int(line.split(":")[2]) for line in lines] == list(limits.USER_IDS)
    assert {(line.split(":")[0], line.split(":")[5]) for line in lines} == {
        ("student", "/home/student")
    }


def test_missing_locales_are_copied_from_c_utf8(tmp_path: Path) -> None:
    (tmp_path / "C.utf8").mkdir()
    (tmp_path / "C.utf8" / "LC_TIME").write_bytes(b"plain")
    (tmp_path / "en_US.utf8").mkdir()
    (tmp_path / "en_US.utf8" / "LC_TIME").write_bytes(b"its own")
    prepare_image.add_locales(str(tmp_path))
    assert (tmp_path / "zh_CN.utf8" / "LC_TIME").read_bytes() == b"plain"
    assert (tmp_path / "en_US.utf8" / "LC_TIME").read_bytes() == b"its own"


def test_without_c_utf8_no_locale_is_added(tmp_path: Path) -> None:
    prepare_image.add_locales(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("left_out", sorted(prepare_image.LEFT_OUT))
def test_only_what_servers_import_is_compiled(tmp_path: Path, left_out: str) -> None:
    (tmp_path / left_out).mkdir()
    for path in (tmp_path / "select_.py", tmp_path / left_out / "big.py"):
        path.write_text("x = 1\n")
    prepare_image.compile_all(str(tmp_path))
    wanted = cache_from_source(str(tmp_path / "select_.py"))
    assert list(map(str, tmp_path.rglob("*.pyc"))) == [wanted]
