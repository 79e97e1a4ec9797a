# shellcheck shell=sh
# npm, to fetch tarballs with. Nothing of what they hold is run or installed.

# Makes sure that there is npm, from the system's packages where that is allowed.
set_up_npm() {
  command -v npm >/dev/null || { can_use_apt && apt_install npm; } ||
    fail "Cannot fetch Deno and its packages without npm: install npm, or $deno_help"
}

# All that npm keeps goes away with the temporary folder.
npm_limited() { # SECONDS ARGUMENTS…
  npm_limit=$1
  shift
  limited "$npm_limit" env npm_config_cache="$temp/npm-cache" \
    npm_config_logs_max=0 npm_config_update_notifier=false \
    npm_config_audit=false npm_config_fund=false NODE_DISABLE_COMPILE_CACHE=1 npm "$@"
}

# Fetches tarballs into $temp. A registry that does not answer is noticed by a
# small question first, since a tarball may take minutes for good reasons.
npm_pack() { # SPECS…
  npm_limited 30 view --fetch-retries=1 --fetch-retry-mintimeout=1000 \
    "$1" version || {
    result=$?
    say "Asking npm for $1 failed:"
    explain "$result"
    fail "Cannot fetch $1 with npm: check the network, or $deno_help"
  }
  for spec; do
    npm_limited 900 pack --ignore-scripts --pack-destination "$temp" "$spec" || {
      result=$?
      say "Fetching $spec with npm failed:"
      explain "$result"
      fail "Cannot fetch $spec with npm: check the network, or $deno_help"
    }
  done
}
