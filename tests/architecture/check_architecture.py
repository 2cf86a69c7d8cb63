"""Holds the tree against docs/design.md: arrows between rooms, and the house rules a parser can see.

The rooms, their order, what solvers/ may see and which names are no rooms are read from section 4 of
docs/design.md, so the page and this check cannot drift apart. Prints `file:line: [rule] message` per
violation and exits with 1 when there is any.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

TOP_FOLDERS = ("libmoo", "solvers", "experiments")
CPP_SUFFIXES = {".hpp", ".cpp"}
MAX_LINES = 450
WARN_LINES = 400
LENGTH_CHECKED = (*TOP_FOLDERS, "tests", "benchmarks", "analysis", "scripts")
ANALYSIS_PACKAGES = {"numpy", "scipy", "matplotlib", "pandas", "jsonschema", "plotly", "PIL"}

# What the C++ patterns below must not look into: comments, and for some also string literals.
COMMENT_OR_LITERAL = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      | (?P<literal>R"(?P<tag>[^()\s\\]{0,16})\(.*?\)(?P=tag)"
                   |"(?:\\.|[^"\\\n])*"
                   |(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+')""",
    re.DOTALL | re.VERBOSE,
)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?P<open>["<])(?P<path>[^">\n]+)[">]', re.MULTILINE)
PRINTING = re.compile(
    r"\bstd::(?:cout|cerr|clog)\b"
    r"|(?<![\w.>])(?:std::)?(?:v?printf|puts|putchar|perror)\s*\("
    r"|\bv?fprintf\s*\(\s*std(?:out|err)\b"
)


class DesignError(Exception):
    """docs/design.md no longer holds a fact this check reads from it."""


@dataclass(frozen=True)
class Design:
    """What section 4 of docs/design.md says."""

    rooms: list[str]  # from the foundation upwards: a room sees itself and those before it
    solver_rooms: set[str]  # what solvers/ sees
    forbidden_names: set[str]  # no folder is called so

    @staticmethod
    def parse(text: str) -> Design:
        section = re.search(r"^## 4\. .*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
        if not section:
            raise DesignError("no section '## 4.'")
        rooms = re.findall(r"^ {4}([a-z][a-z_]*)/ ", section[0], re.MULTILINE)
        sees = re.search(r"`solvers/` sees ([a-z_, ]+?)\.", section[0])
        names = re.search(r"No ((?:`\w+`(?:, | and | or )?)+)", section[0])
        if len(rooms) < 2 or not sees or not names:
            raise DesignError(
                "section 4 must hold the indented room list, '`solvers/` sees a, b.' and 'No `name`'"
            )
        solver_rooms = set(re.split(r", (?:and )?| and ", sees[1]))
        if not solver_rooms <= set(rooms):
            raise DesignError(f"solvers/ sees unlisted rooms: {sorted(solver_rooms - set(rooms))}")
        return Design(rooms, solver_rooms, set(re.findall(r"`(\w+)`", names[1])))

    def allowed(self, folder: str, room: str) -> set[str]:
        """The libmoo rooms that a file of `folder` (and of `room`, inside libmoo) may include."""
        if folder == "libmoo":
            return set(self.rooms[: self.rooms.index(room) + 1]) if room in self.rooms else set()
        return self.solver_rooms if folder == "solvers" else set(self.rooms)


@dataclass
class Findings:
    """Violations fail the check, warnings are only printed."""

    violations: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def violation(self, place: str, rule: str, message: str) -> None:
        self.violations.append(f"{place}: [{rule}] {message}")


def blank(text: str, *, literals: bool) -> str:
    """The C++ text with comments, and literals if asked for, made blank; lines keep their numbers."""

    def replace(match: re.Match[str]) -> str:
        keep = match["literal"] is not None and not literals
        return match[0] if keep else re.sub(r"[^\n]", " ", match[0])

    return COMMENT_OR_LITERAL.sub(replace, text)


def line_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def files(root: Path, folders: tuple[str, ...], suffixes: set[str]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(p for p in (root / folder).rglob("*") if p.suffix in suffixes and p.is_file())


def check_includes(path: Path, text: str, design: Design, findings: Findings) -> None:
    """The arrows, and who may see Ceres and <iostream>. `path` is relative to the root."""
    folder = path.parts[0]
    room = path.parts[1] if folder == "libmoo" and len(path.parts) > 2 else ""
    code = blank(text, literals=False)
    for include in INCLUDE.finditer(code):
        place = f"{path}:{line_of(code, include.start())}"
        target = include["path"]
        check_third_party(place, target, folder, room, findings)
        if include["open"] == '"' and not target.startswith("ceres/"):
            check_arrow(place, target, folder, room, design, findings)


def check_third_party(
    place: str, target: str, folder: str, room: str, findings: Findings
) -> None:
    if target.startswith("ceres/"):
        jet_of_a_constraint = room == "constraint" and target == "ceres/jet.h"
        if room != "minimize" and not jet_of_a_constraint:
            findings.violation(
                place, "ceres", "Ceres is seen only in libmoo/minimize (ceres/jet.h in libmoo/constraint)"
            )
    if folder == "libmoo" and target in ("iostream", "print"):
        findings.violation(place, "printing", f"the library never prints: no <{target}> in libmoo/")


def check_arrow(
    place: str, target: str, folder: str, room: str, design: Design, findings: Findings
) -> None:
    parts = target.split("/")
    if parts[0] not in TOP_FOLDERS or "." in parts or ".." in parts:
        findings.violation(
            place, "root", f'"{target}" is not written from the repository root (libmoo/..., solvers/...)'
        )
    elif parts[0] == "libmoo":
        allowed = design.allowed(folder, room)
        here = f"libmoo/{room}" if folder == "libmoo" else folder
        if parts[1] not in allowed:
            may = ", ".join(name for name in design.rooms if name in allowed) or "nothing"
            findings.violation(
                place, "arrow", f"{here} may not include libmoo/{parts[1]} (it may include: {may})"
            )
    elif TOP_FOLDERS.index(parts[0]) > TOP_FOLDERS.index(folder):
        findings.violation(place, "arrow", f"{folder}/ may not include {parts[0]}/")


def check_printing(path: Path, text: str, findings: Findings) -> None:
    code = blank(text, literals=True)
    for match in PRINTING.finditer(code):
        findings.violation(
            f"{path}:{line_of(code, match.start())}",
            "printing",
            f"the library never prints: {match[0].strip()} in libmoo/",
        )


def check_folders(root: Path, design: Design, findings: Findings) -> None:
    """Folders of libmoo/ are the listed rooms, and nothing is called by a forbidden name."""
    for folder in sorted(p for p in (root / "libmoo").iterdir() if p.is_dir()):
        if folder.name not in design.rooms and folder.name not in design.forbidden_names:
            findings.violation(
                f"libmoo/{folder.name}:1", "rooms", "is not in the room list of docs/design.md"
            )
    for top in TOP_FOLDERS:
        for folder in sorted(p for p in (root / top).rglob("*") if p.is_dir()):
            if folder.name in design.forbidden_names:
                place = f"{folder.relative_to(root)}:1"
                findings.violation(place, "rooms", f"no folder is called {folder.name}")
    for path in sorted((root / "libmoo").glob("*.?pp")):
        findings.violation(f"libmoo/{path.name}:1", "rooms", "belongs into a room of libmoo/")


def check_length(path: Path, text: str, findings: Findings) -> None:
    lines = len(text.splitlines())
    if lines >= MAX_LINES:
        findings.violation(
            f"{path}:{MAX_LINES}", "length", f"{lines} lines; a file has fewer than {MAX_LINES}"
        )
    elif lines > WARN_LINES:
        findings.warnings.append(f"{path}: warning: {lines} lines, more than {WARN_LINES}")


def check_python_imports(root: Path, findings: Findings) -> None:
    """analysis/ stands on the standard library, its own modules and a short list of packages."""
    paths = list(files(root, ("analysis",), {".py"}))
    own = {"analysis"} | {path.stem for path in paths} | {path.parent.name for path in paths}
    allowed = ANALYSIS_PACKAGES | own | sys.stdlib_module_names
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            else:
                continue
            for name in names:
                if name.split(".")[0] not in allowed:
                    findings.violation(
                        f"{path.relative_to(root)}:{node.lineno}",
                        "python",
                        f"analysis/ may not import {name} (beside the standard library: "
                        f"{', '.join(sorted(ANALYSIS_PACKAGES))})",
                    )


def check(root: Path) -> tuple[Findings, str]:
    """All findings of the tree at root, and a line that sums up what was looked at."""
    design = Design.parse((root / "docs" / "design.md").read_text(encoding="utf-8"))
    findings = Findings()
    count = 0
    check_folders(root, design, findings)
    for full in files(root, TOP_FOLDERS, CPP_SUFFIXES):
        if "out_of_tree_solver" in full.parts:  # a project of its own, with includes as its users write them
            continue
        path = full.relative_to(root)
        text = full.read_text(encoding="utf-8")
        count += 1
        check_includes(path, text, design, findings)
        if path.parts[0] == "libmoo":
            check_printing(path, text, findings)
    for full in files(root, LENGTH_CHECKED, CPP_SUFFIXES | {".py"}):
        check_length(full.relative_to(root), full.read_text(encoding="utf-8"), findings)
    check_python_imports(root, findings)
    if count == 0:
        findings.violation(f"{root}:1", "empty", f"no C++ file in {', '.join(TOP_FOLDERS)}: wrong root?")
    summary = (
        f"architecture: {count} C++ files in {len(design.rooms)} rooms, solvers and experiments; "
        f"{len(findings.violations)} violations, {len(findings.warnings)} warnings"
    )
    return findings, summary


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2])
    options = parser.parse_args(arguments)
    try:
        findings, summary = check(options.root)
    except DesignError as error:
        print(f"docs/design.md:1: [design] {error}")
        return 1
    for line in findings.violations + findings.warnings:
        print(line)
    print(summary)
    return 1 if findings.violations else 0


if __name__ == "__main__":
    sys.exit(main())
