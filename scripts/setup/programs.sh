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

# Fetching first, with time limits, and then unpacking: dpkg should not be
# stopped half-way.
apt_install() { # PACKAGES…
  say "Installing $* with apt-get"
  apt_tries=0
  until apt_fetch "$@"; do
    apt_result=$?
    # Another apt is at work, maybe another set-up: wait for it.
    if [ "$apt_tries" -lt 20 ] && grep -q 'Could not get lock' "$temp/output"; then
      apt_tries=$((apt_tries + 1))
      sleep 5
      continue
    fi
    say "Fetching $* with apt-get failed:"
    explain "$apt_result"
    return 1
  done
  say "$(apt_amount)"
  apt 1800 install --no-install-recommends --no-download "$@" || {
    apt_result=$?
    say "Installing $* with apt-get failed:"
    explain "$apt_result"
    return 1
  }
}

# What the last call fetched, with everything that it needs.
apt_amount() {
  apt_count=$(sed -n 's/.* \([0-9]*\) newly installed.*/\1/p' "$temp/output")
  apt_size=$(sed -n 's/^Need to get \(.*\) of archives\..*/\1/p' "$temp/output")
  apt_disk=$(sed -n \
    's/^After this operation, \(.*\) of additional.*/, \1 on the disk/p' \
    "$temp/output")
  echo "Fetched ${apt_size:-nothing}; unpacking ${apt_count:-some} packages$apt_disk"
}

# A mirror that does not answer is noticed while the lists are brought up to
# date: packages may take minutes for good reasons. That one of several mirrors
# fails there is no reason to give up.
apt_fetch() { # PACKAGES…
  apt 120 update || {
    apt_result=$?
    [ "$apt_result" != 124 ] || return 124
  }
  grep -q -e '^Hit:' -e '^Get:' "$temp/output" || return 1
  apt 900 install --no-install-recommends --download-only "$@"
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
