"""The README runner fails when it should: each case is a tiny repository in a temporary folder."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

RUNNER = Path(__file__).with_name("run_readme.py")


class RunReadme(unittest.TestCase):
    def run_on(self, readme: str) -> tuple[int, str]:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "README.md").write_text(readme, encoding="utf-8")
            result = subprocess.run(
                [sys.executable, str(RUNNER), "--root", folder, "--fronts", f"{folder}/out"],
                capture_output=True,
                text=True,
                check=False,
            )
        return result.returncode, result.stdout + result.stderr

    def test_a_tested_block_runs_with_the_fronts_folder_set(self) -> None:
        code, output = self.run_on('<!-- tested -->\n```sh\nbasename "$LIBMOO_FRONTS_DIR"\n```\n')
        self.assertEqual(code, 0, output)
        self.assertIn("\nout\n", output)

    def test_a_failing_command_fails_with_its_place(self) -> None:
        code, output = self.run_on("text\n\n<!-- tested -->\n```sh\nfalse\ntrue\n```\n")
        self.assertEqual(code, 1)
        self.assertIn("README.md:4: failed", output)

    def test_a_block_marked_not_tested_is_skipped_with_its_reason(self) -> None:
        code, output = self.run_on(
            "<!-- tested -->\n```sh\ntrue\n```\n\n"
            "<!-- not tested: it is the caller -->\n```sh\nfalse\n```\n"
        )
        self.assertEqual(code, 0, output)
        self.assertIn("skipped: it is the caller", output)

    def test_an_unmarked_block_fails(self) -> None:
        code, output = self.run_on("<!-- tested -->\n```sh\ntrue\n```\n\n```sh\ntrue\n```\n")
        self.assertEqual(code, 1)
        self.assertIn("README.md:6: mark this", output)

    def test_nothing_to_test_fails(self) -> None:
        code, output = self.run_on("```cpp\nint main() {}\n```\n")
        self.assertEqual(code, 1)
        self.assertIn("marked <!-- tested -->", output)

    def test_other_languages_are_left_alone(self) -> None:
        code, output = self.run_on(
            "<!-- tested -->\n```sh\ntrue\n```\n\n<!-- tested -->\n```json\nfalse\n```\n"
        )
        self.assertEqual(code, 0, output)
        self.assertIn("1 blocks run", output)


if __name__ == "__main__":
    unittest.main()
