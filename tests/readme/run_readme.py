"""Runs the commands that README.md and docs/*.md promise.

A fenced ```sh block whose line above is `<!-- tested -->` is run in the repository root by
`bash -euo pipefail`; one marked `<!-- not tested: reason -->` is listed with its reason. README.md
must mark every block, so that nobody forgets to decide.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

TESTED = re.compile(r"^<!-- tested -->$")
NOT_TESTED = re.compile(r"^<!-- not tested: (?P<reason>.+) -->$")


@dataclass(frozen=True)
class Block:
    """One fenced ```sh block. `place` is file:line of the fence."""

    place: str
    marker: str
    commands: str

    @property
    def is_tested(self) -> bool:
        return bool(TESTED.match(self.marker))

    @property
    def is_marked(self) -> bool:
        return self.is_tested or bool(NOT_TESTED.match(self.marker))


def blocks_of(text: str, name: str) -> list[Block]:
    """All ```sh blocks of a Markdown text, in order."""
    blocks = []
    fence = None  # index of the opening line while inside any fenced block
    lines = text.splitlines()
    for index, line in enumerate(lines):
        if not line.startswith("```"):
            continue
        if fence is None:
            fence = index
            continue
        if lines[fence].strip() == "```sh":
            marker = lines[fence - 1].strip() if fence > 0 else ""
            commands = "\n".join(lines[fence + 1 : index])
            blocks.append(Block(f"{name}:{fence + 1}", marker, commands))
        fence = None
    if fence is not None:
        raise SystemExit(f"{name}:{fence + 1}: fenced block is never closed")
    return blocks


def all_blocks(root: Path) -> list[Block]:
    """The blocks of README.md, then of docs/*.md by name."""
    pages = [page for page in [root / "README.md", *sorted(root.glob("docs/*.md"))] if page.is_file()]
    return [
        block
        for page in pages
        for block in blocks_of(page.read_text(encoding="utf-8"), str(page.relative_to(root)))
    ]


def run_block(block: Block, root: Path, environment: dict[str, str]) -> bool:
    """Runs one block, showing its commands and output; true when it exits with 0."""
    print(f"== {block.place}\n{block.commands}\n--", flush=True)
    begin = time.monotonic()
    result = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block.commands],
        cwd=root,
        env=environment,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    print(f"-- exit {result.returncode} after {time.monotonic() - begin:.0f} s", flush=True)
    return result.returncode == 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, required=True, help="the repository")
    parser.add_argument("--fronts", type=Path, help="where the commands leave their fronts; emptied first")
    options = parser.parse_args(arguments)

    blocks = all_blocks(options.root)
    tested = [block for block in blocks if block.is_tested]
    problems = [
        f"{block.place}: mark this ```sh block `<!-- tested -->` or `<!-- not tested: why -->`"
        for block in blocks
        if block.place.startswith("README.md") and not block.is_marked
    ]
    if not tested:
        problems.append("no ```sh block in README.md or docs/*.md is marked <!-- tested -->")

    environment = dict(os.environ)
    if options.fronts:
        shutil.rmtree(options.fronts, ignore_errors=True)  # old fronts must not hide a failed run
        options.fronts.mkdir(parents=True)
        environment["LIBMOO_FRONTS_DIR"] = str(options.fronts.resolve())
    for block in blocks:
        skipped = NOT_TESTED.match(block.marker)
        if skipped:
            print(f"== {block.place} skipped: {skipped['reason']}", flush=True)
    problems += [
        f"{block.place}: failed" for block in tested if not run_block(block, options.root, environment)
    ]

    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(tested)} blocks run, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
