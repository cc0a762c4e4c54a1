"""A folder of runs."""

from pathlib import Path

from grader.runs.run import Run, RunError, open_run


def find_finished(folder: Path) -> dict[str, Run]:
    """The latest finished run in ``folder`` of each key. Unreadable folders are ignored."""
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
        key = info.key
        if key and run.finished and (key not in found or found[key][0] < info.time):
            found[key] = info.time, run
    return {key: run for key, (_, run) in found.items()}


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
