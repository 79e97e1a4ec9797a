# shellcheck shell=sh
# What every start needs: is everything set up, and how is Deno called. Sourced;
# $root is the checkout. Kept short, since every start of echolog pays for it.

deps=$root/.deps

# An echolog that another script of this checkout starts gets that script's
# registry; it is not one that the user has chosen.
case ${JSR_URL-} in
  file://*/.deps/registry-*) unset JSR_URL ;;
esac

# A set-up holds for the pins, the imports and the sources of the registry
# folder that it was made with: a git pull that changes them makes a new one.
setup_key() {
  cat "$root/deno.json" "$root"/scripts/setup/*.* "$root"/scripts/setup/types/* |
    cksum
}

# Size and time of a program: a Deno that was replaced is checked again.
program_stamp() { # PATH
  LC_ALL=C ls -lnL -- "$1"
}

# Reads a toolchain that was set up: $deno, $deno_dir and $std_url (`-` where
# packages come from JSR itself). Fails where it has to be set up.
read_toolchain() { # NAME
  [ -r "$deps/ready-$1" ] || return 1
  {
    IFS= read -r ready_key && IFS= read -r ready_root &&
      IFS= read -r ready_url && IFS= read -r deno &&
      IFS= read -r ready_stamp && IFS= read -r deno_dir && IFS= read -r std_url
  } <"$deps/ready-$1" || return 1
  [ "$ready_root" = "$root" ] && [ "$ready_url" = "${JSR_URL--}" ] &&
    [ "$ready_key" = "$(setup_key)" ] && [ -x "$deno" ] &&
    [ "$ready_stamp" = "$(program_stamp "$deno")" ]
}

# Puts a toolchain into the environment that Deno reads.
use_toolchain() {
  export DENO_DIR="$deno_dir" DENO_NO_UPDATE_CHECK=1
  # A network with a certificate authority of its own is usual in companies.
  export DENO_TLS_CA_STORE="${DENO_TLS_CA_STORE-mozilla,system}"
  [ "$std_url" = - ] || export JSR_URL="$std_url"
}
