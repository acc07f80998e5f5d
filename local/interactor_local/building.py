"""What a start needs on this machine: two virtual environments, and the functions and each layer as an archive.

Does for this machine what `sam build` and `sam package` do for AWS. An archive is named after the hash of what went
into it, so what has not changed is not built again, and archives of the same content are the same to the byte.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from interactor_local.data_directory import DataDirectory

PROJECT = Path(__file__).resolve().parents[2]
"""The checkout that this package belongs to. The local stack is for people who have one."""

_REQUIREMENTS = Path(__file__).with_name("emulator-requirements.txt")
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The moment that every file in an archive bears; ZIP knows none before."""


class BuildFailed(Exception):
    """A step of the build failed; the message holds what it printed."""


def emulator_environment(data: DataDirectory, say: Callable[[str], None]) -> Path:
    """Make the emulator's virtual environment when it is not there or out of date. Returns its interpreter."""
    python = data.emulator / "bin" / "python"
    mark = data.emulator / "installed.txt"
    wanted = f"{sys.version}\n{_REQUIREMENTS.read_text(encoding='utf-8')}"
    if mark.exists() and mark.read_text(encoding="utf-8") == wanted:
        return python
    say("Installing the emulator (once, about half a minute) …")
    shutil.rmtree(data.emulator, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(data.emulator)])
    _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(_REQUIREMENTS)])
    mark.write_text(wanted, encoding="utf-8")
    return python


def runtime_environment(data: DataDirectory) -> None:
    """Make the virtual environment that functions run under: this Python, without a single package."""
    mark = data.runtime / "installed.txt"
    if not mark.exists() or mark.read_text(encoding="utf-8") != sys.version:
        shutil.rmtree(data.runtime, ignore_errors=True)
        _run([sys.executable, "-m", "venv", "--without-pip", str(data.runtime)])
        mark.write_text(sys.version, encoding="utf-8")


def build(data: DataDirectory, python: Path, say: Callable[[str], None]) -> dict[str, Path]:
    """Build all functions and layers. Returns the archive of each, by the path that the template names it with."""
    data.packages.mkdir(parents=True, exist_ok=True)
    built: dict[str, Path] = {}
    built["functions"] = _archive(data, "functions", _files(PROJECT / "functions"))
    sources = ((f"python/{name}", path) for name, path in _files(PROJECT / "layers/interactor"))
    built["layers/interactor"] = _archive(data, "layers/interactor", sources)
    built["layers/dependencies"] = _dependencies(data, python, say)
    built["layers"] = _sandbox(data, python, built["layers/dependencies"], say)
    for archive in data.packages.iterdir():
        if archive not in built.values():
            archive.unlink()
    return built


def _dependencies(data: DataDirectory, python: Path, say: Callable[[str], None]) -> Path:
    requirements = PROJECT / "layers/dependencies/requirements.txt"
    archive = _named(data, "layers/dependencies", [sys.version.encode(), requirements.read_bytes()])
    if not archive.exists():
        say("Building the layer of third-party code (when its requirements change) …")
        with tempfile.TemporaryDirectory() as folder:
            install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
            _run([*install, "--no-compile", "--target", f"{folder}/python", "-r", str(requirements)])
            _write(archive, _files(Path(folder)))
    return archive


def _sandbox(data: DataDirectory, python: Path, dependencies: Path, say: Callable[[str], None]) -> Path:
    """Compiled as `layers/Makefile` does, with the packages of the dependencies layer."""
    library = PROJECT / "layers/interactor"
    sources = [path.read_bytes() for _, path in _files(library / "interactor/sandbox")]
    inputs = [sys.version.encode(), dependencies.name.encode(), *sources]
    archive = _named(data, "layers/sandbox", inputs)
    if not archive.exists():
        say("Compiling the script engine (when it changes) …")
        with tempfile.TemporaryDirectory() as folder:
            with zipfile.ZipFile(dependencies) as packages:
                packages.extractall(f"{folder}/packages")
            environment = {**os.environ, "PYTHONPATH": f"{folder}/packages/python:{library}"}
            output = Path(folder) / "layer/quickjs/quickjs.cwasm"
            _run([str(python), "-m", "interactor.sandbox.precompile", str(output)], environment)
            _write(archive, _files(Path(folder) / "layer"))
    return archive


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """The files below a folder with their names in it, in a fixed order, without what Python leaves behind."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and not any(part == "__pycache__" or part.endswith(".egg-info") for part in name.parts):
            yield name.as_posix(), path


def _archive(data: DataDirectory, name: str, files: Iterable[tuple[str, Path]]) -> Path:
    files = list(files)
    archive = _named(data, name, [part for inner, path in files for part in (inner.encode(), path.read_bytes())])
    if not archive.exists():
        _write(archive, files)
    return archive


def _named(data: DataDirectory, name: str, inputs: list[bytes]) -> Path:
    digest = sha256(b"\0".join(sha256(part).digest() for part in inputs)).hexdigest()
    return data.packages / f"{name.replace('/', '-')}-{digest[:16]}.zip"


def _write(archive: Path, files: Iterable[tuple[str, Path]]) -> None:
    unfinished = archive.with_suffix(f".{os.getpid()}")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for name, path in files:
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            target.writestr(entry, path.read_bytes())
    unfinished.rename(archive)


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    except subprocess.CalledProcessError as error:
        raise BuildFailed(f"`{' '.join(command)}` failed:\n{error.stdout}{error.stderr}".strip()) from error
