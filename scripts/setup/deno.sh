# shellcheck shell=sh
# Deno: the one on PATH where it fits, else the binary in the npm package
# @deno/PLATFORM, which works without the package's own installation.

deno_help="install Deno $DENO_OLDEST or later, below 3, as deno.com describes"

# Sets $deno and $deno_version.
set_up_deno() { # VERSION, or `any` from $DENO_OLDEST on and below 3
  on_path=$(command -v deno)
  deno=$on_path
  [ -n "$deno" ] && ask_version "$deno" && deno_fits "$deno_version" "$1" && return
  wanted=$1
  [ "$wanted" != any ] || wanted=$DENO_OLDEST
  deno_platform || fail "There is no ready-made Deno for $(uname -s) on $(uname -m): $deno_help"
  deno=$deps/deno-$wanted-$platform
  [ -x "$deno" ] && ask_version "$deno" && [ "$deno_version" = "$wanted" ] && return
  if [ -n "$on_path" ] && ! command -v npm >/dev/null; then
    upgrade_deno "$on_path" && return
  fi
  fetch_deno
}

# Sets $deno_version to what a Deno says it is; fails where it does not run.
ask_version() { # PATH
  deno_version=
  limited 15 "$1" --version || return 1
  deno_version=$(sed -n \
    's/^deno \([0-9][0-9]*\.[0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' "$temp/output")
}

deno_fits() { # FOUND WANTED
  [ "$2" = any ] || {
    [ "$1" = "$2" ]
    return
  }
  is_version_2 "$1" && at_least "$1" "$DENO_OLDEST"
}

is_version_2() {
  case $1 in
    2.*) ;;
    *) return 1 ;;
  esac
}

at_least() { # VERSION OLDEST
  printf '%s\n%s\n' "$2" "$1" | sort -t. -k1,1n -k2,2n -k3,3n -c 2>/dev/null
}

# Sets $platform to npm's name for this machine.
deno_platform() {
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) platform=linux-x64-glibc ;;
    Linux-aarch64 | Linux-arm64) platform=linux-arm64-glibc ;;
    Darwin-x86_64) platform=darwin-x64 ;;
    Darwin-arm64) platform=darwin-arm64 ;;
    *) return 1 ;;
  esac
  # The binary for Linux needs the GNU C library.
  case $platform in
    linux-*) getconf GNU_LIBC_VERSION >/dev/null 2>&1 ;;
  esac
}

# A Deno of another version can fetch the one that is wanted.
upgrade_deno() { # PATH
  say "Fetching Deno $wanted with $1"
  limited 600 env DENO_DIR="$temp/deno-dir" "$1" upgrade \
    --version "$wanted" --output "$temp/deno" && install_deno "$temp/deno"
}

fetch_deno() {
  say "Fetching Deno $wanted with npm"
  set_up_npm
  package=@deno/$platform@$wanted
  npm_pack "$package"
  tarball=$temp/deno-$platform-$wanted.tgz
  sum=$(deno_sum "$platform" "$wanted")
  if [ -n "$sum" ] && [ "$(sha512 "$tarball")" != "$sum" ]; then
    fail "Cannot use $package: its SHA-512 is $(sha512 "$tarball"), expected $sum"
  fi
  limited 120 tar -xzf "$tarball" -C "$temp" || {
    result=$?
    say "Unpacking $package failed:"
    explain "$result"
    fail "Cannot set up Deno: $deno_help"
  }
  install_deno "$temp/package/deno" || {
    say "The Deno in $package does not run:"
    explain 1
    fail "Cannot set up Deno: $deno_help"
  }
}

# Moves a Deno that was seen to run to its place.
install_deno() { # FILE
  chmod 755 "$1" && ask_version "$1" && [ "$deno_version" = "$wanted" ] &&
    mv -f -- "$1" "$deno"
}

sha512() { # FILE
  { sha512sum -- "$1" || shasum -a 512 -- "$1"; } 2>/dev/null | cut -d ' ' -f 1
}

# Sets $newest_version to the newest Deno 2 that npm knows, or the pinned one where
# npm does not tell.
ask_newest_deno() {
  newest_version=
  if deno_platform && command -v npm >/dev/null; then
    npm_limited 20 view "@deno/$platform" versions --json &&
      newest_version=$(grep -o '"2\.[0-9]*\.[0-9]*"' "$temp/output" | tr -d '"' |
        sort -t. -k1,1n -k2,2n -k3,3n | tail -n 1)
  fi
  [ -n "$newest_version" ] || newest_version=$DENO_NEWEST
}
