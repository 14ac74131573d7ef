#!/usr/bin/env bash
# Builds what runs as WebAssembly. Without an argument, five modules into wasm/js/dist:
#   ssokey.wasm answers requests, with bindings.js and bindings.d.ts.
#   operator.wasm runs the operator's commands, with operator-bindings.js and operator-bindings.d.ts.
#   argon2id.wasm hashes, and needs no bindings.
#   judge.wasm judges recordings in the playground, with judge-bindings.js and judge-bindings.d.ts.
#   differential.wasm compares what hashes with what it is held against. It is for a test, and does not ship.
# With the argument `components`, a component for each world of spec/wit into wasm/component/dist:
#   ssokey-stepped.wasm and ssokey-embedded.wasm.
# Finds a toolchain for the wasm target and installs wasm-bindgen; wasm-opt and jco come with wasm/js/node_modules and
# wasm/component/node_modules.
# Does next to nothing when nothing has changed.
set -euo pipefail
cd "$(dirname "$0")/.."

triple=wasm32-unknown-unknown
target=${CARGO_TARGET_DIR:-target}
dist=wasm/js/dist
out=$target/wasm-bindgen
modules=wasm/js/node_modules
component=wasm/component
# Debian's Rust for building for the web, and the linker of the LLVM that it uses.
debian_packages=(rustc-web cargo-web rust-web-src lld-22)
debian_linker=/usr/bin/wasm-ld-22
# Vector registers for Argon2id; a SHA-256 of loops, which is slow enough to be small: it hashes less than a call's JSON has.
# Where crates lie on this machine is nobody's business, and the bytes do not depend on it.
rustflags=(-Ctarget-feature=+simd128 --cfg 'sha2_backend="soft"' --cfg 'sha2_backend_soft="compact"'
    "--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo")
begun=()

main() {
    [ -d $modules ] || die "$modules is missing: run \`make wasm\`, which installs it first"
    find_toolchain
    mkdir -p $dist "$out"
    # All at once: most of the time each takes a single thread.
    begin find_wasm_bindgen
    begin compile ssokey-wasm request
    begin compile ssokey-wasm operator
    begin compile ssokey-wasm argon2id
    begin compile ssokey-wasm differential
    begin compile ssokey-conformance-wasm lint
    wait_for_all
    find_wasm_bindgen
    build ssokey ssokey-wasm request bindings
    build operator ssokey-wasm operator operator-bindings
    build argon2id ssokey-wasm argon2id
    build differential ssokey-wasm differential
    build judge ssokey-conformance-wasm lint judge-bindings
}

components() {
    local world
    [ -d $modules ] && [ -d $component/node_modules ] ||
        die "$modules or $component/node_modules is missing: run \`make component\`, which installs them first"
    find_toolchain
    mkdir -p $component/dist "$out"
    for world in stepped embedded; do build_component $world; done
}

# Makes the component of the world. Both worlds are compiled into one directory, for the sake of what they share; cargo leaves the one there
# that was asked for last.
build_component() {
    local module=$out/$1-module.wasm file=$component/dist/ssokey-$1.wasm
    compile ssokey-component "$1" component
    compiled=$out/$1-compiled.wasm
    cmp --silent "$toolchain-component/$triple/component/ssokey_component.wasm" "$compiled" ||
        cp "$toolchain-component/$triple/component/ssokey_component.wasm" "$compiled"
    if is_newer "$file" "$compiled" $component/node_modules/.package-lock.json; then return; fi
    say "making ssokey-$1.wasm a component"
    # Functions of one kind beside each other compress better.
    $modules/.bin/wasm-opt -O3 --reorder-functions-by-name --strip-debug --strip-producers "$compiled" -o "$module"
    $component/node_modules/.bin/jco new "$module" -o "$module.component" >&2
    node $component/strip.mjs "$module.component"
    mv "$module.component" "$file"
}

# Runs a command in the background.
begin() {
    "$@" &
    begun+=($!)
}

# Fails when a command fails that was begun, once all have ended.
wait_for_all() {
    local process failed=0
    for process in "${begun[@]}"; do wait "$process" || failed=1; done
    [ $failed = 0 ] || exit 1
}

