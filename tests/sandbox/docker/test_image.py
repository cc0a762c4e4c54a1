import io
import tarfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docker.errors
import pytest

from grader.model.text import Text
from grader.sandbox import SandboxError, cache, host_python, interpreter
from grader.sandbox.docker import image, pull

if TYPE_CHECKING:
    from docker import DockerClient

DEFAULT = "python:9-slim"

RECIPE = image.Recipe(
    dockerfile=b"# A comment\nARG BASE=python:9-slim\nFROM ${BASE}\n",
    files={"grader/__init__.py": b"", "grader/agent/main.py": b"def main(): ..."},
)


class Engine:
    """A fake engine: it has images, a registry's answer to a pull, and an architecture."""

    def __init__(
        self,
        *present: str,
        pulled: Callable[[], Iterator[dict[str, Any]]] = lambda: iter([{"error": "no route"}]),
        arch: str = "amd64",
    ) -> None:
        self.present = set(present)
        self.built: list[dict[str, Any]] = []
        self._pulled = pulled
        self._arch = arch
        self.images = self.api = self

    def get(self, name: str) -> None:
        if name not in self.present:
            raise docker.errors.ImageNotFound("no such image")

    def pull(self, name: str, **_: object) -> Iterator[dict[str, Any]]:
        yield from self._pulled()
        self.present.add(name)

    def build(self, **wanted: Any) -> None:
        self.get(wanted["buildargs"]["BASE"])
        self.built.append(wanted)
        self.present.add(wanted["tag"])

    def version(self) -> dict[str, str]:
        return {"Os": "linux", "Arch": self._arch}


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """GRADER_BASE is not set, and no other test holds the lock."""
    monkeypatch.delenv("GRADER_BASE", raising=False)
    monkeypatch.setattr(cache, "cache_folder", lambda: tmp_path)


def ensure(engine: Engine, python: str = "") -> tuple[str, list[Text]]:
    progress: list[Text] = []
    name = image.ensure(engine, progress.append, RECIPE, python)  # type: ignore[arg-type]
    return name, progress


def test_an_image_that_is_there_is_used_without_a_word() -> None:
    engine = Engine(RECIPE.name(DEFAULT))
    assert ensure(engine) == (RECIPE.name(DEFAULT), [])
    assert not engine.built


def test_the_default_base_is_used_where_the_engine_has_it() -> None:
    engine = Engine(DEFAULT, pulled=lambda: pytest.fail("it was there"))
    name, progress = ensure(engine)
    assert name == RECIPE.name(DEFAULT)
    assert [build["buildargs"] for build in engine.built] == [{"BASE": DEFAULT}]
    assert engine.built[0]["network_mode"] == "none"
    assert "only the first time" in str(progress[0])


def test_the_default_base_is_fetched_where_a_registry_has_it() -> None:
    engine = Engine(pulled=lambda: iter([{"status": "Downloading"}]))
    name, progress = ensure(engine)
    assert name == RECIPE.name(DEFAULT)
    assert any("downloading" in str(text) for text in progress)


