"""One run of a command: wall and CPU seconds of its whole process tree, and the tree's peak memory."""
import ctypes
import os
import resource
import subprocess
import threading
import time
from typing import NamedTuple

PR_SET_CHILD_SUBREAPER = 36
SAMPLE_SECONDS = 0.02


class Run(NamedTuple):
    cpu_seconds: float
    wall_seconds: float
    # Pages shared by processes count once: the sum of proportional set sizes.
    peak_mib: float
    # Of these, pages that are no file's: the system cannot drop them.
    own_mib: float


def descendants():
    children = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as stat:
                    parent = int(stat.read().rpartition(") ")[2].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(entry))
    found, open_ends = [], [os.getpid()]
    while open_ends:
        for child in children.get(open_ends.pop(), []):
            found.append(child)
            open_ends.append(child)
    return found


def memory_kib(process):
    """Proportional set size, and its part that is no file's; (0, 0) when the process has ended."""
    total = own = 0
    try:
        with open(f"/proc/{process}/smaps_rollup", encoding="utf-8") as lines:
            for line in lines:
                if line.startswith("Pss:"):
                    total = int(line.split()[1])
                elif line.startswith("Pss_Anon:"):
                    own = int(line.split()[1])
    except OSError:
        pass
    return total, own


def measure(command, folder, log):
    """Runs `command` in `folder` with its output in `log`; raises when it fails."""
    # Grandchildren whose parents end become ours, so that their time is counted and we can wait for them.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ended = threading.Event()
    peak = [0, 0]

    def sample():
        while not ended.wait(SAMPLE_SECONDS):
            now = [memory_kib(process) for process in descendants()]
            for at in (0, 1):
                peak[at] = max(peak[at], sum(part[at] for part in now))

    sampler = threading.Thread(target=sample, daemon=True)
    with open(log, "wb") as out:
        start = time.monotonic()
        sampler.start()
        process = subprocess.Popen([str(part) for part in command], cwd=folder, stdout=out, stderr=out)
        status = process.wait()
        wall = time.monotonic() - start
        while True:
            try:
                os.waitpid(-1, 0)
            except ChildProcessError:
                break
    ended.set()
    sampler.join()
    if status:
        with open(log, encoding="utf-8", errors="replace") as said:
            raise RuntimeError(f"`{command[0]}` ended with status {status}:\n" + said.read()[-2000:])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(cpu, wall, peak[0] / 1024, peak[1] / 1024)
