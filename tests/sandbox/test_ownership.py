import os
import subprocess

from grader.sandbox import ownership

ME = ownership.Owner(host="this", pid=7, started="boot/100")
LABELS = ME.labels(until=1000)


def is_abandoned(
    labels: dict[str, str], *, host: str = "this", now: float = 500, started: str | None
) -> bool:
    def start_time_of(pid: int) -> str | None:
        assert pid == 7
        return started

    return ownership.is_abandoned(labels, host=host, now=now, start_time_of=start_time_of)


def test_a_living_owner_keeps_its_container() -> None:
    assert not is_abandoned(LABELS, started="boot/100")


def test_a_dead_owner_has_abandoned_it() -> None:
    assert is_abandoned(LABELS, started=None)


def test_a_later_process_of_the_same_number_is_not_the_owner() -> None:
    assert is_abandoned(LABELS, started="boot/200")
    assert is_abandoned(LABELS, started="a later boot/100")


def test_other_hosts_containers_are_left_alone() -> None:
    assert not is_abandoned(LABELS, host="another", now=5000, started=None)


def test_other_peoples_containers_are_left_alone() -> None:
    assert not is_abandoned({}, started=None)
    assert not is_abandoned({ownership.LABEL: "this"}, started=None)
    assert not is_abandoned({**LABELS, ownership.PID_LABEL: "seven"}, started=None)


def test_where_no_start_is_known_only_time_tells() -> None:
    labels = ownership.Owner(host="this", pid=7, started="").labels(until=1000)
    assert not is_abandoned(labels, now=999, started=None)
    assert is_abandoned(labels, now=1001, started=None)


def test_this_process_is_alive() -> None:
    me = ownership.current_process()
    assert me.pid == os.getpid()
    assert me == ownership.current_process()
    assert not ownership.is_abandoned(
        me.labels(until=1000), host=ownership.host_identity(), now=500
    )


def test_a_process_that_has_ended_is_dead() -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        started = ownership.start_time(process.pid)
        process.kill()
    me = ownership.Owner(host=ownership.host_identity(), pid=process.pid, started=started or "?")
    assert started is not None
    assert ownership.is_abandoned(me.labels(until=1000), host=ownership.host_identity(), now=500)
