"""scripts/run_all_experiments: what is wrong with the call is said before anything is built."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SCRIPT = REPOSITORY / "scripts" / "run_all_experiments"


@pytest.mark.parametrize("argument, words", [("ring", "unknown driver 'ring'; known are"), ("--quack", "usage:")])
def test_a_wrong_call_is_one_line(argument: str, words: str) -> None:
    result = subprocess.run([SCRIPT, "--quick", argument], capture_output=True, text=True, check=False)
    assert result.returncode == 2 and words in result.stderr
    assert result.stdout == "" and result.stderr.count("\n") == 1


def test_every_driver_of_the_build_is_run() -> None:
    text = (REPOSITORY / "cmake" / "experiments.cmake").read_text()
    built = set(re.search(r"set\(MOO_EXPERIMENTS ([\w\s]+)\)", text).group(1).split())
    run = set(re.search(r"^drivers=\(([\w ]+)\)", SCRIPT.read_text(), re.MULTILINE).group(1).split())
    assert run == built - {"tabular", "compare", "rule_gallery"}
