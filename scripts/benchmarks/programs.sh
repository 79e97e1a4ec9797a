# What echolog is compared with. Source after scripts/setup/setup.sh.
# shellcheck shell=sh

# A program that reaches PulseAudio by a package without a command: PACKAGE as
# set_up_programs takes it, if FILE is missing.
plugin() { # PACKAGE FILE
  [ -n "$(find /usr/lib /usr/lib64 -name "$2" 2>/dev/null | head -n 1)" ] ||
    echo "(none):$1"
}

# Installs arecord, its way to PulseAudio, and PACKAGES.
set_up_peers() { # PACKAGE..., as set_up_programs takes them
  # shellcheck disable=SC2046 # one word a package, or none
  set_up_programs arecord:alsa-utils "$@" \
    $(plugin libasound2-plugins libasound_module_pcm_pulse.so) >&2 </dev/null
}
