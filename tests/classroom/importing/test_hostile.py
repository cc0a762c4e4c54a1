"""Archives and names that were made to harm, or that are spelled as elsewhere."""

import io
import os
import sys
import tarfile
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from classroom.importing.samples import (
    LINK,
    PIPE,
    SERVER,
    files_of,
    import_all,
    problems,
    rarred,
    seven_zipped,
    tarred,
    tarred_types,
    write,
    zipped,
    zipped_raw,
)
from grader.classroom.importing import bounds
from grader.classroom.importing.entry_names import (
    DEEPEST,
    LONGEST,
    UnsafeNameError,
    decode_name,
    safe_parts,
)
from grader.classroom.importing.importer import MAX_NAMED
from grader.classroom.importing.streams import directory_size
from grader.submissions.hand_in import load

UNSAFE = (
    *("/etc/x.py", "../x.py", "li/../../x.py", "..", "C:/x.py", "c:x.py", "\\\\host\\x.py"),
    *("..\\x.py", "li/NUL", "con.py", "Lpt1.tar.gz", "COM¹", "li/aux .py", ". ./../x.py"),
)


@pytest.fixture
def run(tmp_path):
    """Import an archive of this content."""

    def run(data: bytes, name: str = "export.zip"):
        (tmp_path / name).write_bytes(data)
        return import_all(tmp_path / name, to=tmp_path / "class")

    return run


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "class"


@pytest.mark.parametrize("pack", [zipped, tarred, seven_zipped, rarred])
def test_each_kind_of_archive(run, folder, pack):
    data = pack({"张三/server.py": SERVER, "张三/empty.txt": "", "li/server.py": SERVER + "#"})
    assert problems(run(data, "export")) == {}
    assert files_of(folder) == {
        "li/server.py": SERVER + "#",
        "张三/empty.txt": "",
        "张三/server.py": SERVER,
    }


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_each_kind_of_tar(run, folder, mode):
    assert problems(run(tarred({"li/server.py": SERVER}, mode), "x")) == {}
    assert files_of(folder) == {"x/server.py": SERVER}


@pytest.mark.parametrize("pack", [zipped, tarred, seven_zipped, rarred])
@pytest.mark.parametrize("name", UNSAFE)
def test_no_path_leaves_its_folder(run, folder, tmp_path, pack, name):
    before = {*tmp_path.rglob("*")}
    result = run(pack({name: "bad", "li/server.py": SERVER, "wang/server.py": SERVER}), "export")
    assert len(problems(result)) == 1
    assert "bad" not in files_of(folder).values()
    made = {path for path in {*tmp_path.rglob("*")} - before if path.is_file()}
    assert all(path.is_relative_to(folder) or path.name == "export" for path in made)


def test_no_link_or_device_of_an_archive_is_made(run, folder):
    data = zipped({"li/a.py": "/etc/passwd", "li/b.py": "", "li/c.py": SERVER},
                  {"li/a.py": LINK, "li/b.py": PIPE})  # fmt: skip
    result = run(data)
    assert {*problems(result).values()} == {"it is a link or no regular file"}
    assert files_of(folder) == {"export/c.py": SERVER}


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE]
)
def test_no_link_or_device_of_a_tar_is_made(run, folder, kind):
    result = run(tarred_types({"li/a.py": kind}), "x.tar")
    assert problems(result)["x.tar/li/a.py"] == "it is a link or no regular file"
    assert files_of(folder) == {}


def test_no_link_in_a_folder_is_followed(tmp_path, folder):
    export = write(tmp_path / "export", {"li/server.py": SERVER, "wang/server.py": SERVER})
    (export / "li/secret.py").symlink_to("/etc/passwd")
    (export / "zhao").symlink_to("/etc")
    os.mkfifo(export / "wang/pipe.py")
    result = import_all(export, to=folder)
    assert sorted(problems(result)) == [
        *("export/li/secret.py", "export/wang/pipe.py", "export/zhao"),
    ]
    assert sorted(files_of(folder)) == ["li/server.py", "wang/server.py"]


