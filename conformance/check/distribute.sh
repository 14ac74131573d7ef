#!/usr/bin/env bash
# Builds the program as people install it, for the platform that this runs on, and packs it:
#   conformance/check/distribute.sh DIRECTORY
# The directory then has the program, its wheel for PyPI, its package for npm, and the package of npm that leads to it.
# On Linux the program is linked statically, so that it runs on any.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ $# = 1 ] || { echo "usage: $0 DIRECTORY" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
host=$(rustc --print host-tuple)
arch=${host%%-*}
program=ssokey-check
compatible=()

case $host in
*-linux-*)
    # With glibc a name is looked up by libraries of the machine that it runs on, if that is configured to; musl needs none.
    triple=$arch-unknown-linux-musl
    if [ -d "$(rustc --print target-libdir --target "$triple")" ] && command -v musl-gcc >/dev/null; then
        compatible=(--compatibility manylinux2014 musllinux_1_2)
    else
        triple=$arch-unknown-linux-gnu
    fi
    static=1
    ;;
*-windows-*)
    triple=$host
    program=ssokey-check.exe
    # Without it a machine needs the runtime of Visual C++.
    static=1
    ;;
*) triple=$host ;;
esac
[ -z "${static-}" ] || export RUSTFLAGS="-Ctarget-feature=+crt-static ${RUSTFLAGS-}"

rm -f "$out"/ssokey_check-*.whl "$out"/ssokey-check-*.tgz
maturin build --manifest-path conformance/check/Cargo.toml --target "$triple" ${compatible[@]+"${compatible[@]}"} --out "$out"
cp "${CARGO_TARGET_DIR:-target}/$triple/dist/$program" "$out"
node conformance/check/npm/pack.mjs "$out"
node conformance/check/npm/pack.mjs "$out" "$out/$program"
