#!/usr/bin/env bash
# Runs the fuzz targets, or those that are named, for SECONDS each: core/fuzz/run.sh [SECONDS [TARGET...]]
# Starts from the committed seeds and leaves them alone; logs and findings are in target/fuzz/runs. Sets up what it needs: stable Rust
# and a network must be there.
set -euo pipefail
cd "$(dirname "$0")/../.."

fuzz=core/fuzz
target=${CARGO_TARGET_DIR:-target}
runs=$target/fuzz/runs
cargo_fuzz_version=0.13.2
# More than any input may need: what takes more memory than this before it is refused is a finding.
limits=(-timeout=10 -malloc_limit_mb=16)
# FUZZ_SEED makes a run repeatable, as one in CI should be; without it each run looks elsewhere.
if [ -n "${FUZZ_SEED:-}" ]; then limits+=(-seed="$FUZZ_SEED"); fi

# cargo-fuzz builds with options that rustc keeps for nightly; this lets the stable one take them.
export RUSTC_BOOTSTRAP=1
export ASAN_OPTIONS=detect_odr_violation=0:${ASAN_OPTIONS:-}

main() {
    local seconds=${1:-60} name passed=0 failed=0
    local names=("${@:2}")
    [[ $seconds =~ ^[1-9][0-9]*$ ]] || die "usage: $fuzz/run.sh [SECONDS [TARGET...]]"
    if [ ${#names[@]} = 0 ]; then names=(request password_hash email operation); fi
    find_compiler
    find_cargo_fuzz
    build
    mkdir -p "$runs"
    for name in "${names[@]}"; do
        if run "$name" "$seconds"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
    done
    echo "$passed passed, $failed failed"
    [ $failed = 0 ]
}

say() { echo "fuzz: $*" >&2; }
die() {
    say "error: $*"
    exit 1
}

# libFuzzer is compiled from its sources in C++.
find_compiler() {
    if command -v "${CXX:-c++}" >/dev/null; then return; fi
    .ci/apt-install g++ || die "no C++ compiler: install g++ or clang++"
}

# Sets `cargo_fuzz` to a command of the version above.
find_cargo_fuzz() {
    for cargo_fuzz in cargo-fuzz "$target/tools/bin/cargo-fuzz"; do
        if [ "$("$cargo_fuzz" --version 2>/dev/null)" = "cargo-fuzz $cargo_fuzz_version" ]; then return; fi
    done
    say "installing cargo-fuzz $cargo_fuzz_version, which takes about a minute"
    env -u CARGO_TARGET_DIR -u RUSTC_BOOTSTRAP \
        cargo install cargo-fuzz --version "$cargo_fuzz_version" --debug --root "$target/tools"
}

# Sets `binaries`. The runtime of AddressSanitizer comes with rustup's toolchains; others may lack it.
build() {
    local triple sanitizer=none
    triple=$(rustc --print host-tuple)
    if compgen -G "$(rustc --print target-libdir)/librustc*_rt.asan.*" >/dev/null; then sanitizer=address; fi
    say "building with the sanitizer: $sanitizer"
    cargo fetch --locked --manifest-path $fuzz/Cargo.toml
    "$cargo_fuzz" build --fuzz-dir $fuzz --target-dir "$target/fuzz" --target "$triple" --sanitizer $sanitizer
    binaries=$target/fuzz/$triple/release
}

# Runs one target and prints one line about it. libFuzzer stops at the first finding, and fails.
run() {
    local name=$1 seconds=$2 log=$runs/$1.log findings=0 corpus executions
    [ -d "$fuzz/seeds/$name" ] || die "\`$name\` is no target with seeds"
    corpus=$(mktemp -d)
    say "running $name for $seconds s"
    "$binaries/$name" "${limits[@]}" -max_total_time="$seconds" -dict=$fuzz/words.dict -print_final_stats=1 \
        -artifact_prefix="$runs/$name-" "$corpus" "$fuzz/seeds/$name" >"$log" 2>&1 || findings=1
    rm -rf "$corpus"
    executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    printf '%-13s %9s executions, %s s, %s findings\n' "$name" "${executions:-0}" "$seconds" $findings
    if [ $findings = 0 ] && [ "${executions:-0}" != 0 ]; then return; fi
    grep -E -A4 'panicked at|^SUMMARY|written to' "$log" | head -n 40 >&2
    say "the whole log: $log"
    return 1
}

main "$@"