# Makes the module of this name of what the package was compiled to with this feature, with bindings of this name if there is one.
build() {
    compiled=$toolchain-$3/$triple/wasm/${2//-/_}.wasm
    if is_current "$1" "${4-}"; then return; fi
    if [ -n "${4-}" ]; then bind "$1" "$4"; fi
    optimise "$1"
}

say() { echo "wasm: $*" >&2; }
die() {
    say "error: $*"
    exit 1
}

# Sets `cargo` to the first cargo whose toolchain has the target, and `toolchain` to where it builds.
#
# Debian has the target's libraries as source only. RUSTC_BOOTSTRAP unlocks the feature that builds them along,
# and a target directory of its own keeps the two toolchains from undoing each other's work.
find_toolchain() {
    cargo=cargo
    toolchain=$target/wasm
    if [ -d "$(rustc --print target-libdir --target $triple)" ]; then return; fi
    if .ci/apt-install "${debian_packages[@]}"; then
        cargo=cargo_of_debian
        toolchain=$target/wasm-debian
    elif command -v rustup >/dev/null; then
        say "Debian's toolchain is not to be had, so rustup fetches the target: rustup target add $triple"
        rustup target add $triple
    else
        die "no Rust toolchain for $triple: install rustup, then run \`rustup target add $triple\`"
    fi
}

cargo_of_debian() {
    local libraries=core,alloc
    if [ "$package" = ssokey-conformance-wasm ]; then libraries=std,panic_abort; fi
    RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_BUILD_STD=$libraries \
        CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$debian_linker /usr/bin/cargo "$@"
}

# Compiles a package with a feature. Each feature has a target directory of its own, or building one would make the other's module
# out of date; the components share one.
compile() {
    local package=$1 feature=$2 profile=${3-wasm} flags=("${rustflags[@]}") directory=$2 IFS=$'\x1f'
    if [ "$profile" = component ]; then directory=component; fi
    # A stack of the usual 1 MiB would be most of an instance's memory. What hashes has memory for one hash besides.
    case $feature in
    argon2id) flags+=(-Clink-arg=-zstack-size=65536) ;;
    request | operator) flags+=(-Clink-arg=-zstack-size=262144) ;;
    esac
    # A page judges, and draws nothing at random.
    if [ "$package" = ssokey-conformance-wasm ]; then flags+=(--cfg 'getrandom_backend="unsupported"'); fi
    say "compiling the feature $feature of $package for $triple"
    CARGO_ENCODED_RUSTFLAGS="${flags[*]}" $cargo rustc --locked --profile "$profile" --package "$package" --no-default-features \
        --features "$feature" --target $triple --target-dir "$toolchain-$directory" --crate-type cdylib
}

# Sets `wasm_bindgen` to a command of the version in Cargo.lock: the crate and the command must be of one version.
find_wasm_bindgen() {
    local package version
    package=$(cargo pkgid --locked wasm-bindgen)
    version=${package##*@}
    for wasm_bindgen in wasm-bindgen "$target/tools/bin/wasm-bindgen"; do
        if [ "$("$wasm_bindgen" --version 2>/dev/null)" = "wasm-bindgen $version" ]; then return; fi
    done
    # A debug build takes half the time to install and is quick enough for a module of this size.
    say "installing wasm-bindgen $version, which takes about two minutes"
    env -u CARGO_TARGET_DIR \
        cargo install wasm-bindgen-cli --version "$version" --bin wasm-bindgen --debug --root "$target/tools"
}

# The module is written last, so when it is newer than its sources its bindings are too.
is_current() {
    local file
    for file in ${2:+"$2.js" "$2.d.ts"}; do [ -f "$dist/$file" ] || return; done
    is_newer "$dist/$1.wasm" "$compiled" "$(command -v "$wasm_bindgen")"
}

# Returns whether the file is newer than what it is made of and by.
is_newer() {
    local file=$1 source
    for source in "${@:2}" $modules/.package-lock.json wasm/build.sh; do [ "$file" -nt "$source" ] || return; done
}

# The bindings for bundlers load nothing: the package instantiates the module and hands them its exports.
bind() {
    say "generating the bindings of $1.wasm"
    "$wasm_bindgen" --target bundler --out-name "$2" --out-dir "$out" "$compiled"
    cp "$out/$2_bg.js" "$dist/$2.js"
    cp "$out/$2.d.ts" "$dist/$2.d.ts"
    compiled=$out/$2_bg.wasm
}

# Not below -O3, which inlines the products of the kernel: without that Argon2id takes half as long again.
optimise() {
    say "optimising $1.wasm"
    $modules/.bin/wasm-opt -O3 --reorder-locals --strip-debug --strip-producers "$compiled" -o "$out/$1.wasm"
    cp "$out/$1.wasm" $dist
}

case ${1-modules} in
modules) main ;;
components) components ;;
*) die "usage: wasm/build.sh [components]" ;;
esac
