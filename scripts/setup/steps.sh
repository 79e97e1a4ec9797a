# shellcheck shell=sh
# How the set-up runs other programs: with a time limit, with their output kept
# for when they fail, and so that a signal ends them and leaves nothing behind.

temp=
# A file that has to lie elsewhere, and is removed with it.
scratch=
child=
watchdog=

say() {
  printf 'echolog: %s\n' "$*" >&2
}

# Ends everything with the exit code for "a needed program is missing".
fail() {
  say "$@"
  end_steps
  exit 69
}

# Opens the temporary folder of this set-up, $temp.
begin_steps() {
  [ -z "$temp" ] || return 0
  mkdir -p -- "$deps" 2>/dev/null && temp=$(mktemp -d "$deps/tmp.XXXXXX") || {
    temp=
    fail "Cannot write to \"$deps\""
  }
  trap 'end_steps' EXIT
  for signal in HUP INT TERM; do
    # shellcheck disable=SC2064 # the name of the signal is meant to be fixed now
    trap "on_signal $signal" "$signal"
  done
  # What a set-up that was killed outright left behind, a day later.
  find "$deps/." ! -name . -prune -name 'tmp.*' -mtime +0 -exec rm -rf {} + \
    2>/dev/null
}

end_steps() {
  trap - EXIT HUP INT TERM
  stop_child
  [ -z "$temp" ] || rm -rf -- "$temp"
  [ -z "$scratch" ] || rm -f -- "$scratch"
  temp=
  scratch=
}

on_signal() { # NAME
  say "Interrupted by SIG$1"
  end_steps
  # Ends as the signal would have done, so that the caller sees it.
  kill -s "$1" $$
}

stop_child() {
  [ -z "$watchdog" ] || kill "$watchdog" 2>/dev/null
  [ -z "$child" ] || kill "$child" 2>/dev/null
  watchdog=
  child=
}

# What a program of "limited" reads.
limited_input=/dev/null

# Runs a program with its output in $temp/output, for at most SECONDS; fails as
# the program does, or with 124 where it was too slow. Not `timeout`, which
# macOS does not have.
limited() { # SECONDS COMMAND…
  limit=$1
  shift
  rm -f -- "$temp/late"
  "$@" >"$temp/output" 2>&1 <"$limited_input" &
  child=$!
  {
    # In short naps: it ends soon after this shell, however that ends, and does
    # not live to see the number of the process used again.
    while sleep 1 && kill -0 "$child" && kill -0 "$$"; do
      limit=$((limit - 1))
      if [ "$limit" = 0 ]; then
        : >"$temp/late"
        break
      fi
    done
    kill "$child" && sleep 3 && kill -9 "$child"
  } >/dev/null 2>&1 </dev/null &
  watchdog=$!
  wait "$child" 2>/dev/null # the shell would report a child that was ended
  result=$?
  child=
  kill "$watchdog" 2>/dev/null
  wait "$watchdog" 2>/dev/null
  watchdog=
  [ ! -e "$temp/late" ] || result=124
  return "$result"
}

# The last lines of what failed, indented.
explain() { # RESULT of the failed command
  [ "$1" != 124 ] || say "No end within the time limit"
  tail -n 6 "$temp/output" | sed 's/^/    /' >&2
}
