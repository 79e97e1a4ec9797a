# shellcheck shell=sh
# Programs that come from the system's own packages.

# Prefix of commands that need root: nothing for root, else `sudo -n`; fails
# where neither is to be had without asking.
find_root() {
  as_root=
  [ "$(id -u)" != 0 ] || return 0
  as_root='sudo -n'
  command -v sudo >/dev/null && sudo -n true 2>/dev/null
}

can_use_apt() {
  command -v apt-get >/dev/null && find_root
}

apt() { # SECONDS ARGUMENTS…
  apt_limit=$1
  shift
  # shellcheck disable=SC2086 # $as_root is two words or none
  limited "$apt_limit" $as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C \
    apt-get -q -y -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20 \
    -o Acquire::Retries=1 -o DPkg::Lock::Timeout=120 "$@"
}

# Asks first where somebody is there. Then fetching, with time limits, and
# unpacking: dpkg should not be stopped half-way.
apt_install() { # PACKAGES…
  patiently apt_update || {
    apt_failed "Updating the lists of apt-get" "$?"
    return 1
  }
  # Nothing is fetched by this call.
  apt 120 install --no-install-recommends --print-uris "$@" || {
    apt_failed "Looking up $* with apt-get" "$?"
    return 1
  }
  apt_needs=$(apt_amount)
  agreed "Install $* with apt-get ($apt_needs)?" || return 1
  say "Installing $* with apt-get ($apt_needs)"
  patiently apt 900 install --no-install-recommends --download-only "$@" || {
    apt_failed "Fetching $* with apt-get" "$?"
    return 1
  }
  apt 1800 install --no-install-recommends --no-download "$@" || {
    apt_failed "Installing $* with apt-get" "$?"
    return 1
  }
}

# Waits while another apt is at work, maybe another set-up.
patiently() { # COMMAND…
  apt_tries=0
  until "$@"; do
    apt_result=$?
    [ "$apt_tries" -lt 20 ] && grep -q 'Could not get lock' "$temp/output" ||
      return "$apt_result"
    apt_tries=$((apt_tries + 1))
    sleep 5
  done
}

apt_failed() { # WHAT RESULT
  say "$1 failed:"
  explain "$2"
}

# What the last call named, with everything that the packages need.
apt_amount() {
  apt_count=$(sed -n 's/.* \([0-9]*\) newly installed.*/\1/p' "$temp/output")
  apt_size=$(sed -n 's/^Need to get \(.*\) of archives\..*/\1/p' "$temp/output")
  apt_disk=$(sed -n \
    's/^After this operation, \(.*\) of additional.*/, \1 on the disk/p' \
    "$temp/output")
  echo "${apt_count:-some} packages, ${apt_size:-nothing} to fetch$apt_disk"
}

# A mirror that does not answer is noticed here: fetching packages may take
# minutes for good reasons. That one of several mirrors fails is no reason to
# give up.
apt_update() {
  apt 120 update || {
    apt_result=$?
    [ "$apt_result" != 124 ] || return 124
  }
  grep -q -e '^Hit:' -e '^Get:' "$temp/output"
}

# Seconds that a question waits for an answer.
: "${ECHOLOG_SETUP_WAIT:=60}"

# Asks a question at the terminal; fails for a "no". No answer is a "yes": a
# machine that has a terminal and no person must not wait for ever. There is no
# question without a terminal, with --yes, and in continuous integration.
agreed() { # QUESTION
  [ -t 2 ] && [ -z "${CI-}" ] && [ "${assume_yes-no}" = no ] &&
    (: </dev/tty) 2>/dev/null || return 0
  printf 'echolog: %s [Y/n] (yes after %s s) ' "$1" "$ECHOLOG_SETUP_WAIT" >&2
  limited_input=/dev/tty
  limited "$ECHOLOG_SETUP_WAIT" head -n 1 || echo >&2
  limited_input=/dev/null
  case $(head -c 1 "$temp/output") in
    [Nn]) return 1 ;;
  esac
}

# What a person can type to install packages here.
install_hint() { # PACKAGES…
  if [ "$(uname -s)" = Darwin ]; then
    echo "brew install $*"
    return
  fi
  for manager in \
    'apt-get:sudo apt-get install' 'dnf:sudo dnf install' \
    'pacman:sudo pacman -S' 'zypper:sudo zypper install' \
    'apk:sudo apk add' 'winget:winget install'; do
    if command -v "${manager%%:*}" >/dev/null; then
      echo "${manager#*:} $*"
      return
    fi
  done
  echo "your system's package manager ($*)"
}

# Installs programs that are missing. Each argument is COMMAND:PACKAGE.
set_up_programs() { # COMMAND:PACKAGE…
  packages=
  for each; do
    case " $packages " in
      *" ${each#*:} "*) continue ;;
    esac
    command -v "${each%%:*}" >/dev/null || packages="$packages ${each#*:}"
  done
  [ -n "$packages" ] || return 0
  begin_steps
  # shellcheck disable=SC2086 # one word per package
  if can_use_apt && apt_install $packages; then
    end_steps
    return 0
  fi
  # shellcheck disable=SC2086
  say "Missing:$packages. Install with: $(install_hint $packages)"
  end_steps
  return 1
}
