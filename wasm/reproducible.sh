#!/usr/bin/env bash
# Builds what runs as WebAssembly twice, of the tracked files alone, in two folders and with two homes of cargo, and compares the bytes.
# The tools are those of this folder: wasm-opt, jco and wasm-bindgen.
set -euo pipefail
cd "$(dirname "$0")/.."

home=${CARGO_HOME:-$HOME/.cargo}
target=$(realpath --canonicalize-missing "${CARGO_TARGET_DIR:-target}")
mkdir -p "$target/tools"
folders=$(mktemp -d)
trap 'rm -rf "$folders"' EXIT

main() {
    build "$folders/one" "$home"
    ln -s "$home" "$folders/home"
    build "$folders/two/of a different depth" "$folders/home"
    compare wasm/js/dist ssokey operator argon2id differential judge
    compare wasm/component/dist ssokey-stepped ssokey-embedded
}

# Builds all into this folder, with this home of cargo.
build() {
    local folder=$1 modules
    mkdir -p "$folder/target"
    git ls-files -z | tar --create --null --files-from - | tar --extract --directory "$folder"
    for modules in wasm/js wasm/component; do ln -s "$PWD/$modules/node_modules" "$folder/$modules"; done
    ln -s "$target/tools" "$folder/target"
    echo "reproducible: building in $folder" >&2
    (
        unset CARGO_TARGET_DIR
        export CARGO_HOME=$2
        "$folder/wasm/build.sh"
        "$folder/wasm/build.sh" components
    )
    # What was compiled takes a gigabyte.
    rm -rf "$folder/target"
}

# Fails where one of the modules in `dist` differs, or anything beside them.
compare() {
    local dist=$1 module one two
    one=$folders/one/$dist two="$folders/two/of a different depth/$dist"
    diff --recursive --brief "$one" "$two"
    for module in "${@:2}"; do (cd "$one" && sha256sum "$module.wasm"); done
    echo "$dist: the bytes are the same in both folders"
}

main
