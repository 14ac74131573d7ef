#!/usr/bin/env bash
# Builds what runs as WebAssembly into wasm/js/dist, as four modules:
#   ssokey.wasm answers requests, with bindings.js and bindings.d.ts.
#   operator.wasm runs the operator's commands, with operator-bindings.js and operator-bindings.d.ts.
#   argon2id.wasm hashes, and needs no bindings.
#   judge.wasm judges recordings in the playground, with judge-bindings.js and judge-bindings.d.ts.
# Finds a toolchain for the wasm target and installs wasm-bindgen; wasm-opt comes with wasm/js/node_modules.
# Does next to nothing when nothing has changed.
set -euo pipefail
cd "$(dirname "$0")/.."

triple=wasm32-unknown-unknown
target=${CARGO_TARGET_DIR:-target}
dist=wasm/js/dist
out=$target/wasm-bindgen
modules=wasm/js/node_modules
# Debian's Rust for building for the web, and the linker of the LLVM that it uses.
debian_packages=(rustc-web cargo-web rust-web-src lld-22)
debian_linker=/usr/bin/wasm-ld-22
# Vector registers for Argon2id; a SHA-256 of loops, which is slow enough to be small: it hashes less than a call's JSON has.
rustflags='-Ctarget-feature=+simd128 --cfg sha2_backend="soft" --cfg sha2_backend_soft="compact"'

main() {
    [ -d $modules ] || die "$modules is missing: run \`make wasm\`, which installs it first"
    find_wasm_bindgen
    mkdir -p $dist "$out"
    package=ssokey-wasm
    libraries=core,alloc
    build ssokey request bindings
    build operator operator operator-bindings
    build argon2id argon2id
    package=ssokey-conformance-wasm
    libraries=std,panic_abort
    # A page judges, and draws nothing at random.
    rustflags+=' --cfg getrandom_backend="unsupported"'
    build judge lint judge-bindings
}

# Builds the module of this name, of `package` with this feature, with bindings of this name if there is one.
build() {
    compile "$2"
    if is_current "$1" "${3-}"; then return; fi
    if [ -n "${3-}" ]; then bind "$1" "$3"; fi
    optimise "$1"
}

say() { echo "wasm: $*" >&2; }
die() {
    say "error: $*"
    exit 1
}

# Sets `compiled` to what cargo made of the crate with this feature, with the first toolchain that has the target.
compile() {
    feature=$1
    say "compiling the feature $feature for $triple"
    if [ -d "$(rustc --print target-libdir --target $triple)" ]; then
        compile_with cargo "$target/wasm"
    elif .ci/apt-install "${debian_packages[@]}"; then
        compile_with_debian_toolchain
    elif command -v rustup >/dev/null; then
        say "Debian's toolchain is not to be had, so rustup fetches the target: rustup target add $triple"
        rustup target add $triple
        compile_with cargo "$target/wasm"
    else
        die "no Rust toolchain for $triple: install rustup, then run \`rustup target add $triple\`"
    fi
}

# Each feature has a target directory of its own, or building one would make the other's module out of date.
compile_with() {
    RUSTFLAGS=$rustflags "$1" build --locked --profile wasm --package "$package" --no-default-features \
        --features "$feature" --target $triple --target-dir "$2-$feature"
    compiled=$2-$feature/$triple/wasm/${package//-/_}.wasm
}

# Debian has the target's libraries as source only. RUSTC_BOOTSTRAP unlocks the feature that builds them along,
# and a target directory of its own keeps the two toolchains from undoing each other's work.
compile_with_debian_toolchain() {
    RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_BUILD_STD=$libraries \
        CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$debian_linker \
        compile_with /usr/bin/cargo "$target/wasm-debian"
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
    local file source
    for file in ${2:+"$2.js" "$2.d.ts"}; do [ -f "$dist/$file" ] || return; done
    for source in "$compiled" "$(command -v "$wasm_bindgen")" $modules/.package-lock.json wasm/build.sh; do
        [ "$dist/$1.wasm" -nt "$source" ] || return
    done
}

# The bindings for bundlers load nothing: the package instantiates the module and hands them its exports.
bind() {
    say "generating the bindings of $1.wasm"
    "$wasm_bindgen" --target bundler --out-name "$2" --out-dir "$out" "$compiled"
    cp "$out/$2_bg.js" "$dist/$2.js"
    cp "$out/$2.d.ts" "$dist/$2.d.ts"
    compiled=$out/$2_bg.wasm
}

optimise() {
    say "optimising $1.wasm"
    $modules/.bin/wasm-opt -O3 --strip-debug --strip-producers "$compiled" -o "$out/$1.wasm"
    cp "$out/$1.wasm" $dist
}

main
