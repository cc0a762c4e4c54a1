"""Folders of a class, and archives that no platform made."""

from classroom.importing.samples import (
    SERVER,
    files_of,
    import_all,
    problems,
    students,
    tarred,
    zipped,
)


def test_a_class_of_files_and_folders(run, folder):
    result = run(
        {
            "20240042_张三.py": SERVER,
            "li.py": SERVER,
            "li.docx": "x",
            "wang/server.py": SERVER,
            "wang/helper.py": "",
            "赵六.zip": zipped({"赵六/server.py": SERVER}),
            "钱七.tar.gz": tarred({"server.py": SERVER}),
            "README.md": "",
            "roster.csv": "name\nx\n",
            "__MACOSX/._li.py": "",
            ".DS_Store": "",
            "Thumbs.db": "",
        },
        "homework",
    )
    assert problems(result) == {}
    assert sorted(files_of(folder)) == [
        "20240042_张三/20240042_张三.py",
        "li/li.docx",
        "li/li.py",
        "wang/helper.py",
        "wang/server.py",
        "赵六/赵六/server.py",
        "钱七/server.py",
    ]
    assert result.ignored == 5
    assert students(folder) == [
        {"file": "20240042_张三", "name": "张三", "number": "20240042"},
    ]


def test_sections_of_a_class(run, folder):
    run(
        {
            "1班/张三/server.py": SERVER,
            "1班/20240043_李四/server.py": SERVER,
            "2班/张三/server.py": SERVER + "# 2",
            "2班/王五/src/server.py": SERVER,
            "README.md": "",
        },
        "homework",
    )
    assert sorted(files_of(folder)) == [
        "1班_20240043_李四/server.py",
        "1班_张三/server.py",
        "2班_张三/server.py",
        "2班_王五/src/server.py",
    ]
    assert students(folder) == [
        {"file": "1班_20240043_李四", "name": "李四", "number": "20240043", "section": "1班"}
    ]


def test_sections_of_packed_files(run, folder):
    inner = zipped({"server.py": SERVER})
    run({f"{s}/{name}.zip": inner for s in ("a", "b") for name in ("li", "wang")}, "homework")
    assert sorted(files_of(folder)) == [
        *("a_li/server.py", "a_wang/server.py", "b_li/server.py", "b_wang/server.py"),
    ]


def test_students_with_several_folders_are_no_sections(run, folder):
    run({"li/a/x.py": SERVER, "li/b/y.py": SERVER, "wang/day08/server.py": SERVER}, "homework")
    assert sorted(files_of(folder)) == ["li/a/x.py", "li/b/y.py", "wang/day08/server.py"]


def test_a_date_in_names_is_no_number(run, folder):
    """What several students have is nobody's number."""
    names = ("20241130_li", "20241130_wang", "20240042_zhao", "hw2024_sun")
    run({f"{name}.py": SERVER for name in names}, "homework")
    assert sorted(files_of(folder)) == sorted(f"{name}/{name}.py" for name in names)
    assert students(folder) == [
        {"file": "20240042_zhao", "name": "zhao", "number": "20240042"},
        {"file": "20241130_li", "name": "li"},
        {"file": "20241130_wang", "name": "wang"},
    ]


def test_a_student_is_known_by_number_and_name(run, folder):
    """Whatever stands between them; the number alone may be a date."""
    run({"20240042_张三.py": SERVER, "li.py": SERVER}, "one")
    run({"作业-20240042-张三.py": SERVER + "# 2", "li.py": SERVER}, "two")
    assert sorted(files_of(folder)) == ["20240042_张三/作业-20240042-张三.py", "li/li.py"]


def test_a_folder_around_a_class_is_passed_over(run, folder):
    run({"hw3/li.py": SERVER, "hw3/wang/server.py": SERVER})
    assert sorted(files_of(folder)) == ["li/li.py", "wang/server.py"]


def test_an_export_of_one_student(tmp_path, folder):
    """Each is named after its file."""
    exports = [tmp_path / name for name in ("张三.zip", "李四.7z.zip", "wang.py", "zhao.docx")]
    exports[0].write_bytes(zipped({"张三/server.py": SERVER, "张三/log.txt": "x"}))
    exports[1].write_bytes(zipped({"server.py": SERVER, "pictures/a.png": "x"}))
    exports[2].write_text(SERVER)
    exports[3].write_bytes(b"x")
    assert problems(import_all(*exports, to=folder)) == {}
    assert {name.partition("/")[0] for name in files_of(folder)} == {
        *("张三", "李四.7z", "wang", "zhao"),
    }


def test_a_program_of_several_files_is_one_students(run, folder):
    files = {
        "server.py": "import socket, chat.log\nsocket.socket().listen()\n",
        "chat/__init__.py": "",
        "chat/log.py": "",
        "client.py": "import socket\nsocket.socket().connect(('', 1))\n",
        "test_server.py": "",
    }
    run(files, "zhang.zip")
    assert sorted(files_of(folder)) == sorted(f"zhang/{name}" for name in files)


def test_several_programs_of_several_exports(tmp_path, folder):
    """Nobody knows whether they are one student's: `--from` says so."""
    exports = [tmp_path / name for name in ("zhang.zip", "li.zip")]
    for path in exports:
        path.write_bytes(zipped({"server.py": SERVER, "other.py": SERVER}))
    result = import_all(*exports, to=folder)
    assert files_of(folder) == {}
    assert "`--from student` or `--from class`" in problems(result)["zhang.zip/zhang"]
    assert problems(import_all(*exports, to=folder, source="student")) == {}
    assert sorted(files_of(folder)) == [
        *("li/other.py", "li/server.py", "zhang/other.py", "zhang/server.py"),
    ]


def test_a_system_that_it_is_not_of(run, folder):
    result = run({"li.py": SERVER, "wang.py": SERVER}, source="moodle")
    assert problems(result) == {"export.zip": "it is no export of moodle: see --from"}
    assert files_of(folder) == {}


def test_a_file_that_the_system_did_not_name(run):
    result = run({"li_1_2_server.py": SERVER, "wang_3_4_server.py": SERVER, "mine.py": SERVER})
    assert problems(result) == {"export.zip/mine.py": "it is not named as this system names files"}


def test_an_export_that_is_empty(run):
    assert list(problems(run({}))) == ["export.zip"]
    assert list(problems(run({"li/.hidden": ""}, "some"))) == ["some/li"]