def test_a_base_brought_later_takes_the_place_of_this_machines_python(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(host_python, "identity", lambda _: "here")
    made = RECIPE.name("this machine's Python\nhere")
    engine = Engine(made)
    assert ensure(engine)[0] == made
    engine.present.add(DEFAULT)
    assert ensure(engine)[0] == RECIPE.name(DEFAULT)


def test_the_base_that_is_asked_for_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADER_BASE", "mirror.school/python:3")
    engine = Engine(DEFAULT, RECIPE.name(DEFAULT), "mirror.school/python:3")
    name, _ = ensure(engine)
    assert name == RECIPE.name("mirror.school/python:3")
    assert engine.built[0]["buildargs"] == {"BASE": "mirror.school/python:3"}


def test_no_other_base_takes_the_place_of_one_that_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GRADER_BASE", "mirror.school/python:3")
    with pytest.raises(SandboxError) as caught:
        ensure(Engine(DEFAULT))
    assert "mirror.school/python:3 is not available: no route" in str(caught.value.what)
    assert "GRADER_BASE" in str(caught.value.remedy)


@pytest.mark.parametrize("requested", [None, "mirror.school/python:3"])
def test_the_python_that_the_rubric_names(
    monkeypatch: pytest.MonkeyPatch, requested: str | None
) -> None:
    if requested:
        monkeypatch.setenv("GRADER_BASE", requested)
    for python, base in (
        ("3.99", "python:3.99-slim"),
        ("3.99.1", "python:3.99.1-slim"),
        ("9", DEFAULT),
        ("school/python:3.12", "school/python:3.12"),
    ):
        engine = Engine(DEFAULT, "mirror.school/python:3", base)
        assert ensure(engine, python)[0] == RECIPE.name(base)
        assert engine.built[0]["buildargs"] == {"BASE": base}
        # It is built once.
        assert image.find(engine, RECIPE, python) == RECIPE.name(base)  # type: ignore[arg-type]


def test_no_other_python_takes_the_place_of_the_rubrics() -> None:
    for python, base in (("3.99", "python:3.99-slim"), ("school/python:3", "school/python:3")):
        engine: Any = Engine(DEFAULT, RECIPE.name(DEFAULT))
        assert image.find(engine, RECIPE, python) is None
        with pytest.raises(SandboxError) as caught:
            ensure(engine, python)
        assert f"{base} is not available" in str(caught.value.what)
        assert "in the rubric" in str(caught.value.remedy)
        assert "GRADER_BASE" not in str(caught.value.remedy)


def test_this_machines_python_serves_if_it_has_that_version(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    version = interpreter.this_python().short_version
    monkeypatch.setattr(host_python, "identity", lambda _: "here")
    made = RECIPE.name("this machine's Python\nhere")
    assert ensure(Engine(made), version)[0] == made


def test_an_engine_with_another_processor_cannot_use_this_machines_python() -> None:
    with pytest.raises(SandboxError) as caught:
        ensure(Engine(arch="s390x"))
    assert "linux/s390x" in str(caught.value.what)
    assert "docker load" in str(caught.value.remedy)
    assert DEFAULT in str(caught.value.remedy)


def test_a_registry_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pull, "PULL_TIMEOUT", 0.01)
    over = threading.Event()

    def silence() -> Iterator[dict[str, Any]]:
        yield {"status": "Pulling"}
        over.wait(60)

    engine: Any = Engine(pulled=silence)
    try:
        assert "did not answer" in str(pull.pull(engine, DEFAULT, lambda _: None))
    finally:
        over.set()


def test_a_failing_build_tells_what_the_build_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise docker.errors.BuildError("code 1", iter([{"stream": "x\n"}, {"stream": "Oh!\n"}]))

    engine = Engine(DEFAULT)
    monkeypatch.setattr(engine, "build", fail)
    with pytest.raises(SandboxError) as caught:
        ensure(engine)
    assert DEFAULT in str(caught.value.what)
    assert str(caught.value.remedy).endswith("code 1; Oh!")


def test_an_engine_that_goes_away_is_told_from_one_that_refuses() -> None:
    engine = Engine()

    def gone(name: str) -> None:
        raise ConnectionRefusedError("nobody there")

    engine.get = gone  # type: ignore[method-assign]
    with pytest.raises(SandboxError, match="was lost: nobody there"):
        ensure(engine)


def test_every_byte_that_goes_in_is_in_the_name() -> None:
    changed = [
        {**RECIPE.files, "grader/agent/main.py": b"def main(): pass"},
        {**RECIPE.files, "grader/agent/more.py": b""},
        {"grader/__init__.py": b"", "grader/agent/other.py": b"def main(): ..."},
    ]
    names = {
        RECIPE.name(DEFAULT),
        RECIPE.name("python:10-slim"),
        image.Recipe(dockerfile=RECIPE.dockerfile + b"#", files=RECIPE.files).name(DEFAULT),
        *(
            image.Recipe(dockerfile=RECIPE.dockerfile, files=files).name(DEFAULT)
            for files in changed
        ),
    }
    assert len(names) == 6


def test_the_recipe_is_the_agent_and_its_dockerfile(tmp_path: Path) -> None:
    package = tmp_path / "grader"
    (package / "agent" / "scenarios" / "__pycache__").mkdir(parents=True)
    (package / "__init__.py").write_text("import click")
    (package / "agent" / "main.py").write_text("main")
    (package / "agent" / "scenarios" / "one.py").write_text("one")
    (package / "agent" / "scenarios" / "__pycache__" / "one.pyc").write_text("no")
    with pytest.raises(SandboxError, match="missing"):
        image.recipe(package)
    (package / "Dockerfile").write_text("of a wheel")
    assert image.recipe(package).dockerfile == b"of a wheel"
    (tmp_path / "Dockerfile").write_text("of a repository")
    assert image.recipe(package) == image.Recipe(
        dockerfile=b"of a repository",
        files={
            "grader/__init__.py": b"",
            "grader/agent/main.py": b"main",
            "grader/agent/scenarios/one.py": b"one",
        },
    )


def test_the_context_holds_the_recipe_and_nothing_else() -> None:
    with tarfile.open(fileobj=io.BytesIO(RECIPE.context())) as archive:
        members = {entry.name: archive.extractfile(entry) for entry in archive}
    assert {name: file and file.read() for name, file in members.items()} == {
        "Dockerfile": RECIPE.dockerfile,
        **RECIPE.files,
    }


def test_our_own_dockerfile_needs_no_shell_and_names_its_base() -> None:
    ours = image.recipe()
    assert ours.default_base.startswith("python:3.")
    lines = ours.dockerfile.decode().replace("\\\n", "").splitlines()
    run = [line for line in lines if line.startswith(("RUN", "ENTRYPOINT", "CMD"))]
    assert run
    assert all(line.split(" ", 1)[1].startswith("[") for line in run)


@pytest.mark.docker
def test_two_that_build_at_once_get_the_same_image(
    client: "DockerClient", stand_in: Path, tmp_path: Path
) -> None:
    recipe = image.recipe(stand_in)
    fresh = image.Recipe(
        dockerfile=recipe.dockerfile,
        files={**recipe.files, "grader/agent/fresh.py": str(tmp_path).encode()},
    )
    said: list[str] = []

    def build(_: int) -> str:
        return image.ensure(client, lambda text: said.append(str(text)), fresh)

    with ThreadPoolExecutor(2) as pool:
        names = set(pool.map(build, range(2)))
    try:
        assert len(names) == 1
        assert len([line for line in said if line.startswith("Built")]) == 1
    finally:
        for name in names:
            client.images.remove(name, force=True)


@pytest.mark.docker
def test_the_base_made_here_runs_python(client: "DockerClient") -> None:
    version: Any = client.version()
    if host_python.incompatibility(version["Os"], version["Arch"]) is not None:
        pytest.skip("the engine is of another kind than this machine")
    name = image.make_base(client)
    code = "import ssl, ctypes, sqlite3, select, json; print(json.dumps(select.__name__))"
    output = client.containers.run(
        name, ["python3", "-c", code], network_mode="none", read_only=True, remove=True
    )
    assert output == b'"select"\n'
    assert image.make_base(client) == name
