# Sourced by the scripts beside it: strict mode, the repository root as current directory, and step.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
SECONDS=0

# step TEXT: one line about what happens next, with the seconds since the start.
step() {
  printf '[%4d s] %s\n' "$SECONDS" "$*"
}

# build_preset NAME: brings build/NAME up to date with the preset of that name.
build_preset() {
  step "configuring build/$1"
  cmake --preset "$1" >/dev/null
  step "building build/$1"
  cmake --build --preset "$1" -- --quiet
}
