# A compiled program of one line, which `startup` compares the binary with.
# Source after scripts/setup/setup.sh. Sets $one_line.
# shellcheck shell=sh

# shellcheck source=scripts/setup/base.sh
. "$root/scripts/setup/base.sh"

build_one_line() {
  read_toolchain oldest || exit 69
  begin_steps
  [ ! -x "$deps/denort-$DENO_OLDEST-x86_64-unknown-linux-gnu" ] || set_up_base
  mkdir -p "$temp/line"
  # It waits for its stdin to end, so that its memory can be measured.
  echo 'console.log("hi"); if (Deno.args[0]) await new Response(Deno.stdin.readable).text();' \
    >"$temp/line/line.ts"
  one_line=$root/dist/one-line
  deno_limited 300 compile --no-prompt --no-config --output "$one_line" \
    "$temp/line/line.ts" || {
    result=$?
    say 'Compiling the program of one line failed:'
    explain "$result"
    fail 'Cannot compare'
  }
  unset DENORT_BIN
  end_steps
}
