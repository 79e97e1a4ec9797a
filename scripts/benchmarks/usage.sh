# shellcheck shell=sh
# Answers --help with what a benchmark says of itself at its beginning: what it
# shows, what it needs, how it is called. Sourced, and called before anything is
# built or set up.

usage_if_asked() { # FILE ARGUMENT...
  file=$1
  shift
  for word; do
    case $word in
      -h | --help)
        sed -n '2,/^ \* @module$/ { /@module/d; s/^ \*$//; s/^ \* //; p; }' "$file" |
          sed '$ { /^$/d; }'
        exit 0
        ;;
    esac
  done
}
