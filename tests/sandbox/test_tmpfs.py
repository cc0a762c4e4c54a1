import pytest

from grader.sandbox.tmpfs import MAX_MOUNT_POINTS, mount_options, mount_points


@pytest.mark.parametrize(
    ("folder", "point"),
    [
        ("/root/logs", "/root"),
        ("/root", "/root"),
        ("//root/../root//logs/.", "/root"),
        ("/Users/x/select", "/Users"),
        ("/mnt/d/x", "/mnt"),
        ("/data", "/data"),
        ("/日志/服务器", "/日志"),
        ("/var/log/server", "/var/log"),
        ("/opt/logs/a", "/opt/logs"),
        ("/usr/local/logs", "/usr/local/logs"),
        ("/usr/share/server", "/usr/share/server"),
        ("/run/server", "/run/server"),
    ],
)
def test_a_named_folder_gets_the_mount_point_that_makes_it_writable(
    folder: str, point: str
) -> None:
    assert mount_points([folder]) == (point,)


@pytest.mark.parametrize(
    "folder",
    [
        "/",
        "//",
        "/..",
        "/proc/self",
        "/sys",
        "/dev/shm/x",
        "/etc/server",
        "/root/../etc",
        "/bin",
        "/usr",
        "/usr/bin/logs",
        "/usr/lib/python3",
        "/lib64",
        "/usr/local",
        "/usr/local/bin/x",
        "/usr/local/lib/python3.12",
        "/opt",
        "/opt/grader",
        "/opt/grader/grader/agent",
        "/var",
        "/boot/x",
    ],
)
def test_nothing_is_mounted_over_the_system_or_the_agent(folder: str) -> None:
    assert mount_points([folder]) == ()


@pytest.mark.parametrize("folder", ["/home/tarena/day08", "/home", "/tmp/x", "/work/../tmp"])
def test_what_is_writable_anyway_needs_no_mount(folder: str) -> None:
    assert mount_points([folder]) == ()


@pytest.mark.parametrize(
    "folder", ["log", "../log", "D:\\log", "", "/a\0b", "/a\nb", "/" + "x" * 256, "/\ud800"]
)
def test_what_is_no_absolute_path_of_linux_is_left_alone(folder: str) -> None:
    assert mount_points([folder]) == ()


def test_nested_folders_share_a_mount_point() -> None:
    assert mount_points(["/root/a/b", "/root/a", "/root", "/mnt/x", "/mnt/y"]) == ("/root", "/mnt")


def test_no_mount_point_lies_in_another() -> None:
    points = mount_points(["/var/log", "/var/log/a/b", "/usr/share/a/b", "/usr/share/a", "/srv"])
    assert points == ("/var/log", "/usr/share/a", "/srv")


def test_there_are_few_of_them_however_many_a_source_names() -> None:
    assert mount_points(f"/data{number}/x" for number in range(100)) == tuple(
        f"/data{number}" for number in range(MAX_MOUNT_POINTS)
    )


def test_what_is_writable_is_small_and_runs_no_program() -> None:
    found = mount_options(("/data",), 1000)
    assert set(found) == {"/work", "/home", "/tmp", "/data"}
    for point, options in found.items():
        words = options.split(",")
        assert {"nosuid", "nodev", "noexec", "size=1000"} <= set(words)
        assert ("mode=1777" in words) == (point == "/tmp")
        assert any(word.startswith("nr_inodes=") for word in words)
    assert "nr_inodes" not in str(mount_options((), 1000, inodes=False))


def test_what_a_program_names_is_no_more_in_all_than_what_every_container_has() -> None:
    points = [f"/data{number}" for number in range(MAX_MOUNT_POINTS)]
    found = mount_options(points, 64 << 20)
    assert all(f"size={64 << 20}," in found[point] for point in ("/work", "/home", "/tmp"))
    assert all(f"size={8 << 20}," in found[point] for point in points)
