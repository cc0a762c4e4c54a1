import io
import platform
import struct
import sys
import tarfile

import pytest

from grader.sandbox import host_python

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="takes a Linux Python apart")

LDD = """\
/usr/bin/python3.11:
\tlinux-vdso.so.1 (0x00007f1025cb6000)
\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f1025bc5000)
\tlibpython3.11.so.1.0 => /home/a person/lib/libpython3.11.so.1.0 (0x00007f1025ba6000)
\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f1025999000)
\t/lib64/ld-linux-x86-64.so.2 (0x00007f1025cb8000)
lib-dynload/_tkinter.so:
\tlibtcl8.6.so => not found
\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007fbcd2200000)
\t/lib/ld-linux.so.2 => /nix/store/x-glibc/lib/ld-linux.so.2 (0x00007fbcd2c5c000)
lib-dynload/_static.so:
\tstatically linked
"""

MUSL = """\
\t/lib/ld-musl-x86_64.so.1 (0x7f1a2b3c4000)
\tlibz.so.1 => /lib/libz.so.1 (0x7f1a2b3a0000)
\tlibc.musl-x86_64.so.1 => /lib/ld-musl-x86_64.so.1 (0x7f1a2b3c4000)
"""


def test_libraries_are_taken_from_what_ldd_tells() -> None:
    assert host_python.parse_ldd(LDD) == {
        "libm.so.6": "/lib/x86_64-linux-gnu/libm.so.6",
        "libpython3.11.so.1.0": "/home/a person/lib/libpython3.11.so.1.0",
        "libc.so.6": "/lib/x86_64-linux-gnu/libc.so.6",
    }
    assert host_python.parse_ldd(MUSL) == {
        "libz.so.1": "/lib/libz.so.1",
        "libc.musl-x86_64.so.1": "/lib/ld-musl-x86_64.so.1",
    }


def elf(*, wide: bool, order: str) -> bytes:
    """A program's beginning: two program headers, the second of which names the loader."""
    loader = b"/lib/ld.so.1\0"
    head = b"\x7fELF" + bytes([2 if wide else 1, 1 if order == "<" else 2]) + bytes(10)
    if wide:
        head += struct.pack(order + "HHIQQQIHHHHHH", 2, 0, 1, 0, 64, 0, 0, 64, 56, 2, 0, 0, 0)
        first = struct.pack(order + "IIQQQQQQ", 6, 0, 64, 0, 0, 112, 0, 8)
        second = struct.pack(order + "IIQQQQQQ", 3, 0, 176, 0, 0, len(loader), 0, 1)
    else:
        head += struct.pack(order + "HHIIIIIHHHHHH", 2, 0, 1, 0, 52, 0, 0, 52, 32, 2, 0, 0, 0)
        first = struct.pack(order + "IIIIIIII", 6, 52, 0, 0, 64, 0, 0, 4)
        second = struct.pack(order + "IIIIIIII", 3, 116, 0, 0, len(loader), 0, 0, 1)
    return head + first + second + loader


@pytest.mark.parametrize("wide", [True, False])
@pytest.mark.parametrize("order", ["<", ">"])
def test_a_programs_loader_is_read_from_its_headers(wide: bool, order: str) -> None:
    assert host_python.elf_interpreter(elf(wide=wide, order=order)) == "/lib/ld.so.1"


def test_what_names_no_loader_has_none() -> None:
    assert host_python.elf_interpreter(b"#!/bin/sh\n" * 10) is None
    assert host_python.elf_interpreter(b"\x7fELF") is None
    without = elf(wide=True, order="<").replace(b"\x03\0\0\0", b"\x04\0\0\0", 1)
    assert host_python.elf_interpreter(without) is None


@pytest.fixture(scope="module")
def archive() -> tarfile.TarFile:
    target = io.BytesIO()
    host_python.write_root_folder(target)
    target.seek(0)
    return tarfile.open(fileobj=target)


@linux_only
def test_the_base_holds_a_whole_python(archive: tarfile.TarFile) -> None:
    names = set(archive.getnames())
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    library = f"usr/local/{sys.platlibdir}/{version}"
    assert {f"{library}/os.py", f"{library}/json/decoder.py", "tmp", "etc/passwd"} <= names
    assert archive.getmember("usr/local/bin/python3").mode == 0o755
    assert archive.getmember("usr/local/bin/python").linkname == "python3"
    assert archive.getmember("tmp").mode == 0o1777
    content = archive.extractfile("etc/nsswitch.conf")
    assert content is not None
    assert b"hosts: files\n" in content.read()


@linux_only
def test_the_base_holds_no_more_than_a_server_needs(archive: tarfile.TarFile) -> None:
    names = archive.getnames()
    assert len(names) == len(set(names))
    assert not any(name.startswith("/") or ".." in name for name in names)
    unwanted = ("test", "idlelib", "tkinter", "lib2to3", "ensurepip", "site-packages")
    folders = {part for name in names for part in name.split("/")[:-1]}
    assert folders.isdisjoint(unwanted)
    tag = f".{sys.implementation.cache_tag}.pyc"
    assert all(name.endswith(tag) for name in names if name.endswith(".pyc"))
    assert not any(name.endswith(("sitecustomize.py", ".a")) for name in names)
    top = {name.split("/")[0] for name in names}
    assert top <= {*host_python.FOLDERS, "bin", "etc", "usr", "lib", "lib32", "lib64", "nix"}


@linux_only
def test_the_base_holds_each_library_where_the_loader_looks(archive: tarfile.TarFile) -> None:
    files = {name for name in archive.getnames() if ".so" in name and "lib-dynload" not in name}
    if not files:
        pytest.skip("this Python needs no libraries")
    loaders = {name for name in files if name.rsplit("/", 1)[1].startswith("ld-")}
    assert len(loaders) == 1
    # All others are in one folder: the C library's.
    assert len({name.rsplit("/", 1)[0] for name in files - loaders}) == 1


@linux_only
def test_bytecode_stays_valid(archive: tarfile.TarFile) -> None:
    source = next(name for name in archive.getnames() if name.endswith("/socket.py"))
    folder, _, name = source.rpartition("/")
    cached = f"{folder}/__pycache__/{name[:-3]}.{sys.implementation.cache_tag}.pyc"
    if cached not in archive.getnames():
        pytest.skip("this Python has no bytecode of its library")
    content = archive.extractfile(cached)
    assert content is not None
    _, flags, modified, size = struct.unpack("<IIII", content.read(16))
    entry = archive.getmember(source)
    assert flags != 0 or (modified, size) == (int(entry.mtime), entry.size)


@linux_only
def test_this_python_suits_an_engine_of_this_kind_only() -> None:
    here = host_python.ARCHITECTURES.get(platform.machine(), platform.machine())
    other = "arm64" if here == "amd64" else "amd64"
    assert host_python.incompatibility("linux", here) is None
    assert other in str(host_python.incompatibility("linux", other))
    assert "windows" in str(host_python.incompatibility("windows", here))


@linux_only
def test_the_base_has_a_shell_and_the_usual_programs(archive: tarfile.TarFile) -> None:
    assert archive.getmember("bin/sh").mode == 0o755
    usual = {f"bin/{name}" for name in ("bash", "date", "hostname", "ls", "true")}
    assert usual <= set(archive.getnames())
