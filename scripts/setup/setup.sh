# shellcheck shell=sh
# Sets up what is missing on the machine. Sourced; $root is the checkout.
#
# Each thing is tried the plain way first and then in a way that needs nothing
# but the npm registry and the system's own packages. What is fetched is built
# in a temporary folder inside .deps, checked, and moved to its place in one
# step: a set-up that was cut short leaves nothing that a later one would trust.

# shellcheck source=scripts/setup/pins.sh
. "$root/scripts/setup/pins.sh"
# shellcheck source=scripts/setup/steps.sh
. "$root/scripts/setup/steps.sh"
# shellcheck source=scripts/setup/programs.sh
. "$root/scripts/setup/programs.sh"
# shellcheck source=scripts/setup/npm.sh
. "$root/scripts/setup/npm.sh"
# shellcheck source=scripts/setup/deno.sh
. "$root/scripts/setup/deno.sh"
# shellcheck source=scripts/setup/std.sh
. "$root/scripts/setup/std.sh"
# shellcheck source=scripts/setup/actionlint.sh
. "$root/scripts/setup/actionlint.sh"
# shellcheck source=scripts/setup/browser.sh
. "$root/scripts/setup/browser.sh"

# Finds or fetches Deno and the packages that MODULES import (or the program,
# where there are none), and records both under NAME. VERSION is a version of
# Deno, or `any` for one that fits. Sets what read_toolchain sets.
set_up_toolchain() { # NAME VERSION [MODULES…]
  toolchain=$1
  deno_wanted=$2
  shift 2
  begin_steps
  set_up_deno "$deno_wanted"
  deno_dir=$deps/deno-dir/$deno_version
  # Not recorded where loading fails: Deno will say the same when it is started,
  # and the next set-up looks again.
  if set_up_std "$@"; then
    {
      setup_key
      printf '%s\n' "$root" "${JSR_URL--}" "$deno"
      program_stamp "$deno"
      printf '%s\n' "$deno_dir" "$std_url"
    } >"$temp/ready"
    mv -f -- "$temp/ready" "$deps/ready-$toolchain"
  fi
  end_steps
}
