# shellcheck shell=sh disable=SC2034 # read by the scripts that source it
# Versions that the set-up fetches, and their sums.

# The oldest Deno the code is written for, and the one fetched to run echolog.
DENO_OLDEST=2.4.2
# The Deno that tests fall back on where the newest cannot be asked for.
DENO_NEWEST=2.9.6

# SHA-512 of the npm tarball @deno/PLATFORM@VERSION. What is not listed is
# checked by npm alone.
deno_sum() { # PLATFORM VERSION
  case $1@$2 in
    linux-x64-glibc@2.4.2)
      echo 2f30cbcab44e9b6a31b7683cb231ba9e26166996acfc72c193836ce6a1217f66c6683afc2dcab6e154e74e164b7a92d42adf1c4df4f73465f73196562b049598
      ;;
    linux-x64-glibc@2.9.6)
      echo de67784ca2c2bb3b0b0e67cea02e4a37b34065ac525643209bae2f83a7e80f4d090400c2a584b6ff942a5dfce09cfe59433de22cff6f05026d120735d7a380a1
      ;;
  esac
}