def test_an_export_that_is_a_link_to_a_device(tmp_path, folder):
    (tmp_path / "x.zip").symlink_to("/dev/zero")
    assert list(problems(import_all(tmp_path / "x.zip", to=folder))) == ["x.zip"]


def test_names_in_gbk(run, folder):
    data = zipped_raw({"张三/服务端.py".encode("gbk"): SERVER, "李四/服务端.py".encode(): SERVER})
    assert problems(run(data)) == {}
    assert sorted(files_of(folder)) == ["张三/服务端.py", "李四/服务端.py"]


def test_one_name_in_two_spellings_is_one_student(tmp_path, folder):
    composed, apart = (unicodedata.normalize(form, "José") for form in ("NFC", "NFD"))
    for number, name in enumerate((composed, apart)):
        write(tmp_path / str(number), {f"{name}/server.py": SERVER, "li/server.py": SERVER})
    import_all(tmp_path / "0", to=folder)
    result = import_all(tmp_path / "1", to=folder)
    assert not result.changed
    assert sorted(files_of(folder)) == [f"{composed}/server.py", "li/server.py"]


def test_of_two_entries_with_one_name_only_the_first_is_imported(run, folder):
    result = run(zipped({"li/a.py": "1", "li/A.py": "2", "li/a.py/b.py": "3", "wang/b.py": ""}))
    assert files_of(folder) == {"li/a.py": "1", "wang/b.py": ""}
    assert problems(result) == {
        "export.zip/li/A.py": "another file has the same name",
        "export.zip/li/a.py/b.py": "another file has the same name",
    }


def test_a_record_of_a_student_is_ignored(run, folder):
    run(zipped({"li/server.py": SERVER, "li/.hand-in.toml": "x", "wang/.attempts/1/a.py": ""}))
    assert load(folder / "export").source == "files"


def test_rar_needs_a_program(run, folder, monkeypatch):
    monkeypatch.setenv("PATH", "")
    inner = rarred({"server.py": SERVER}, method=3)
    result = run(zipped({"li.rar": inner, "wang.py": SERVER, "zhao.py": SERVER}))
    assert problems(result) == {
        "export.zip/li/li.rar": "no program that unpacks rar is installed: unrar, unar, 7z or "
        "bsdtar"
    }
    assert "li/li.rar" in files_of(folder)


@pytest.mark.parametrize(
    ("name", "content", "library"),
    [
        ("li.7z", seven_zipped({"server.py": SERVER}), "py7zr"),
        ("li.rar", rarred({"server.py": SERVER}), "rarfile"),
        ("li.ipynb", b"{}", "jupytext"),
    ],
)
def test_what_needs_a_library_says_so(run, folder, monkeypatch, name, content, library):
    monkeypatch.setitem(sys.modules, library, None)
    result = run(zipped({name: content, "wang.py": SERVER, "zhao.py": SERVER}))
    assert problems(result) == {
        f"export.zip/li/{name}": f"this needs the library {library}: `pip install "
        "'select-grader[import]'`"
    }
    assert f"li/{name}" in files_of(folder)


def test_of_many_problems_only_some_are_listed(run):
    result = run(zipped({f"../{number}.py": "" for number in range(200)} | {"li/a.py": SERVER}))
    assert len(result.problems) == MAX_NAMED + 1
    assert problems(result)["export.zip/…"] == f"{200 - MAX_NAMED} more files, for such reasons"


def test_encrypted_entries(run, folder):
    data = bytearray(zipped({"li/a.py": SERVER, "li/b.py": SERVER}))
    for at in (data.index(b"PK\x03\x04") + 6, data.index(b"PK\x01\x02") + 8):
        data[at] |= 1
    assert problems(run(bytes(data))) == {"export.zip/li/a.py": "it is encrypted"}
    assert files_of(folder) == {"export/b.py": SERVER}


