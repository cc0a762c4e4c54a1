"""Archives for tests, and what an import makes of them."""

import csv
import io
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import py7zr

from grader.classroom.importing import importer
from grader.classroom.importing.importer import ImportOptions, ImportResult
from grader.submissions.discovery import find_submissions

SERVER = "import select, socket\n"

LINK, PIPE = stat.S_IFLNK | 0o777, stat.S_IFIFO | 0o600

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def zipped(files: Mapping[str, str | bytes], modes: Mapping[str, int] | None = None) -> bytes:
    """A zip archive of ``files``; those in ``modes`` have these modes of Unix."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if modes and name in modes:
                info.external_attr = modes[name] << 16
            archive.writestr(info, content)
    return file.getvalue()


def zipped_raw(files: Mapping[bytes, str | bytes]) -> bytes:
    """A zip archive whose names are bytes that nothing says the encoding of."""
    placeholders = {name: f"{number:~<{len(name)}}" for number, name in enumerate(files, 1)}
    data = zipped({placeholders[name]: content for name, content in files.items()})
    for name, placeholder in placeholders.items():
        data = data.replace(placeholder.encode(), name)
    return data


def tarred(files: Mapping[str, str | bytes], mode: str = "w:gz") -> bytes:
    """A tar archive of ``files``."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode, encoding="utf-8") as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


def tarred_types(types: Mapping[str, bytes]) -> bytes:
    """A tar archive of links, devices and the like."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, kind in types.items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    return file.getvalue()


def seven_zipped(files: Mapping[str, str | bytes], password: str | None = None) -> bytes:
    """A 7z archive of ``files``."""
    file = io.BytesIO()
    filters = None if password else [{"id": py7zr.FILTER_LZMA2, "preset": 0}]  # The fastest.
    with py7zr.SevenZipFile(file, "w", password=password, filters=filters) as archive:
        for number, (name, content) in enumerate(files.items()):
            # It refuses to write unsafe names.
            archive.writestr(content, str(number))
            archive.header.files_info.files[-1]["filename"] = name
    return file.getvalue()


def _vint(number: int) -> bytes:
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def _rar_block(header: bytes) -> bytes:
    sized = _vint(len(header)) + header
    return zlib.crc32(sized).to_bytes(4, "little") + sized


def rarred(files: Mapping[str, str | bytes], *, method: int = 0) -> bytes:
    """A RAR 5 archive of ``files``. By the method 0 they are not compressed, so that no program is
    needed to read it; otherwise they should be, but are not."""
    data = b"Rar!\x1a\x07\x01\x00" + _rar_block(b"\x01\x00\x00")
    for name, content in files.items():
        body = content.encode() if isinstance(content, str) else content
        header = b"\x02\x02" + _vint(len(body)) + b"\x04" + _vint(len(body)) + _vint(0o100644)
        header += zlib.crc32(body).to_bytes(4, "little") + _vint(method << 7) + b"\x01"
        header += _vint(len(name.encode())) + name.encode()
        data += _rar_block(header) + body
    return data + _rar_block(b"\x05\x00\x00")


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write ``files`` below ``folder``."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def import_all(*exports: Path, to: Path, now: datetime = NOW, **options: object) -> ImportResult:
    """Import ``exports``."""
    return importer.import_exports(
        ImportOptions(exports=exports, class_folder=to, now=now, **options)  # type: ignore[arg-type]
    )


def files_of(folder: Path) -> dict[str, str]:
    """What is in a class's folder, without the roster and what is hidden."""
    return {
        str(path.relative_to(folder)): path.read_text(errors="replace")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.name != "roster.csv"
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }


def problems(result: ImportResult) -> dict[str, str]:
    """What was not imported, and why."""
    return {each.where: str(each.why) for each in result.problems}


def statuses(result: ImportResult) -> dict[str, str]:
    """What was done with each hand-in."""
    return {row.folder: row.status for row in result.rows}


def students(folder: Path) -> list[dict[str, str]]:
    """The rows of the roster, without what is empty."""
    text = (folder / "roster.csv").read_text(encoding="utf-8-sig")
    rows = csv.DictReader(io.StringIO(text))
    return [{column: value for column, value in row.items() if value} for row in rows]


def graded(folder: Path) -> dict[str, str]:
    """The programs that ``grade`` finds there."""
    found = find_submissions([folder]).candidates
    return {e.name: str(e.path.relative_to(folder)) for e in found if not e.refused}
