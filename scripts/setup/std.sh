# shellcheck shell=sh
# The @std packages: from JSR where it answers, else from a registry folder made
# of npm tarballs. Deno takes a folder in the place of JSR by JSR_URL, so that
# neither the sources nor deno.json know which way was taken.

# Sets $std_url, `-` for JSR itself, and loads what MODULES import, or the
# program where there are none. Fails where they cannot be loaded: that may be
# their own fault, as the output then says.
set_up_std() { # MODULES…
  std_url=-
  jsr_answers && load "$@" && return
  set_up_registry
  load "$@" || {
    result=$?
    say "Loading the modules failed:"
    explain "$result"
    return 1
  }
}

# Deno itself is asked, since it knows where JSR is; a network that hangs
# instead of refusing is given up soon.
jsr_answers() {
  deno_limited 5 cache --no-config 'jsr:@std/bytes@1/equals'
}

# Afterwards a start needs no network.
load() { # MODULES…
  if [ "$#" != 0 ]; then
    deno_limited 120 cache --config "$root/deno.json" "$@"
    return
  fi
  # Modules that the program loads only later are found by `cache`. For a
  # `node:` module it fetches types, in Deno 2.4, that no start needs.
  deno_limited 120 cache --config "$root/deno.json" "$root/main.ts" ||
    grep -q 'types.*node' "$temp/output" || return
  deno_limited 60 run --no-prompt --config "$root/deno.json" --allow-read \
    --allow-env --allow-sys "$root/main.ts" --version
}

deno_limited() { # SECONDS COMMAND ARGUMENTS…
  deno_limit=$1
  shift
  limited "$deno_limit" in_toolchain "$@"
}

in_toolchain() { # COMMAND ARGUMENTS…
  use_toolchain
  deno_command=$1
  shift
  export RUST_BACKTRACE=0 NO_COLOR=1
  exec "$deno" "$deno_command" --quiet --no-lock "$@"
}

set_up_registry() {
  maker=$root/scripts/setup
  registry=$deps/registry-$(
    for part in registry std_packages package_files declarations tarball; do
      cat "$maker/$part.ts"
    done | cat - "$maker"/types/* | cksum | tr ' ' -
  )
  if [ ! -d "$registry" ]; then
    say "JSR does not answer: making a registry folder from npm packages"
    set_up_npm
    make_registry --specs || registry_failed "$?"
    # shellcheck disable=SC2046 # one word per package
    npm_pack $(cat "$temp/output")
    make_registry --make "$temp" "$registry" || registry_failed "$?"
  fi
  make_registry --url "$registry" || registry_failed "$?"
  std_url=$(cat "$temp/output")
}

registry_failed() { # RESULT
  say "Making the registry folder failed:"
  explain "$1"
  fail "Cannot set up the packages that deno.json imports"
}

make_registry() { # ARGUMENTS…
  deno_limited 120 run --no-prompt --no-config --no-remote --allow-read \
    --allow-write "$maker/registry.ts" "$@"
}
