#!/bin/sh
# Makes a Debian package of a built echolog, without root:
#
#   scripts/package/deb.sh BINARY ARCHITECTURE FOLDER
#
# BINARY is for ARCHITECTURE (amd64, arm64). The manual pages, the completions
# and the example configuration are printed by $ECHOLOG_RUN, an echolog that
# runs here; BINARY itself unless set. Prints the path of the package in FOLDER.
set -eu
unset CDPATH
root=$(cd -P -- "$(dirname -- "$0")/../.." && pwd -P)

binary=$1
architecture=$2
folder=$3
run=${ECHOLOG_RUN-$binary}

version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' "$root/deno.json")
[ -n "$version" ] || {
  echo 'echolog: deno.json has no version' >&2
  exit 1
}
# A version such as 1.2.3-rc.1 comes before 1.2.3.
debian_version=$(printf '%s\n' "$version" | sed 's/-/~/')

# The project has no address of its own.
maintainer='the echolog maintainers <echolog@localhost>'

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
trap 'exit 143' TERM INT HUP
tree=$work/echolog
umask 022

put() { # MODE FILE PATH
  mkdir -p -- "$(dirname -- "$tree/$3")"
  cp -- "$2" "$tree/$3"
  chmod "$1" "$tree/$3"
}

keep() { # PATH: what is on standard input
  mkdir -p -- "$(dirname -- "$tree/$1")"
  cat >"$tree/$1"
  chmod 644 "$tree/$1"
}

put 755 "$binary" usr/bin/echolog
"$run" help --man echolog.1 | gzip -9n | keep usr/share/man/man1/echolog.1.gz
"$run" help --man echolog.conf.5 | gzip -9n | keep usr/share/man/man5/echolog.conf.5.gz
"$run" completions bash | keep usr/share/bash-completion/completions/echolog
"$run" completions zsh | keep usr/share/zsh/vendor-completions/_echolog
"$run" completions fish | keep usr/share/fish/vendor_completions.d/echolog.fish
for unit in "$root"/scripts/package/systemd/*; do
  put 644 "$unit" "usr/lib/systemd/system/$(basename -- "$unit")"
done
for unit in "$root"/scripts/systemd/*; do
  sed 's#%h/.local/bin/echolog#/usr/bin/echolog#g' "$unit" |
    keep "usr/lib/systemd/user/$(basename -- "$unit")"
done
{
  echo '# The recording of echolog.service. Its folder is below the one that the user'
  echo '# echolog may write to.'
  sed -e 's#^\#output_dir = .*#output_dir = "/var/lib/echolog/recordings"#' \
    "$root/echolog.conf.example"
} | keep etc/echolog/echolog.conf
for program in "$root"/scripts/notify/*; do
  put 755 "$program" "usr/share/doc/echolog/examples/notify/$(basename -- "$program")"
done
{
  echo 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/'
  echo 'Upstream-Name: echolog'
  echo
  echo 'Files: *'
  sed -n 's/^Copyright (c) /Copyright: /p' "$root/LICENSE"
  echo 'License: Expat'
  sed -e '1,/^Copyright/d' -e '/./,$!d' -e 's/^$/./' -e 's/^/ /' "$root/LICENSE"
} | keep usr/share/doc/echolog/copyright
keep usr/share/doc/echolog/CHANGELOG.md <"$root/CHANGELOG.md"
{
  echo "echolog ($debian_version) unstable; urgency=medium"
  echo
  echo '  * See CHANGELOG.md in this folder.'
  echo
  echo " -- $maintainer  $(date -R -d "@${SOURCE_DATE_EPOCH-$(date +%s)}")"
} | gzip -9n | keep usr/share/doc/echolog/changelog.gz
keep usr/share/lintian/overrides/echolog <"$root/scripts/package/debian/lintian-overrides"

mkdir -p "$tree/DEBIAN"
for script in postinst prerm postrm; do
  put 755 "$root/scripts/package/debian/$script" "DEBIAN/$script"
done
echo /etc/echolog/echolog.conf | keep DEBIAN/conffiles
keep DEBIAN/control <<END
Package: echolog
Version: $debian_version
Section: sound
Priority: optional
Architecture: $architecture
Maintainer: $maintainer
Depends: adduser, ffmpeg (>= 7:4.4), libc6 (>= 2.27)
Recommends: pulseaudio-utils
Installed-Size: $(du -sk "$tree" | cut -f1)
Description: unattended audio recorder with a log of every gap
 echolog runs ffmpeg, writes chunk files into a session folder, and keeps a
 session log beside them: every chunk, every gap with its cause, and why the
 recording stopped. It restarts ffmpeg whenever ffmpeg fails, and survives
 power cuts, full disks and unplugged devices.
END
(cd "$tree" && find . -type f ! -path './DEBIAN/*' -printf '%P\0' | sort -z |
  xargs -0 md5sum) | keep DEBIAN/md5sums

mkdir -p -- "$folder"
package=$folder/echolog_${debian_version}_$architecture.deb
# A half written package has another name.
dpkg-deb --root-owner-group -Zxz --build "$tree" "$work/echolog.deb" >/dev/null
mv -f -- "$work/echolog.deb" "$package"
printf '%s\n' "$package"
