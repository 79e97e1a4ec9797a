#!/bin/sh
# Installs a release of echolog; --help says how. Fails whole: what cannot be
# checked is not installed, and an echolog that is already installed stays as it is.
set -u

# A release writes its own address here.
from=
to=
uninstall=no
work=
made=

say() {
  printf 'echolog: %s\n' "$*" >&2
}

clean_up() {
  [ -z "$work" ] || rm -rf -- "$work"
}

undo() {
  clean_up
  [ -z "$made" ] || rmdir -- "$made" 2>/dev/null
}

fail() {
  say "$*; nothing was installed"
  undo
  exit 1
}

refuse() {
  say "$*; see sh install.sh --help"
  exit 2
}

help() {
  cat <<'END'
Installs echolog: takes the file for this machine from a release, checks its
sum, sees that it runs, and puts it into place in one step, or changes nothing.

  sh install.sh                into ~/.local/bin
  sh install.sh --to DIR       into another folder
  sh install.sh --from URL     from the folder of a release; the install.sh of a
                               release knows its own
  sh install.sh --uninstall    removes echolog from that folder again; recordings
                               and configuration stay

Run it again to upgrade: a recording that runs keeps the version with which it
was started.
END
}

while [ "$#" != 0 ]; do
  case $1 in
    --help | -h)
      help
      exit 0
      ;;
    --to | --from)
      [ "$#" -gt 1 ] && [ -n "$2" ] || refuse "Option $1 needs a value"
      case $1 in
        --to) to=$2 ;;
        *) from=$2 ;;
      esac
      shift
      ;;
    --uninstall) uninstall=yes ;;
    *) refuse "Unknown option $1" ;;
  esac
  shift
done
[ "$uninstall" = yes ] || [ -n "$from" ] || refuse 'Say where the release is: --from URL'
if [ -z "$to" ]; then
  [ -n "${HOME-}" ] || refuse 'There is no HOME: say where to install with --to DIR'
  to=$HOME/.local/bin
fi

# Said as it is looked for on PATH.
case $to in
  /) ;;
  */) to=${to%/} ;;
esac
[ ! -d "$to/echolog" ] || refuse "$to/echolog is a folder: name another with --to DIR"

if [ "$uninstall" = yes ]; then
  [ -e "$to/echolog" ] || {
    say "There is no $to/echolog; name its folder with --to DIR"
    exit 1
  }
  case $("$to/echolog" --version 2>/dev/null) in
    'echolog '*) ;;
    *)
      say "$to/echolog is not the echolog that this installs; nothing was removed"
      exit 1
      ;;
  esac
  rm -f -- "$to/echolog" 2>/dev/null && [ ! -e "$to/echolog" ] || {
    say "Cannot remove $to/echolog; nothing was removed"
    exit 1
  }
  printf 'Removed %s\n' "$to/echolog"
  exit 0
fi

case $(uname -s)-$(uname -m) in
  Linux-x86_64) target=x86_64-unknown-linux-gnu ;;
  Linux-aarch64 | Linux-arm64) target=aarch64-unknown-linux-gnu ;;
  Darwin-x86_64) target=x86_64-apple-darwin ;;
  Darwin-arm64) target=aarch64-apple-darwin ;;
  *) fail "There is no echolog for $(uname -s) on $(uname -m): run it from source" ;;
esac
file=echolog-$target

# Fails where the answer is not the whole file, or one that stands still.
fetch() { # URL FILE
  if command -v curl >/dev/null; then
    curl -fsL --proto-redir =https --retry 2 --connect-timeout 20 \
      --speed-limit 1000 --speed-time 60 --max-time 600 -o "$2" -- "$1"
  elif command -v wget >/dev/null; then
    wget -q -t 3 -T 60 -O "$2" -- "$1"
  else
    fail 'There is neither curl nor wget to download with'
  fi
}

sha256() { # FILE
  { sha256sum || shasum -a 256; } 2>/dev/null <"$1" | cut -d ' ' -f 1
}

[ -d "$to" ] || made=$to
mkdir -p -- "$to" 2>/dev/null && work=$(mktemp -d "$to/.echolog.XXXXXX" 2>/dev/null) ||
  fail "Cannot write to $to: name another folder with --to DIR"
trap 'undo; exit 130' INT TERM HUP
fetch "$from/SHA256SUMS" "$work/SHA256SUMS" ||
  fail "Cannot download $from/SHA256SUMS"
# A line is the sum, blanks, perhaps an asterisk, and the name.
expected=$(tr -d '\r' <"$work/SHA256SUMS" |
  sed -n "s/^\([0-9A-Fa-f]\{64\}\) [ *]$file\$/\1/p" | tr A-F a-f | sort -u)
[ -n "$expected" ] || fail "$from/SHA256SUMS does not list $file"
fetch "$from/$file" "$work/echolog" || fail "Cannot download $from/$file"
found=$(sha256 "$work/echolog")
[ -n "$found" ] || fail 'There is neither sha256sum nor shasum to check it with'
[ "$found" = "$expected" ] ||
  fail "$from/$file is not what it should be: its SHA-256 is $found, expected $expected: try again, and tell the project if it stays so"
chmod 755 "$work/echolog"
version=$("$work/echolog" --version 2>/dev/null) ||
  fail "$file does not run on this machine"
# What was downloaded in small pieces is kept in memory in small pieces, and
# takes twice the processor time of a copy until the machine is started again.
cp -p -- "$work/echolog" "$work/copy" 2>/dev/null &&
  mv -f -- "$work/copy" "$to/echolog" || fail "Cannot write $to/echolog"
clean_up
printf 'Installed %s as %s\n' "$version" "$to/echolog"
case :${PATH-}: in
  *":$to:"*) ;;
  *) say "$to is not on PATH: add it, or call $to/echolog" ;;
esac
command -v ffmpeg >/dev/null ||
  say 'There is no ffmpeg yet: install it with the package manager of your system'
