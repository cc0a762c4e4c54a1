"""A folder of runs."""

from pathlib import Path

from grader.runs.run import Run, RunError, open_run


def find_finished(folder: Path) -> dict[str, Run]:
    """The latest finished run of each submission in ``folder``, by its key.

    Only that one counts in a gradebook, so no earlier one can stand for a submission that was
    changed and then changed back. Unreadable folders are ignored.
    """
    found: dict[str, tuple[str, str, Run]] = {}
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
        name = info.submission
        if run.finished and (name not in found or found[name][0] < info.time):
            found[name] = info.time, info.key, run
    return {key: run for _, key, run in found.values() if key}


def is_runs_folder(path: Path, folder: Path) -> bool:
    """Whether ``path`` is ``folder`` (the folder of runs), another folder of runs, or a run."""
    if path.exists() and folder.exists() and path.samefile(folder):
        return True
    if path.is_symlink():
        return False
    return any(
        (each / "plan.json").is_file() and (each / open_run(each).info_name).is_file()
        for each in (path, *path.iterdir())
    )
