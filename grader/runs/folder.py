"""A folder of runs."""

from pathlib import Path

from grader.runs.run import Run, RunError


def find_finished(folder: Path) -> dict[str, Run]:
    """The latest finished run for each key in ``folder``. Unreadable folders are ignored."""
    found: dict[str, tuple[str, Run]] = {}
    try:
        paths = list(folder.iterdir())
    except OSError:
        return {}
    for path in paths:
        run = Run(path)
        try:
            info = run.info()
        except RunError:
            continue
        if info.key and run.finished:
            found[info.key] = max(
                found.get(info.key, ("", run)), (info.time, run), key=lambda entry: entry[0]
            )
    return {key: run for key, (_, run) in found.items()}


def is_runs_folder(path: Path, folder: Path) -> bool:
    """Whether ``path`` is ``folder`` (the folder of runs), another folder of runs, or a run."""
    if path.exists() and folder.exists() and path.samefile(folder):
        return True
    if path.is_symlink():
        return False
    return any(
        all((each / name).is_file() for name in ("plan.json", "versions.json"))
        for each in (path, *path.iterdir())
    )
