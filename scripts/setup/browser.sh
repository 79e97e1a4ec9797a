# shellcheck shell=sh
# What the tests of pages need besides Chromium: two npm packages, playwright-core to drive it and axe-core to check accessibility. node
# runs them; npm comes with it.

PLAYWRIGHT=playwright-core-1.65.1
PLAYWRIGHT_SHA512=86a3e9cfb6e548c3f1595768784d728814b35ec2a254e77693e9230af994cb00f618f3b60ddf477dc5a7abd34dd061db3590c5819f497c116bf97e7f04ba34ab
AXE=axe-core-4.14.1
AXE_SHA512=1477dafa598d8d065f273d6af302aa203c02e83131707b7fa648cd41bd3d6b734f8c22a0dab86ee6a6f64b8afbe804b214d36db85a2826965edfb3a0b9d546b5

# Tests that find no browser, or no packages, print that they were not run.
set_up_browser() {
  command -v chromium >/dev/null || command -v chromium-browser >/dev/null ||
    return 0
  browser=$deps/browser-$PLAYWRIGHT-$AXE
  [ ! -d "$browser" ] || return 0
  begin_steps
  say "Fetching $PLAYWRIGHT and $AXE with npm"
  set_up_npm
  npm_pack "${PLAYWRIGHT%-*}@${PLAYWRIGHT##*-}" "${AXE%-*}@${AXE##*-}"
  unpack_checked "$PLAYWRIGHT" "$PLAYWRIGHT_SHA512"
  unpack_checked "$AXE" "$AXE_SHA512"
  # Another set-up may have been quicker.
  mv -- "$temp/browser" "$browser" 2>/dev/null || [ -d "$browser" ] ||
    fail "Cannot write to \"$deps\""
  end_steps
}

unpack_checked() { # NAME SHA512
  package_sum=$(sha512 "$temp/$1.tgz")
  [ "$package_sum" = "$2" ] ||
    fail "Cannot use $1: its SHA-512 is $package_sum, expected $2"
  mkdir -p "$temp/browser/node_modules/${1%-*}"
  limited 120 tar -xzf "$temp/$1.tgz" --strip-components=1 \
    -C "$temp/browser/node_modules/${1%-*}" || {
    result=$?
    say "Unpacking $1 failed:"
    explain "$result"
    fail "Cannot set up the browser of the tests"
  }
}
