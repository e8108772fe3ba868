# SPDX-License-Identifier: Apache-2.0
# up: build, start the daemon in the background or find it, open the console on a terminal.

need_tools
build
run=${SALLYPORT_RUN:-/run/sallyport}
state=${SALLYPORT_STATE:-/var/lib/sallyport}

answers() {
  "$assembly/bin/sallyport" status --json >/dev/null 2>&1
}

ready_or_dead() {
  grep -q '^sallyport: ready$' "$said" || ! kill -0 "$daemon" 2>/dev/null
}

if answers; then
  say "the daemon is running"
else
  say "starting the daemon"
  said=$(mktemp)
  errors=$(mktemp)
  # Only the start's errors are kept here: the daemon's own log goes on in the state folder.
  keep='head -c 65536 >"$1"; exec cat >/dev/null'
  mkfifo "$errors.pipe"
  setsid sh -c "$keep" sh "$errors" <"$errors.pipe" >/dev/null 2>&1 &
  keeper=$!
  setsid "$assembly/bin/sallyport" daemon >"$said" 2>"$errors.pipe" </dev/null &
  daemon=$!
  await 60 "the daemon's start" ready_or_dead
  if ! grep -q '^sallyport: ready$' "$said"; then
    wait "$keeper" || :
    tail -n 20 "$errors" >&2
    rm -f "$said" "$errors" "$errors.pipe"
    die "the daemon did not start; its log is in $state/log"
  fi
  rm -f "$said" "$errors" "$errors.pipe"
  say "ready"
fi

if [ -t 0 ] && [ -t 1 ]; then
  exec "$assembly/bin/sallyport" console
fi
