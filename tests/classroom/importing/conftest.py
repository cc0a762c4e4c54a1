"""A class's folder, and imports into it."""

from pathlib import Path

import pytest

from classroom.importing.samples import import_all, write, zipped


@pytest.fixture
def run(tmp_path):
    """Import an archive or a folder of these files."""

    def run(files, name: str = "export.zip", **options):
        path = tmp_path / name
        if name.endswith(".zip"):
            path.write_bytes(zipped(files))
        else:
            write(path, files)
        return import_all(path, to=tmp_path / "class", **options)

    return run


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "class"
