"""Measures the whole demo: time to ready, frame to page in a real browser, memory."""

import tempfile
from itertools import chain
from pathlib import Path
from statistics import median, quantiles
from typing import Final

import psutil
from browser import launched
from demo_process import Demo, running_demo

MIB: Final = 1024 * 1024
READINGS: Final = 60

# From the frame's time stamp to the browser's next paint after the page has heard of it. Both
# clocks are this machine's.
_LISTEN: Final = """
readings => new Promise(resolve => {
  const ages = []
  const stream = new EventSource('/api/v1/events')
  stream.addEventListener('crowd', event => requestAnimationFrame(() => {
    ages.push(Date.now() - Date.parse(JSON.parse(event.data).at))
    if (ages.length === readings) { stream.close(); resolve(ages) }
  }))
})
"""


def measure(runs: int = 3) -> dict[str, float]:
    """Seconds to ready, milliseconds from frame to page, MiB of memory in all and by program."""
    ready_s = []
    with tempfile.TemporaryDirectory() as folder:
        for run in range(runs - 1):
            with running_demo(Path(folder) / str(run), "--headless") as demo:
                ready_s.append(demo.ready_s)
        with running_demo(Path(folder) / "last", "--headless") as demo:
            ready_s.append(demo.ready_s)
            ages_ms = frame_to_page_ms(demo)
            memory = memory_mib(demo)
    return {
        "ready_s": median(ready_s),
        "frame_to_page_p50_ms": median(ages_ms),
        "frame_to_page_p95_ms": quantiles(ages_ms, n=20)[-1],
        "pss_mib": sum(memory.values()),
        **{f"pss_{name}_mib": mib for name, mib in memory.items()},
    }


def frame_to_page_ms(demo: Demo) -> list[float]:
    """Ages of READINGS numbers when a signed-in dashboard page paints them, in milliseconds."""
    with launched() as browser:
        page = browser.new_page(base_url=demo.url)
        page.goto("/")
        manager = demo.access["logins"]["manager"]
        page.request.post("/api/v1/session", data=manager)
        page.reload()
        ages: list[float] = page.evaluate(_LISTEN, READINGS)
        return ages


def memory_mib(demo: Demo) -> dict[str, float]:
    """Proportional set size of each program of the demo, in MiB."""
    launcher = psutil.Process(demo.process.pid)
    return {
        _name(process): process.memory_full_info().pss / MIB
        for process in chain([launcher], launcher.children(recursive=True))
    }


def _name(process: psutil.Process) -> str:
    command = process.cmdline()
    return command[2].removeprefix("hub.") if command[1] == "-m" else "launcher"