def test_an_encrypted_archive_of_a_student_stays(run, folder):
    inner = seven_zipped({"server.py": SERVER}, password="secret")
    result = run(zipped({"li.7z": inner, "wang.py": SERVER, "zhao.py": SERVER}))
    assert problems(result) == {"export.zip/li/li.7z": "it is encrypted"}
    assert sorted(files_of(folder)) == ["li/li.7z", "wang/wang.py", "zhao/zhao.py"]


@pytest.fixture
def small(monkeypatch):
    """Bounds that a test can exceed."""
    monkeypatch.setattr(bounds, "HAND_IN_ENTRIES", 20)
    monkeypatch.setattr(bounds, "HAND_IN_BYTES", 3 << 20)
    monkeypatch.setattr(bounds, "ANY_RATIO_BYTES", 1 << 20)


BOMB = bytes(2 << 20)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("pack", [zipped, tarred, seven_zipped])
def test_a_bomb_stays_packed(run, folder, pack):
    bomb = pack({"server.py": BOMB})
    result = run(zipped({"li.zip": bomb, "wang.py": SERVER, "zhao.py": SERVER}))
    (why,) = problems(result).values()
    assert why == "its content is more than 200 times as large as the archive"
    assert (folder / "li/li.zip").read_bytes() == bomb
    assert (folder / "wang/wang.py").exists()


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("pack", [zipped, tarred, seven_zipped, rarred])
def test_an_archive_of_too_many_bytes(run, folder, pack):
    data = pack({f"{n}.bin": os.urandom(1 << 20) for n in range(4)})
    result = run(zipped({"li.zip": data, "wang.py": SERVER, "zhao.py": SERVER}))
    assert list(problems(result)) == ["export.zip/li"]
    assert "li" not in {path.partition("/")[0] for path in files_of(folder)}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("pack", [zipped, tarred, seven_zipped, rarred])
def test_an_archive_of_too_many_files(run, folder, pack):
    data = pack({f"{n}.py": "" for n in range(30)})
    result = run(zipped({"li.zip": data, "wang.py": SERVER, "zhao.py": SERVER}))
    assert list(problems(result)) == ["export.zip/li/li.zip"]
    assert sorted(files_of(folder)) == ["li/li.zip", "wang/wang.py", "zhao/zhao.py"]


def test_a_name_of_a_million_characters(run):
    (problem,) = [p for p in run(tarred({"x" * 1_000_000: SERVER})).problems if "xxx" in p.where]
    assert len(problem.where) < 1000


def test_a_zip_directory_that_would_fill_the_memory_is_not_read(run, folder, monkeypatch):
    """Python reads all of it at once."""
    monkeypatch.setattr(bounds, "HAND_IN_ENTRIES", 20)
    data = zipped({f"{number:0200}": "" for number in range(80)})
    opened = []
    init = zipfile.ZipFile.__init__
    monkeypatch.setattr(
        zipfile.ZipFile, "__init__", lambda *a, **k: opened.append(len(a)) or init(*a, **k)
    )
    result = run(tarred({"li/a.zip": data, "wang/b.py": SERVER}), "x.tar.gz")
    assert problems(result) == {"x.tar.gz/li/a.zip": "it has more than 20 files"}
    assert not opened


@pytest.mark.parametrize("count", [0, 1, 70_000])
def test_the_size_of_a_zip_directory(count):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number:05}", "")
        archive.comment = b"PK\x05"
    assert directory_size(file) == count * 51


@pytest.mark.parametrize("pack", [zipped, tarred, rarred])
def test_an_archive_that_takes_too_long(run, folder, monkeypatch, pack):
    monkeypatch.setattr(bounds, "HAND_IN_SECONDS", -1)
    inner = pack({"server.py": SERVER})
    result = run(zipped({"li/a.zip": inner, "wang.py": SERVER, "zhao.py": SERVER}))
    assert "it takes more than -1 s to unpack" in problems(result).values()
    assert "li/server.py" not in files_of(folder)


