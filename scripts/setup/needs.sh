# shellcheck shell=sh
# The programs that the tests need.

# Prints them, each as COMMAND:PACKAGE; of a whole run, also those that only its
# tests start, and of a long test, what only those need. A package without a
# command has one that nothing is called.
test_needs() { # WHOLE, yes or no; LONG, yes or no
  printf '%s\n' ffmpeg:ffmpeg ffprobe:ffmpeg flac:flac pulseaudio:pulseaudio \
    pactl:pulseaudio-utils pacat:pulseaudio-utils ps:procps jackd:jackd2 \
    "jack_lsp:$(jack_tools_package)" tmux:tmux zsh:zsh fish:fish curl:curl bindfs:bindfs msmtp:msmtp \
    mosquitto:mosquitto mosquitto_pub:mosquitto-clients shellcheck:shellcheck
  # The tests of pages run in a browser.
  command -v chromium-browser >/dev/null || ! can_use_apt ||
    printf '%s\n' chromium:chromium npm:npm
  [ "$2" = no ] || echo espeak-ng:espeak-ng
  [ "$1" = yes ] && [ "$(uname -s)" = Linux ] || return 0
  echo strace:strace
  [ "$(id -u)" = 0 ] || return 0
  # Only root can make the user that these tests need, and mount disks.
  printf '%s\n' crontab:cron mkfs.vfat:dosfstools mkfs.exfat:exfatprogs \
    mount.exfat-fuse:exfat-fuse mkfs.ext4:e2fsprogs
  # Servers to record from; users keep the packages of their machine.
  can_use_apt || return 0
  echo icecast2:icecast2
  # Where services are started, nginx would serve port 80, the exporter port
  # 9100, and PipeWire take the place of the desktop's sound server.
  [ -d /run/systemd/system ] ||
    printf '%s\n' nginx:nginx \
      prometheus-node-exporter:prometheus-node-exporter pipewire:pipewire \
      pipewire-pulse:pipewire-pulse \
      wireplumber:wireplumber dbus-daemon:dbus-daemon
  # A file system in FUSE, whose changes fail.
  /usr/bin/python3 -c 'import fusepy' 2>/dev/null ||
    echo faulty-disk:python3-fusepy
  # GStreamer's RTSP server is not a command.
  /usr/bin/python3 -c \
    'import gi; gi.require_version("GstRtspServer", "1.0")' 2>/dev/null ||
    printf '%s\n' rtsp-server:python3-gi \
      rtsp-server:gir1.2-gst-rtsp-server-1.0 \
      rtsp-server:gstreamer1.0-plugins-good
}

# Debian 13 has JACK's tools in a package of their own.
jack_tools_package() {
  jack_release=$(sed -n -e 's/^ID=debian$/debian/p' \
    -e 's/^VERSION_ID="\([0-9]*\)"$/\1/p' /etc/os-release 2>/dev/null |
    sort | tr '\n' ' ')
  case $jack_release in
    '1'[3-9]' debian ') echo jack-example-tools ;;
    *) echo jackd2 ;;
  esac
}
