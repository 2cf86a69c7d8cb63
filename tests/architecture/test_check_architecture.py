"""The architecture check fails when it should: one tiny bad tree per rule, in a temporary folder."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CHECK = Path(__file__).with_name("check_architecture.py")

DESIGN = """# design

## 3. Top level

    libmoo/         not a room

## 4. Rooms

A room may include the rooms above it. No `utils`, `common`, `detail`.

    base/        errors
    problem/     what a solver sees
    minimize/    one scalar
    constraint/  residuals

`solvers/` sees base, problem. It never sees constraint.

## 5. More

    later/       not a room either
"""

GOOD = {
    "docs/design.md": DESIGN,
    "libmoo/base/error.hpp": "#pragma once\n#include <string>\n",
    "libmoo/problem/problem.hpp": '#pragma once\n#include "libmoo/base/error.hpp"\n',
    "libmoo/minimize/lbfgs.cpp": '#include <ceres/ceres.h>\n#include "libmoo/problem/problem.hpp"\n',
    "libmoo/constraint/rule.hpp": '#pragma once\n#include <ceres/jet.h>\n',
    "solvers/sweep.cpp": '#include "solvers/sweep.hpp"\n#include "libmoo/problem/problem.hpp"\n',
    "solvers/sweep.hpp": "#pragma once\n",
    "experiments/lending.cpp": (
        '#include <iostream>\n#include "libmoo/constraint/rule.hpp"\n#include "solvers/sweep.hpp"\n'
        'int main() { std::cout << "a driver may print"; }\n'
    ),
    "analysis/fronts.py": "from __future__ import annotations\nimport json\nimport numpy as np\n",
    "analysis/plot.py": "from analysis.fronts import json\nimport fronts\nfrom . import fronts\n",
}


class CheckArchitecture(unittest.TestCase):
    def run_on(self, changed: dict[str, str]) -> tuple[int, str]:
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (GOOD | changed).items():
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            result = subprocess.run(
                [sys.executable, str(CHECK), "--root", folder],
                capture_output=True,
                text=True,
                check=False,
            )
        return result.returncode, result.stdout + result.stderr

    def assert_fails(self, name: str, text: str, *expected: str) -> None:
        code, output = self.run_on({name: text})
        self.assertEqual(code, 1, output)
        self.assertIn(" 1 violations", output)
        for part in expected:
            self.assertIn(part, output)

    def assert_passes(self, changed: dict[str, str]) -> str:
        code, output = self.run_on(changed)
        self.assertEqual(code, 0, output)
        return output

    def test_a_good_tree_passes(self) -> None:
        self.assertIn("7 C++ files in 4 rooms", self.assert_passes({}))

    def test_a_room_may_not_include_a_later_room(self) -> None:
        self.assert_fails(
            "libmoo/base/vector.hpp",
            '#pragma once\n\n#include "libmoo/problem/problem.hpp"\n',
            "libmoo/base/vector.hpp:3: [arrow] libmoo/base may not include libmoo/problem",
            "(it may include: base)",
        )

    def test_solvers_see_only_the_rooms_named_for_them(self) -> None:
        self.assert_fails(
            "solvers/sweep.hpp",
            '#include "libmoo/constraint/rule.hpp"\n',
            "solvers/sweep.hpp:1: [arrow] solvers may not include libmoo/constraint",
            "(it may include: base, problem)",
        )

    def test_the_library_may_not_include_solvers(self) -> None:
        self.assert_fails(
            "libmoo/constraint/rule.cpp",
            '#include "solvers/sweep.hpp"\n',
            "libmoo/constraint/rule.cpp:1: [arrow] libmoo/ may not include solvers/",
        )

    def test_solvers_may_not_include_experiments(self) -> None:
        self.assert_fails(
            "solvers/sweep.cpp",
            '#include "experiments/driver.hpp"\n',
            "solvers/sweep.cpp:1: [arrow] solvers/ may not include experiments/",
        )

    def test_includes_are_written_from_the_root(self) -> None:
        self.assert_fails(
            "libmoo/base/vector.hpp",
            '#include "error.hpp"\n',
            'libmoo/base/vector.hpp:1: [root] "error.hpp" is not written from the repository root',
        )

    def test_a_path_with_dots_is_no_way_around_an_arrow(self) -> None:
        self.assert_fails(
            "libmoo/base/vector.hpp", '#include "libmoo/base/../problem/problem.hpp"\n', "[root]"
        )

    def test_an_include_in_a_comment_is_no_include(self) -> None:
        text = '// #include "libmoo/problem/problem.hpp"\n/*\n#include "libmoo/problem/x.hpp"\n*/\n'
        self.assert_passes({"libmoo/base/vector.hpp": text})

    def test_ceres_stays_in_minimize(self) -> None:
        for name in ("libmoo/problem/scaling.cpp", "solvers/sweep.cpp", "libmoo/constraint/rule.hpp"):
            for include in ("<ceres/ceres.h>", '"ceres/ceres.h"'):
                with self.subTest(name=name, include=include):
                    self.assert_fails(name, f"\n#include {include}\n", f"{name}:2: [ceres] Ceres is")

    def test_jet_is_for_constraints_only(self) -> None:
        self.assert_fails("libmoo/problem/scaling.cpp", "#include <ceres/jet.h>\n", "[ceres]")

    def test_iostream_is_not_for_the_library(self) -> None:
        self.assert_fails(
            "libmoo/base/error.cpp", "#include <iostream>\n", "libmoo/base/error.cpp:1: [printing]"
        )

    def test_the_library_never_prints(self) -> None:
        for call in (
            'std::cerr << "x";',
            'printf("x");',
            'std::printf("x");',
            'fprintf(stderr, "x");',
            'puts("x");',
        ):
            with self.subTest(call=call):
                self.assert_fails(
                    "libmoo/base/error.cpp",
                    f"/* one\n two */\nvoid f() {{ {call} }}\n",
                    "libmoo/base/error.cpp:3: [printing] the library never prints",
                )

    def test_formatting_and_words_in_literals_are_no_printing(self) -> None:
        text = (
            "// std::cout << x; printf(x)\n"
            'void f() { std::snprintf(b, n, "%g", 1\'000.0); report.print(x); }\n'
            'const char* s = "std::cerr \\" printf(";\n'
            'const char* r = R"(puts("x") // )";\n'
        )
        self.assert_passes({"libmoo/base/error.cpp": text})

    def test_printing_after_a_digit_separator_is_seen(self) -> None:
        self.assert_fails(
            "libmoo/base/error.cpp", "int a = 1'000; void f() { puts(s); } int b = 1'000;\n", "puts("
        )

    def test_an_unlisted_room_fails(self) -> None:
        self.assert_fails(
            "libmoo/later/x.hpp", "#pragma once\n", "libmoo/later:1: [rooms] is not in the room list"
        )

    def test_no_folder_has_a_forbidden_name(self) -> None:
        for name in ("libmoo/utils", "libmoo/base/detail", "solvers/common"):
            with self.subTest(name=name):
                self.assert_fails(
                    f"{name}/x.hpp", "#pragma once\n", f"{name}:1: [rooms] no folder is called"
                )

    def test_no_file_stands_outside_a_room(self) -> None:
        self.assert_fails("libmoo/all.hpp", "#pragma once\n", "libmoo/all.hpp:1: [rooms] belongs into")

    def test_files_have_fewer_than_450_lines(self) -> None:
        self.assert_fails(
            "solvers/sweep.cpp", "//\n" * 450, "solvers/sweep.cpp:450: [length] 450 lines"
        )
        self.assert_fails("analysis/long.py", "#\n" * 460, "analysis/long.py:450: [length] 460 lines")

    def test_files_over_400_lines_are_only_warned_of(self) -> None:
        output = self.assert_passes({"solvers/sweep.cpp": "//\n" * 449})
        self.assertIn("solvers/sweep.cpp: warning: 449 lines", output)

    def test_analysis_stands_on_few_packages(self) -> None:
        for text in ("import os\nimport torch\n", "import os\nfrom torch.nn import Linear\n"):
            with self.subTest(text=text):
                self.assert_fails(
                    "analysis/bad.py", text, "analysis/bad.py:2: [python] analysis/ may not import torch"
                )

    def test_a_design_without_its_list_fails(self) -> None:
        for text in (
            "# design\n",
            DESIGN.replace("`solvers/` sees", "Solvers see"),
            DESIGN.replace("No `utils`, `common`, `detail`.", ""),
            DESIGN.replace("sees base, problem.", "sees base, problems."),
        ):
            with self.subTest(text=text[:20]):
                code, output = self.run_on({"docs/design.md": text})
                self.assertEqual(code, 1)
                self.assertIn("docs/design.md:1: [design]", output)

    def test_a_room_moved_in_the_design_changes_the_verdict(self) -> None:
        bad = {"libmoo/base/vector.hpp": '#include "libmoo/problem/problem.hpp"\n'}
        base = "    base/        errors\n"
        moved = DESIGN.replace(base, "").replace("    minimize/", base + "    minimize/")
        good_again = {"libmoo/problem/problem.hpp": "#pragma once\n"}
        self.assert_passes(bad | good_again | {"docs/design.md": moved})

    def test_an_empty_tree_fails(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "docs").mkdir()
            Path(folder, "docs/design.md").write_text(DESIGN, encoding="utf-8")
            for top in ("libmoo", "solvers", "experiments"):
                Path(folder, top).mkdir()
            result = subprocess.run(
                [sys.executable, str(CHECK), "--root", folder],
                capture_output=True,
                text=True,
                check=False,
            )
        self.assertEqual(result.returncode, 1)
        self.assertIn("[empty] no C++ file", result.stdout)


if __name__ == "__main__":
    unittest.main()