def test_archives_within_archives(run, folder):
    data = {"server.py": SERVER}
    for depth in range(5):
        data = {f"{depth}.zip": zipped(data)}
    result = run(zipped({"li.zip": zipped(data), "wang.py": SERVER, "zhao.py": SERVER}))
    (why,) = problems(result).values()
    assert why == "more than 3 archives are within each other"
    assert "li/4/3.zip" in files_of(folder)


def test_an_archive_beside_other_files_gets_a_folder(run, folder):
    inner = zipped({"server.py": SERVER})
    run(zipped({"li/code.tar.gz": tarred({"server.py": SERVER}), "li/more.zip": inner,
                "li/a.txt": "", "wang/b.py": ""}))  # fmt: skip
    assert sorted(files_of(folder)) == [
        *("li/a.txt", "li/code/server.py", "li/more/server.py", "wang/b.py"),
    ]


def test_a_zip_that_lies_about_sizes(run, folder):
    """What counts is what comes out."""
    data = bytearray(zipped({"li/a.py": BOMB, "wang/b.py": SERVER}))
    size = len(BOMB).to_bytes(4, "little")
    while size in data:
        data[data.index(size) :][:4] = b""
        at = data.index(size)
        data[at : at + 4] = (7).to_bytes(4, "little")
    result = run(bytes(data))
    assert list(problems(result)) == ["export.zip/li/a.py"]
    assert files_of(folder) == {"export/b.py": SERVER}


def test_an_office_document_is_no_archive(run, folder):
    document = zipped({"[Content_Types].xml": "", "word/document.xml": ""})
    run(zipped({"li.docx": document, "wang.py": SERVER, "zhao.py": SERVER}))
    assert sorted(files_of(folder)) == ["li/li.docx", "wang/wang.py", "zhao/zhao.py"]


ARCHIVES = [
    pack({"li/server.py": SERVER, "wang/server.py": SERVER * 9})
    for pack in (zipped, tarred, rarred)
]


@given(
    data=st.sampled_from(ARCHIVES),
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=8),
    cut=st.floats(0.3, 1),
)
def test_damaged_archives_are_problems_and_no_more(tmp_path_factory, data, changes, cut):
    folder = tmp_path_factory.mktemp("damaged")
    mutable = bytearray(data[: int(len(data) * cut)])
    for where, byte in changes:
        mutable[int(where * (len(mutable) - 1))] = byte
    (folder / "export").write_bytes(bytes(mutable))
    import_all(folder / "export", to=folder / "class")
    assert {path.name for path in folder.iterdir()} == {"class", "export"}


def test_damaged_7z_archives(tmp_path):
    data = seven_zipped({"li/server.py": SERVER})
    for at in range(0, len(data), 41):
        (tmp_path / "x.7z").write_bytes(data[:at] + b"\xff" + data[at + 1 :])
        import_all(tmp_path / "x.7z", to=tmp_path / "class")
    assert {path.name for path in tmp_path.iterdir()} == {"class", "x.7z"}


@given(st.text(max_size=60) | st.lists(st.sampled_from(UNSAFE), max_size=3).map("/".join))
@example("\ud800/x")
@example("CON .x/..")
@example("a/.. /b")
def test_safe_parts_lead_down(name):
    try:
        parts = safe_parts(name)
    except UnsafeNameError:
        return
    assert 0 < len(parts) <= DEEPEST
    for part in parts:
        assert part not in ("", ".", "..")
        assert not {*part} & {*'/\\:*?"<>|\0'}
        assert len(part.encode()) <= LONGEST
        assert part == unicodedata.normalize("NFC", part)
        assert part[-1] not in " ."
    assert safe_parts("/".join(parts)) == parts


@given(st.text(alphabet="张三李四王五服务端作业", min_size=2))
def test_chinese_names_are_decoded_from_either_encoding(name):
    assert decode_name(name.encode()) == name
    assert decode_name(name.encode("gbk")) in (name, name.encode("gbk").decode(errors="ignore"))


@given(st.binary(max_size=30))
def test_any_bytes_are_a_name(raw):
    decode_name(raw)
